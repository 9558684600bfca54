// Credentials of Google: both kinds of file, what is wrong with others, the signed assertion, the answer to it; Vertex's addresses.
#include "llm/accounts/google_credentials.h"

#include "base/base64.h"
#include "base/json.h"
#include "base/text.h"
#include "llm/endpoint_for.h"
#include "llm/providers.h"
#include "sys/files.h"
#include "testing/environment.h"
#include "testing/temp_dir.h"

#include <gtest/gtest.h>

#include <list>

namespace oi::llm {

namespace {

using testing::Environment;
using testing::TempDir;

const std::string person =
    R"({"type":"authorized_user","client_id":"id.apps","client_secret":"c&s","refresh_token":"1//r t","quota_project_id":"quota-1"})";

// A key of 1024 bits made for this test, and what `openssl dgst -sha256 -sign` makes of a text with it.
constexpr std::string_view test_key =
    "-----BEGIN PRIVATE KEY-----\n"
    "MIICdgIBADANBgkqhkiG9w0BAQEFAASCAmAwggJcAgEAAoGBAN+kVIIYVL9M5jLD\n"
    "jlPQLRgmXoxRlKAFSB2+dGPXm+v16Ul64HIgy5TMuLdPwiP32SpuA5OQ1fB29Vi7\n"
    "a9pG34f2A3KCwCu2xhFTkyght9IpB1QTYR4RiTQlFHSezg4QMLXcw2/A6v1Q1wYr\n"
    "p6ALETvWka872HmWC4orMCrgWHg1AgMBAAECgYAW3Qn2st4XIJl4Hx3x25qAmYuY\n"
    "9M4o/eE9iTcE7gn2uZE7/d/sSwYFFFjeBL1oR/JfsBeVgn0ctEyo4aBJFG3Nm5gl\n"
    "aiLkggLggtuCZN3ik+ye7hl/G83KWgaVWZxCVhcHyqN8gqXLaHTcSCtF9RPnuHHq\n"
    "8NN9Pkcy1UxZ3LtzEQJBAPgsSVQKRvdzniwHDW0sKDcE0G7KOAdIIOHNkSVcFuPu\n"
    "U8yU8UgQf5RUushyAM1tQ9pOIv8bhm7tMK+cRmGSW2cCQQDmsfuz+LwO+RjqQmO/\n"
    "FKA/YBfxS/Z/I6X+Aa2EFQsayKdjC9Uzh+Ga3/RidlfaYP8Aoi04q+ftoqmz2jqn\n"
    "OaoDAkEAs4ye9N2GoIsWmbX0gdLbuYqTHkTRqnsFxzhJ1eS9buTD3hS4SDIfi3qN\n"
    "tG2+pOFzoOK9MSKB7YlPmw4OYZNY6wJAQY+5aac5wsOWChU+BbLV68ziYQfmkLFP\n"
    "3kUZy9yzIDSAJYzaVV+7hOk6qbTaOMyyC7sLQPzR194PfnZ5jsa7gwJAceBdknof\n"
    "0r3rkVQD6BbM5s03+L3g36gDSdp0+qsD4jNMC+EbNxa4d+LRqJK6BHw8WEHRJQPB\n"
    "M4Yr5dhttYq48g==\n"
    "-----END PRIVATE KEY-----\n";
constexpr std::string_view test_signature =
    "j9-t3ZNOJqPJxtb2ppviXE7EE7H5bLOa2r9zfApRKPs3KkXL2Nhy6SJ6PD1Z5UIfS-sfzk_k9L2wdgWKI8JxDBdLze4UVJajgOEc"
    "2LuY8J2gcBE26rxgxiMoWAZ_ZM293sUux9PwAbeZ2ZrXsxjBxBqe1ZCKTNqYju_WFkBiZQ8";

std::string account(std::string_view key = test_key, std::string_view uri = "https://oauth2.googleapis.com/token")
{
    json::Writer w;
    w.object([&] {
        w.field("type", "service_account");
        w.field("project_id", "project-1");
        w.field("private_key_id", "kid-1");
        w.field("private_key", key);
        w.field("client_email", "robot@project-1.iam.gserviceaccount.com");
        w.field("token_uri", uri);
    });
    return w.take();
}

std::string problem(std::string_view json)
{
    const auto read = read_google_credentials(json, "/k.json");
    return read ? "none" : to_line(read.error());
}

std::string from_base64url(std::string_view text)
{
    std::string usual{text};
    for (char& c : usual) c = c == '-' ? '+' : c == '_' ? '/' : c;
    return from_base64(usual);
}

std::string url_of(const ModelOptions& options)
{
    const auto endpoint = endpoint_for(options);
    if (!endpoint) return to_line(endpoint.error());
    const std::vector<Message> messages{user("hi")};
    return endpoint->provider->encode({.system = "", .messages = messages}, *endpoint).url;
}

// Nothing of the outer world.
class VertexAccount : public ::testing::Test {
protected:
    VertexAccount()
    {
        for (const char* name :
             {"VERTEXAI_CREDENTIALS", "GOOGLE_APPLICATION_CREDENTIALS", "VERTEXAI_PROJECT", "GOOGLE_CLOUD_PROJECT", "VERTEXAI_LOCATION",
              "GOOGLE_CLOUD_LOCATION", "VERTEX_AI_API_BASE", "VERTEX_AI_BASE_URL", "VERTEX_AI_API_KEY"})
            set(name, "");
        set("CLOUDSDK_CONFIG", folder_.path());
    }
    void set(const char* name, const std::string& value) { environment_.emplace_back(name, value); }
    TempDir folder_;

private:
    std::list<Environment> environment_;
};

}  // namespace

TEST(GoogleCredentials, NameFileAndFieldOfWhatIsWrongAndQuoteNothing)
{
    EXPECT_EQ(problem(account()), "none");
    EXPECT_EQ(problem(person), "none");
    const std::string lacks = "the credentials in /k.json lack ";
    const std::string remedy = " (download the key anew, or run gcloud auth application-default login)";
    EXPECT_EQ(problem(R"({"type":"service_account","private_key":"s3cret"})"), lacks + "client_email" + remedy);
    EXPECT_EQ(problem(R"({"type":"service_account","client_email":"a@b"})"), lacks + "private_key" + remedy);
    EXPECT_EQ(problem(R"({"type":"authorized_user","client_id":"a","client_secret":"s3cret"})"), lacks + "refresh_token" + remedy);
    for (const char* bad : {"s3cret", R"({"type":"external_account","x":"s3cret"})", R"(["s3cret"])", R"({"private_key":"s3cret"})"}) {
        EXPECT_EQ(problem(bad).find("s3cret"), std::string::npos) << problem(bad);
        EXPECT_NE(problem(bad).find("/k.json"), std::string::npos) << problem(bad);
    }
    EXPECT_NE(problem(R"({"type":"external_account"})").find("gcloud auth print-access-token"), std::string::npos);
    EXPECT_EQ(problem(account(test_key, "http://evil.example/token")), "token_uri in /k.json is no https address (download the key anew)");
    const auto no_key = google_token_request(read_google_credentials(account("nonsense"), "/k.json").value(), {});
    EXPECT_EQ(to_line(no_key.error()), "private_key in /k.json is no RSA private key in PEM form (download the key anew)");
}

TEST(GoogleCredentials, OfAServiceAccountBecomeASignedAssertion)
{
    const auto time = std::chrono::system_clock::from_time_t(1'700'000'000);
    const auto request = google_token_request(read_google_credentials(account(), "/k.json").value(), time).value();
    EXPECT_EQ(request.url, "https://oauth2.googleapis.com/token");
    const std::string begin = "grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Ajwt-bearer&assertion=";
    ASSERT_TRUE(request.body.starts_with(begin));
    const auto parts = split(std::string_view{request.body}.substr(begin.size()), '.');
    ASSERT_EQ(parts.size(), 3U);
    EXPECT_EQ(from_base64url(parts[0]), R"({"alg":"RS256","typ":"JWT","kid":"kid-1"})");
    EXPECT_EQ(from_base64url(parts[1]),
              R"({"iss":"robot@project-1.iam.gserviceaccount.com","scope":"https://www.googleapis.com/auth/cloud-platform",)"
              R"("aud":"https://oauth2.googleapis.com/token","iat":1700000000,"exp":1700003600})");
    EXPECT_EQ(parts[2], test_signature);
}

TEST(GoogleCredentials, OfAPersonAreARefreshToken)
{
    const auto request = google_token_request(read_google_credentials(person, "/k.json").value(), {}).value();
    EXPECT_EQ(request.body, "grant_type=refresh_token&client_id=id.apps&client_secret=c%26s&refresh_token=1%2F%2Fr%20t");
}

TEST(GoogleCredentials, TheAnswerIsATokenOrSaysWhatToDo)
{
    const auto credentials = read_google_credentials(account(), "/k.json").value();
    const auto read = [&](int status, std::string body) { return read_google_token({status, {}, std::move(body)}, credentials); };
    const auto token = read(200, R"({"access_token":"ya29.x","expires_in":3599,"token_type":"Bearer"})").value();
    EXPECT_EQ(token.token, "ya29.x");
    EXPECT_EQ(token.lifetime.count(), 3599);
    const auto refused = read(400, R"({"error":"invalid_grant","error_description":"Invalid JWT Signature."})").error();
    EXPECT_EQ(refused.kind, ErrorKind::auth);
    EXPECT_EQ(refused.what,
              "https://oauth2.googleapis.com gave no access token for the credentials in /k.json: 400 Bad Request: invalid_grant: "
              "Invalid JWT Signature.");
    EXPECT_NE(
        read(400, R"({"error":"invalid_grant","error_description":"Token must be a short-lived token. Check your iat and exp values."})")
            .error()
            .hint.find("clock"),
        std::string::npos);
    EXPECT_EQ(read(503, "").error().kind, ErrorKind::network);
    EXPECT_EQ(read(200, "<html>").error().kind, ErrorKind::protocol);
}

TEST_F(VertexAccount, CredentialsAreFoundInTheirPlaces)
{
    const auto found = [] {
        const auto credentials = find_google_credentials();
        if (!credentials) return to_line(credentials.error());
        return *credentials ? (*credentials)->source : "none";
    };
    EXPECT_EQ(found(), "none");
    const std::string usual = cat(folder_.path(), "/application_default_credentials.json");
    ASSERT_TRUE(sys::write_file(usual, person));
    EXPECT_EQ(found(), usual);
    const std::string named = cat(folder_.path(), "/key.json");
    set("GOOGLE_APPLICATION_CREDENTIALS", named);
    EXPECT_NE(found().find(named), std::string::npos) << "a file that is not there is named";
    ASSERT_TRUE(sys::write_file(named, account()));
    EXPECT_EQ(found(), named);
    set("VERTEXAI_CREDENTIALS", account());
    EXPECT_EQ(found(), "VERTEXAI_CREDENTIALS");
}

TEST_F(VertexAccount, ProjectAndLocationMakeTheAddress)
{
    EXPECT_EQ(url_of({.name = "vertex_ai/gemini-2.5-pro"}),
              "there are no credentials for Vertex AI, which serves gemini-2.5-pro (run gcloud auth application-default login, or set "
              "GOOGLE_APPLICATION_CREDENTIALS to a service account's key file)");
    EXPECT_EQ(url_of({.name = "vertex_ai/gemini-2.5-pro", .api_key = "ya29.x"}),
              "the project of Vertex AI is not known: VERTEXAI_PROJECT is not set (set VERTEXAI_PROJECT)");
    set("VERTEXAI_CREDENTIALS", account());
    const std::string gemini = "/publishers/google/models/gemini-2.5-pro:streamGenerateContent?alt=sse";
    for (const char* name : {"vertex_ai/gemini-2.5-pro", "vertex/gemini-2.5-pro", "vertex_ai_beta/gemini-2.5-pro"})
        EXPECT_EQ(url_of({.name = name}),
                  "https://us-central1-aiplatform.googleapis.com/v1/projects/project-1/locations/us-central1" + gemini);
    set("GOOGLE_CLOUD_LOCATION", "europe-west4");
    set("GOOGLE_CLOUD_PROJECT", "project-2");
    EXPECT_EQ(url_of({.name = "vertex_ai/claude-sonnet-4-5@20250929"}),
              "https://europe-west4-aiplatform.googleapis.com/v1/projects/project-2/locations/europe-west4/publishers/anthropic/models/"
              "claude-sonnet-4-5@20250929:streamRawPredict");
    set("VERTEXAI_LOCATION", "global");
    set("VERTEXAI_PROJECT", "project-3");
    EXPECT_EQ(url_of({.name = "vertex_ai/gemini-2.5-pro"}),
              "https://aiplatform.googleapis.com/v1/projects/project-3/locations/global" + gemini);
    for (const char* base : {"http://localhost:9", "http://localhost:9/v1/", "http://localhost:9/v1/projects/project-3/locations/global"})
        EXPECT_EQ(url_of({.name = "vertex_ai/gemini-2.5-pro", .api_base = base}),
                  "http://localhost:9/v1/projects/project-3/locations/global" + gemini);
}

TEST_F(VertexAccount, ClaudeGetsItsVersionInTheBodyAndNoModel)
{
    set("VERTEXAI_PROJECT", "p");
    const auto endpoint = endpoint_for({.name = "vertex_ai/claude-sonnet-4-5", .api_key = "ya29.x"}).value();
    const std::vector<Message> messages{user("hi")};
    const auto http = endpoint.provider->encode({.system = "", .messages = messages}, endpoint);
    EXPECT_TRUE(http.body.starts_with(R"({"anthropic_version":"vertex-2023-10-16","max_tokens":)")) << http.body;
    EXPECT_EQ(http.body.find("\"model\""), std::string::npos);
    EXPECT_EQ(net::find_header(http.headers, "authorization"), "Bearer ya29.x");
    EXPECT_EQ(net::find_header(http.headers, "x-api-key"), "");
    EXPECT_EQ(net::find_header(http.headers, "anthropic-version"), "");
}

}  // namespace oi::llm
