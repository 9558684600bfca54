// AWS account: two files of sections with `name = value`, and the variables that come before them.
#include "llm/accounts/aws_account.h"

#include "base/text.h"
#include "sys/files.h"

#include <map>

namespace oi::llm {

namespace {

using Section = std::map<std::string, std::string, std::less<>>;

std::string path_of(const char* name, std::string_view usual)
{
    const std::string path = sys::first_in_environment({name});
    return sys::absolute(path.empty() ? usual : std::string_view{path});
}
std::string credentials_path() { return path_of("AWS_SHARED_CREDENTIALS_FILE", "~/.aws/credentials"); }
std::string config_path() { return path_of("AWS_CONFIG_FILE", "~/.aws/config"); }

std::string profile() { return sys::first_in_environment({"AWS_PROFILE", "AWS_DEFAULT_PROFILE"}); }

// Adds what the file says of the profile to `section`, which keeps what it has. In the config file all but the default's
// section are called "profile NAME". False: no such section.
bool read_section(const std::string& path, std::string_view name, Section& section)
{
    const auto text = sys::read_file(path);
    bool is_inside = false;
    bool is_found = false;
    for (std::string_view line : split(text ? std::string_view{*text} : std::string_view{}, '\n')) {
        if (line.starts_with(' ') || line.starts_with('\t')) continue;  // belongs to a nested setting
        line = trim(line);
        if (line.empty() || line.starts_with('#') || line.starts_with(';')) continue;
        if (line.starts_with('[')) {
            std::string_view title = trim(line.substr(1, line.find(']') - 1));
            if (title.starts_with("profile ")) title = trim(title.substr(8));
            is_inside = title == name;
            is_found |= is_inside;
            continue;
        }
        const auto equals = line.find('=');
        if (is_inside && equals != std::string_view::npos)
            section.emplace(lower(trim(line.substr(0, equals))), trim(line.substr(equals + 1)));
    }
    return is_found;
}

std::string value_of(const Section& section, std::string_view name)
{
    const auto found = section.find(name);
    return found == section.end() ? std::string{} : found->second;
}

Result<std::optional<AwsKey>> key_of_environment()
{
    AwsKey key{sys::first_in_environment({"AWS_ACCESS_KEY_ID"}), sys::first_in_environment({"AWS_SECRET_ACCESS_KEY"}),
               sys::first_in_environment({"AWS_SESSION_TOKEN", "AWS_SECURITY_TOKEN"})};
    if (key.id.empty() && key.secret.empty()) return std::nullopt;
    if (key.id.empty()) return fail(ErrorKind::auth, "AWS_SECRET_ACCESS_KEY is set, but AWS_ACCESS_KEY_ID is not", "set both");
    if (key.secret.empty()) return fail(ErrorKind::auth, "AWS_ACCESS_KEY_ID is set, but AWS_SECRET_ACCESS_KEY is not", "set both");
    return key;
}

Result<std::optional<AwsKey>> key_of_profile()
{
    const std::string asked = profile();
    const std::string name = asked.empty() ? "default" : asked;
    Section section;
    const bool is_in_credentials = read_section(credentials_path(), name, section);
    const bool is_in_config = read_section(config_path(), name, section);
    if (!is_in_credentials && !is_in_config) {
        if (asked.empty()) return std::nullopt;
        return fail(ErrorKind::auth, cat("there is no profile ", asked, " in ", credentials_path(), " or ", config_path()),
                    "check AWS_PROFILE");
    }
    AwsKey key{value_of(section, "aws_access_key_id"), value_of(section, "aws_secret_access_key"), value_of(section, "aws_session_token")};
    for (const std::string_view sign : {"sso_session", "sso_start_url", "credential_process", "role_arn", "login_session"})
        if (key.id.empty() && section.contains(sign))
            return fail(ErrorKind::auth, cat("the AWS profile ", name, " has no key of its own, only ", sign),
                        cat("let Amazon's tool fetch one: eval \"$(aws configure export-credentials --profile ", name, " --format env)\""));
    if (key.id.empty() && key.secret.empty()) return std::nullopt;
    if (key.id.empty() || key.secret.empty())
        return fail(ErrorKind::auth,
                    cat("the AWS profile ", name, " lacks ", key.id.empty() ? "aws_access_key_id" : "aws_secret_access_key", " (",
                        is_in_credentials ? credentials_path() : config_path(), ")"),
                    "run aws configure");
    return key;
}

class AwsAuthorizer : public Authorizer {
public:
    AwsAuthorizer(AwsKey key, std::string region, std::string service)
        : key_{std::move(key)}, region_{std::move(region)}, service_{std::move(service)}
    {
    }
    Result<void> authorize(net::HttpRequest& request, std::stop_token) override
    {
        return sign_aws(request, key_, {region_, service_}, std::chrono::system_clock::now());
    }
    bool renew() override
    {
        auto found = find_aws_key();
        if (!found || !*found || **found == key_) return false;
        key_ = std::move(**found);
        return true;
    }

private:
    AwsKey key_;
    std::string region_;
    std::string service_;
};

}  // namespace

Result<std::optional<AwsKey>> find_aws_key()
{
    OI_TRY(auto key, key_of_environment());
    if (key) return key;
    return key_of_profile();
}

std::string find_aws_region()
{
    if (auto region = sys::first_in_environment({"AWS_REGION_NAME", "AWS_REGION", "AWS_DEFAULT_REGION"}); !region.empty()) return region;
    Section section;
    const std::string name = profile();
    read_section(config_path(), name.empty() ? "default" : name, section);
    read_section(credentials_path(), name.empty() ? "default" : name, section);
    return value_of(section, "region");
}

std::shared_ptr<Authorizer> aws_authorizer(AwsKey key, std::string region, std::string service)
{
    return std::make_shared<AwsAuthorizer>(std::move(key), std::move(region), std::move(service));
}

}  // namespace oi::llm
