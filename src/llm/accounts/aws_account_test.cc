// Where Bedrock's key and region come from, in the order of Amazon's own tools; and whole endpoints.
#include "llm/accounts/aws_account.h"

#include "base/text.h"
#include "llm/endpoint_for.h"
#include "sys/files.h"
#include "testing/environment.h"
#include "testing/temp_dir.h"

#include <gtest/gtest.h>

#include <list>

namespace oi::llm {

namespace {

using testing::Environment;

// No variable and no file of the outer world; what a test sets comes after.
class AwsAccount : public ::testing::Test {
protected:
    AwsAccount()
    {
        for (const char* name : {"AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_SECURITY_TOKEN", "AWS_PROFILE",
                                 "AWS_DEFAULT_PROFILE", "AWS_REGION_NAME", "AWS_REGION", "AWS_DEFAULT_REGION", "AWS_BEARER_TOKEN_BEDROCK",
                                 "AWS_ENDPOINT_URL_BEDROCK_RUNTIME", "BEDROCK_API_BASE", "BEDROCK_BASE_URL"})
            set(name, "");
        set("AWS_SHARED_CREDENTIALS_FILE", credentials_);
        set("AWS_CONFIG_FILE", config_);
    }
    void set(const char* name, const std::string& value) { environment_.emplace_back(name, value); }
    void credentials(std::string_view text) const { ASSERT_TRUE(sys::write_file(credentials_, text)); }
    void config(std::string_view text) const { ASSERT_TRUE(sys::write_file(config_, text)); }
    static std::string found()
    {
        const auto key = find_aws_key();
        if (!key) return to_line(key.error());
        return *key ? cat((*key)->id, " ", (*key)->secret, " ", (*key)->session_token) : "none";
    }
    static std::string url(ModelOptions options)
    {
        const auto endpoint = endpoint_for(options);
        if (!endpoint) return to_line(endpoint.error());
        const std::vector<Message> messages{user("hi")};
        return endpoint->provider->encode({.system = "", .messages = messages}, *endpoint).url;
    }

