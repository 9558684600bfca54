// Google credentials: the two kinds of file, the signed assertion, the exchange.
#include "llm/accounts/google_credentials.h"

#include "base/base64.h"
#include "base/json.h"
#include "base/text.h"
#include "net/crypto.h"
#include "net/http_client.h"
#include "sys/files.h"

namespace oi::llm {

namespace {

using namespace std::chrono_literals;

constexpr std::string_view usual_token_uri = "https://oauth2.googleapis.com/token";
constexpr std::string_view scope = "https://www.googleapis.com/auth/cloud-platform";
constexpr auto assertion_lifetime = 1h;  // the longest that Google takes
constexpr auto safety = 60s;             // a token is not used in its last minute

std::string base64url(std::string_view bytes)
{
    std::string text = base64(bytes);
    while (text.ends_with('=')) text.pop_back();
    for (char& c : text) c = c == '+' ? '-' : c == '/' ? '_' : c;
    return text;
}

struct Field {
    std::string_view name;
    std::string& value;
};

Result<void> read_fields(const json::Value& body, std::initializer_list<Field> fields, std::string_view source)
{
    for (const auto& field : fields) {
        field.value = json::text(body, field.name);
        if (field.value.empty())
            return fail(ErrorKind::auth, cat("the credentials in ", source, " lack ", field.name),
                        "download the key anew, or run gcloud auth application-default login");
    }
    return {};
}

Result<void> check_token_uri(const GoogleCredentials& credentials)
{
    if (credentials.token_uri.starts_with("https://") || net::is_loopback(net::host_of(credentials.token_uri))) return {};
    return fail(ErrorKind::auth, cat("token_uri in ", credentials.source, " is no https address"), "download the key anew");
}

// header.claims.signature (RFC 7515).
Result<std::string> assertion(const GoogleCredentials& credentials, std::chrono::system_clock::time_point now)
{
    json::Writer header;
    header.object([&] {
        header.field("alg", "RS256");
        header.field("typ", "JWT");
        if (!credentials.private_key_id.empty()) header.field("kid", credentials.private_key_id);
    });
    const auto issued = std::chrono::duration_cast<std::chrono::seconds>(now.time_since_epoch());
    json::Writer claims;
    claims.object([&] {
        claims.field("iss", credentials.client_email);
        claims.field("scope", scope);
        claims.field("aud", credentials.token_uri);
        claims.field("iat", std::int64_t{issued.count()});
        claims.field("exp", std::int64_t{(issued + assertion_lifetime).count()});
    });
    const std::string text = cat(base64url(header.view()), ".", base64url(claims.view()));
    auto signature = net::rsa_sha256_sign(credentials.private_key, text);
    if (!signature && signature.error().kind == ErrorKind::invalid)
        return fail(ErrorKind::auth, cat("private_key in ", credentials.source, " is ", signature.error().what), "download the key anew");
    if (!signature) return Fail{signature.error()};
    return cat(text, ".", base64url(*signature));
}

std::string form(std::initializer_list<std::pair<std::string_view, std::string_view>> fields)
{
    std::string body;
    for (const auto& [name, value] : fields) body += cat(body.empty() ? "" : "&", name, "=", net::percent_encoded(value));
    return body;
}

std::string refusal_hint(std::string_view words, const GoogleCredentials& credentials)
{
    if (words.find("short-lived") != std::string_view::npos || words.find("iat") != std::string_view::npos)
        return "the clock of this computer is wrong: set it";
    if (!credentials.refresh_token.empty()) return "run gcloud auth application-default login";
    return cat("the key in ", credentials.source, " is no longer valid: make a new one in the Google Cloud console");
}

class GoogleAuthorizer : public Authorizer {
public:
    explicit GoogleAuthorizer(GoogleCredentials credentials) : credentials_{std::move(credentials)} {}

    Result<void> authorize(net::HttpRequest& request, std::stop_token stop) override
    {
        is_new_ = token_.empty() || std::chrono::steady_clock::now() >= expiry_;
        if (is_new_) OI_CHECK(fetch(std::move(stop)));
        request.headers.push_back({"Authorization", cat("Bearer ", token_)});
        if (!credentials_.quota_project.empty()) request.headers.push_back({"x-goog-user-project", credentials_.quota_project});
        return {};
    }

    // A new token that is refused would only be followed by another.
    bool renew() override
    {
        const bool may_help = !is_new_ && !token_.empty();
        token_.clear();
        return may_help;
    }

private:
    Result<void> fetch(std::stop_token stop)
    {
        OI_TRY(const net::HttpRequest request, google_token_request(credentials_, std::chrono::system_clock::now()));
        const auto asked = std::chrono::steady_clock::now();
        OI_TRY(const net::HttpResponse response, net::HttpClient{}.fetch(request, std::move(stop)));
        OI_TRY(GoogleToken got, read_google_token(response, credentials_));
        token_ = std::move(got.token);
        expiry_ = asked + got.lifetime - safety;
        return {};
    }

