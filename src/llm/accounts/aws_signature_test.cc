// Signatures against the requests of Amazon's Signature Version 4 test suite (key, date and scope are the suite's).
#include "llm/accounts/aws_signature.h"

#include "base/text.h"

#include <gtest/gtest.h>

namespace oi::llm {

namespace {

constexpr std::string_view token =
    "AQoDYXdzEPT//////////wEXAMPLEtc764bNrC9SAPBSM22wDOk4x4HIZ8j4FZTwdQWLWsKWHGBuFqwAeMicRXmxfpSPfIeoIYRqTflfKD8YUuwthAx7mSEI/"
    "qkPpKPi/kMcGdQrmGdeehM4IC1NtBmUpp2wUE8phUZampKsburEDy0KPkyQDYwT7WZ0wq5VSXDvp75YU9HFvlRd8Tx6q6fE8YQcHNVXAkiY9q6d+"
    "xo0rKwT38xVqr7ZD0u0iPPkUL64lIZbqBAz+scqKmlzm8FDrypNC9Yjc8fPOLn9FX9KSYvKTr4rvx3iSIlTJabIQwj2ICCR/oLxBA==";

// What follows "SignedHeaders=" in the header Authorization.
std::string signed_as(net::HttpRequest request, std::string_view session_token = {})
{
    const AwsKey key{"AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", std::string{session_token}};
    const auto time = std::chrono::system_clock::from_time_t(1440938160);  // 2015-08-30T12:36:00Z
    EXPECT_TRUE(sign_aws(request, key, {"us-east-1", "service"}, time));
    EXPECT_EQ(net::find_header(request.headers, "x-amz-date"), "20150830T123600Z");
    const std::string value{net::find_header(request.headers, "authorization")};
    const std::string before = "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, SignedHeaders=";
    EXPECT_TRUE(value.starts_with(before)) << value;
    return value.substr(before.size());
}

net::HttpRequest request(std::string_view method, std::string_view path, net::Headers headers = {}, std::string body = {})
{
    net::HttpRequest http;
    http.method = method;
    http.url = cat("https://example.amazonaws.com", path);
    http.headers = std::move(headers);
    http.body = std::move(body);
    return http;
}

}  // namespace

TEST(AwsSignature, IsThatOfTheTestSuite)
{
    const std::string plain = "host;x-amz-date, Signature=";
    EXPECT_EQ(signed_as(request("GET", "/")), plain + "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31");
    EXPECT_EQ(signed_as(request("GET", "")), plain + "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31");
    EXPECT_EQ(signed_as(request("GET", "/-._~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz")),
              plain + "07ef7494c76fa4850883e2b006601f940f8a34d404d0cfa977f52a65bbf5f24f");
    EXPECT_EQ(signed_as(request("GET", "/\u1234")), plain + "8318018e0b0f223aa2bbf98705b62bb787dc9c0e678f255a891fd03141be5d85");
    EXPECT_EQ(signed_as(request("GET", "/?Param2=value2&Param1=value1")),
              plain + "b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500");
    EXPECT_EQ(signed_as(request("GET", "/?\u1234=bar")), plain + "2cdec8eed098649ff3a119c94853b13c643bcf08f8b0a1d91e12c9027818dd04");
    EXPECT_EQ(signed_as(request("POST", "/")), plain + "5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b");
    EXPECT_EQ(signed_as(request("POST", "/?Param1=value1")), plain + "28038455d6de14eafc1f9222cf5aa6f1a96197d7deb8263271d420d138af7f11");
}

TEST(AwsSignature, CoversHeadersBodyAndSessionToken)
{
    EXPECT_EQ(signed_as(request("GET", "/", {{"My-Header1", " value1"}, {"My-Header2", R"( "a   b   c")"}})),
              "host;my-header1;my-header2;x-amz-date, Signature=acc3ed3afb60bb290fc8d2dd0098b9911fcaa05412b367055dee359757a9c736");
    EXPECT_EQ(signed_as(request("POST", "/", {{"Content-Type", "application/x-www-form-urlencoded"}}, "Param1=value1")),
              "content-type;host;x-amz-date, Signature=ff11897932ad3f4e8b18135d722051e5ac45fc38421b1da7b9d196a0fe09473a");
    EXPECT_EQ(signed_as(request("POST", "/"), token),
              "host;x-amz-date;x-amz-security-token, Signature=85d96828115b5dc0cfc3bd16ad9e210dd772bbebba041836c64533a82be05ead");
}

TEST(AwsSignature, OfTheSchemesOwnPortIsTheSameAndOfAnotherIsNot)
{
    const auto at = [](std::string_view url) {
        net::HttpRequest http = request("GET", "/");
        http.url = url;
        return signed_as(http);
    };
    EXPECT_EQ(at("https://example.amazonaws.com:443/"), at("http://example.amazonaws.com:80/"));
    EXPECT_NE(at("https://example.amazonaws.com:8443/"), at("https://example.amazonaws.com/"));
}

}  // namespace oi::llm