    testing::TempDir folder_;
    std::string credentials_ = cat(folder_.path(), "/credentials");
    std::string config_ = cat(folder_.path(), "/config");

private:
    std::list<Environment> environment_;
};

}  // namespace

TEST_F(AwsAccount, TakesTheKeyFromTheEnvironmentThenFromTheProfile)
{
    EXPECT_EQ(found(), "none");
    credentials(
        "# mine\n[default]\naws_access_key_id = AKIA1\naws_secret_access_key=se=cret\n\n[work]\naws_access_key_id=ASIA2\n"
        "aws_secret_access_key = s2\naws_session_token = t2\n");
    EXPECT_EQ(found(), "AKIA1 se=cret ");
    set("AWS_PROFILE", "work");
    EXPECT_EQ(found(), "ASIA2 s2 t2");
    set("AWS_ACCESS_KEY_ID", "AKIA3");
    EXPECT_EQ(found(), "AWS_ACCESS_KEY_ID is set, but AWS_SECRET_ACCESS_KEY is not (set both)");
    set("AWS_SECRET_ACCESS_KEY", "s3");
    EXPECT_EQ(found(), "AKIA3 s3 ");
}

TEST_F(AwsAccount, NamesFileAndProfileOfWhatIsMissing)
{
    set("AWS_PROFILE", "wrok");
    EXPECT_EQ(found(), cat("there is no profile wrok in ", credentials_, " or ", config_, " (check AWS_PROFILE)"));
    credentials("[wrok]\naws_access_key_id = AKIA1\n");
    EXPECT_EQ(found(), cat("the AWS profile wrok lacks aws_secret_access_key (", credentials_, ") (run aws configure)"));
    credentials("");
    config("[profile wrok]\nsso_session = mine\nsso_account_id = 1\n");
    EXPECT_EQ(found(),
              "the AWS profile wrok has no key of its own, only sso_session (let Amazon's tool fetch one: eval \"$(aws configure "
              "export-credentials --profile wrok --format env)\")");
}

TEST_F(AwsAccount, TakesTheRegionFromTheEnvironmentThenFromTheProfile)
{
    EXPECT_EQ(find_aws_region(), "");
    config("[default]\nregion = eu-west-1\ns3 =\n  region = nested\n[profile work]\nregion=ap-south-1\n");
    EXPECT_EQ(find_aws_region(), "eu-west-1");
    set("AWS_PROFILE", "work");
    EXPECT_EQ(find_aws_region(), "ap-south-1");
    set("AWS_DEFAULT_REGION", "us-west-2");
    EXPECT_EQ(find_aws_region(), "us-west-2");
    set("AWS_REGION", "us-east-1");
    EXPECT_EQ(find_aws_region(), "us-east-1");
    set("AWS_REGION_NAME", "eu-north-1");
    EXPECT_EQ(find_aws_region(), "eu-north-1");
}

TEST_F(AwsAccount, EverySpellingOfAModelGoesToItsAddress)
{
    const auto at = [](std::string_view name) { return url({.name = std::string{name}, .api_key = "k"}); };
    EXPECT_EQ(
        at("bedrock/anthropic.claude-v2"),
        "the region of Amazon Bedrock is not known: AWS_REGION is not set (set AWS_REGION to one where the model is, such as us-east-1)");
    set("AWS_REGION", "us-east-1");
    const std::string host = "https://bedrock-runtime.us-east-1.amazonaws.com/model/";
    EXPECT_EQ(at("bedrock/anthropic.claude-v2"), host + "anthropic.claude-v2/converse-stream");
    EXPECT_EQ(at("bedrock/anthropic.claude-3-5-sonnet-20241022-v2:0"),
              host + "anthropic.claude-3-5-sonnet-20241022-v2%3A0/converse-stream");
    EXPECT_EQ(at("bedrock/converse/us.amazon.nova-pro-v1:0"), host + "us.amazon.nova-pro-v1%3A0/converse-stream");
    EXPECT_EQ(at("bedrock_converse/meta.llama3-1-8b-instruct-v1:0"), host + "meta.llama3-1-8b-instruct-v1%3A0/converse-stream");
    EXPECT_EQ(at("bedrock/us-west-2/mistral.mistral-7b-instruct-v0:2"),
              "https://bedrock-runtime.us-west-2.amazonaws.com/model/mistral.mistral-7b-instruct-v0%3A2/converse-stream");
    EXPECT_EQ(at("bedrock/arn:aws:bedrock:eu-central-1:1234:inference-profile/eu.anthropic.claude-sonnet-4-20250514-v1:0"),
              "https://bedrock-runtime.eu-central-1.amazonaws.com/model/arn%3Aaws%3Abedrock%3Aeu-central-1%3A1234%3Ainference-profile%2Feu."
              "anthropic.claude-sonnet-4-20250514-v1%3A0/converse-stream");
    EXPECT_EQ(url({.name = "bedrock/m", .api_base = "http://localhost:9/", .api_key = "k"}), "http://localhost:9/model/m/converse-stream");
    set("AWS_ENDPOINT_URL_BEDROCK_RUNTIME", "https://vpce-1.example/");
    EXPECT_EQ(at("bedrock/m"), "https://vpce-1.example/model/m/converse-stream");
}

TEST_F(AwsAccount, ABearerTokenComesBeforeAKeyAndNoKeyAtAllIsAnError)
{
    set("AWS_REGION", "us-east-1");
    EXPECT_EQ(url({.name = "bedrock/m"}),
              "there is no key for Amazon Bedrock, which serves m (set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, "
              "or AWS_PROFILE, or AWS_BEARER_TOKEN_BEDROCK)");
    EXPECT_EQ(endpoint_for({.name = "bedrock/m", .api_base = "http://localhost:9"}).value().authorizer, nullptr);
    set("AWS_ACCESS_KEY_ID", "AKIA1");
    set("AWS_SECRET_ACCESS_KEY", "s1");
    EXPECT_NE(endpoint_for({.name = "bedrock/m"}).value().authorizer, nullptr);
    set("AWS_BEARER_TOKEN_BEDROCK", "bedrock-api-key-1");
    EXPECT_EQ(endpoint_for({.name = "bedrock/m"}).value().authorizer, nullptr);
    EXPECT_EQ(endpoint_for({.name = "bedrock/m"}).value().key, "bedrock-api-key-1");
}

TEST_F(AwsAccount, AKeyThatIsRefusedIsReplacedByTheOneThatCameInstead)
{
    credentials("[default]\naws_access_key_id = AKIA1\naws_secret_access_key = s1\n");
    const auto authorizer = aws_authorizer(*find_aws_key().value(), "us-east-1", "bedrock");
    EXPECT_FALSE(authorizer->renew()) << "it is still the same";
    credentials("[default]\naws_access_key_id = AKIA2\naws_secret_access_key = s2\n");
    EXPECT_TRUE(authorizer->renew());
    net::HttpRequest request{.url = "https://h/"};
    ASSERT_TRUE(authorizer->authorize(request, {}));
    EXPECT_NE(net::find_header(request.headers, "authorization").find("Credential=AKIA2/"), std::string_view::npos);
}

}  // namespace oi::llm