    GoogleCredentials credentials_;
    std::string token_;
    std::chrono::steady_clock::time_point expiry_;
    bool is_new_ = false;  // the token was fetched for the last request
};

}  // namespace

Result<GoogleCredentials> read_google_credentials(std::string_view json, std::string source)
{
    const auto body = json::parse(json);
    if (!body || !body->IsObject())
        return fail(ErrorKind::auth, cat(source, " holds no credentials: ", body ? "no JSON object" : body.error().what),
                    "download the key anew");
    GoogleCredentials read{.source = std::move(source),
                           .project = std::string{json::text(*body, "project_id")},
                           .token_uri = std::string{json::text(*body, "token_uri", usual_token_uri)},
                           .private_key_id = std::string{json::text(*body, "private_key_id")},
                           .quota_project = std::string{json::text(*body, "quota_project_id")}};
    const auto type = json::text(*body, "type");
    if (type == "service_account") {
        OI_CHECK(read_fields(*body, {{"client_email", read.client_email}, {"private_key", read.private_key}}, read.source));
    } else if (type == "authorized_user") {
        OI_CHECK(read_fields(*body,
                             {{"client_id", read.client_id}, {"client_secret", read.client_secret}, {"refresh_token", read.refresh_token}},
                             read.source));
    } else {
        return fail(ErrorKind::auth,
                    cat("the credentials in ", read.source, type.empty() ? std::string{" lack type"} : cat(" are of the type ", type)),
                    "service_account and authorized_user are known; for others give --api_key \"$(gcloud auth print-access-token)\"");
    }
    OI_CHECK(check_token_uri(read));
    return read;
}

Result<std::optional<GoogleCredentials>> find_google_credentials()
{
    std::string path;
    for (const char* variable : {"VERTEXAI_CREDENTIALS", "GOOGLE_APPLICATION_CREDENTIALS"}) {
        const std::string value{trim(sys::environment(variable))};
        if (value.starts_with('{')) {
            OI_TRY(GoogleCredentials found, read_google_credentials(value, variable));
            return found;
        }
        if (path.empty()) path = value;
    }
    if (path.empty()) {
        path = cat(sys::absolute(sys::environment("CLOUDSDK_CONFIG", "~/.config/gcloud")), "/application_default_credentials.json");
        if (!sys::exists(path)) return std::nullopt;
    }
    const auto text = sys::read_file(sys::absolute(path));
    if (!text)
        return fail(text.error().kind, cat("the credentials for Google ", text.error().what),
                    "check GOOGLE_APPLICATION_CREDENTIALS, or unset it and run gcloud auth application-default login");
    OI_TRY(GoogleCredentials found, read_google_credentials(*text, path));
    return found;
}

Result<net::HttpRequest> google_token_request(const GoogleCredentials& credentials, std::chrono::system_clock::time_point now)
{
    net::HttpRequest request;
    request.url = credentials.token_uri;
    request.headers = {{"Content-Type", "application/x-www-form-urlencoded"}, {"Accept", "application/json"}};
    request.idle_timeout = 30s;
    if (!credentials.refresh_token.empty()) {
        request.body = form({{"grant_type", "refresh_token"},
                             {"client_id", credentials.client_id},
                             {"client_secret", credentials.client_secret},
                             {"refresh_token", credentials.refresh_token}});
        return request;
    }
    OI_TRY(const std::string proof, assertion(credentials, now));
    request.body = form({{"grant_type", "urn:ietf:params:oauth:grant-type:jwt-bearer"}, {"assertion", proof}});
    return request;
}

Result<GoogleToken> read_google_token(const net::HttpResponse& response, const GoogleCredentials& credentials)
{
    const std::string server = net::without_credentials(net::origin_of(credentials.token_uri));
    const auto body = json::parse(response.body);
    const std::string_view token = body ? json::text(*body, "access_token") : std::string_view{};
    if (response.status == 200 && !token.empty())
        return GoogleToken{std::string{token}, std::chrono::seconds{json::integer(*body, "expires_in", 3600)}};
    const std::string status = cat(response.status, " ", net::status_name(response.status));
    if (response.status >= 500 || response.status == 429)
        return fail(ErrorKind::network, cat(server, " gave no access token: ", status), "try again later");
    if (!body || response.status == 200)
        return fail(ErrorKind::protocol, cat(server, " gave no access token: ", status), "check token_uri");
    const std::string words = cat(json::text(*body, "error"), ": ", json::text(*body, "error_description"));
    return fail(ErrorKind::auth,
                cat(server, " gave no access token for the credentials in ", credentials.source, ": ", status, ": ", words),
                refusal_hint(words, credentials));
}

std::shared_ptr<Authorizer> google_authorizer(GoogleCredentials credentials)
{
    return std::make_shared<GoogleAuthorizer>(std::move(credentials));
}

}  // namespace oi::llm
