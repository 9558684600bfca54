// Bedrock's exceptions as people meet them: the kind, and what they are told to do.
#include "llm/providers/bedrock_error.h"

#include "base/text.h"
#include "llm/providers.h"

#include <gtest/gtest.h>

namespace oi::llm {

namespace {

Error refused(int status, std::string_view type, std::string_view sentence, std::string_view field = "message")
{
    const Endpoint endpoint{.provider = &bedrock_provider, .vendor = "Amazon Bedrock", .model = "m", .key_env = "AWS_BEARER_TOKEN_BEDROCK"};
    return bedrock_provider.classify(
        {status, {{"x-amzn-ErrorType", cat(type, ":http://internal.amazon.com/")}}, cat("{\"", field, "\":\"", sentence, "\"}")}, endpoint);
}

void expect(const Error& error, ErrorKind kind, std::string_view what, std::string_view hint)
{
    EXPECT_EQ(name(error.kind), name(kind)) << error.what;
    EXPECT_EQ(error.what, what);
    EXPECT_NE(error.hint.find(hint), std::string::npos) << error.hint;
}

}  // namespace

TEST(BedrockError, SaysKindSentenceAndRemedy)
{
    expect(refused(429, "ThrottlingException", "Too many tokens, please wait before trying again."), ErrorKind::rate_limited,
           "429 Too Many Requests: Too many tokens, please wait before trying again.", "later");
    expect(refused(400, "ThrottlingException", "Rate exceeded"), ErrorKind::rate_limited, "400 Bad Request: Rate exceeded", "later");
    expect(refused(403, "AccessDeniedException", "You don't have access to the model with the specified model ID."), ErrorKind::auth,
           "403 Forbidden: You don't have access to the model with the specified model ID.", "Model access");
    expect(refused(403, "AccessDeniedException", "User: arn:aws:iam::1:user/a is not authorized", "Message"), ErrorKind::auth,
           "403 Forbidden: User: arn:aws:iam::1:user/a is not authorized", "bedrock:InvokeModelWithResponseStream");
    expect(refused(403, "ExpiredTokenException", "The security token included in the request is expired"), ErrorKind::auth,
           "403 Forbidden: The security token included in the request is expired", "aws sso login");
    expect(refused(403, "InvalidSignatureException", "Signature expired: 20250101T000000Z is now earlier than 20250101T000500Z"),
           ErrorKind::auth, "403 Forbidden: Signature expired: 20250101T000000Z is now earlier than 20250101T000500Z", "clock");
    expect(refused(403, "InvalidSignatureException", "The request signature we calculated does not match"), ErrorKind::auth,
           "403 Forbidden: The request signature we calculated does not match", "AWS_SECRET_ACCESS_KEY");
    const auto quoted = refused(403, "InvalidSignatureException",
                                "It does not match.\\n\\nThe Canonical String for this request: x-amz-security-token:t0ken");
    EXPECT_EQ(quoted.what, "403 Forbidden: It does not match.") << "what was signed is not repeated";
    expect(refused(400, "ValidationException", "The provided model identifier is invalid."), ErrorKind::not_found,
           "400 Bad Request: The provided model identifier is invalid.", "--model");
    expect(refused(400, "ValidationException",
                   "Invocation of model ID m with on-demand throughput isn't supported. Retry with the ID of an inference profile that "
                   "contains it."),
           ErrorKind::not_found,
           "400 Bad Request: Invocation of model ID m with on-demand throughput isn't supported. Retry with the ID of an inference profile "
           "that "
           "contains it.",
           "--model bedrock/us.m");
    expect(refused(400, "ValidationException", "Input is too long for requested model."), ErrorKind::context_overflow,
           "400 Bad Request: Input is too long for requested model.", "larger window");
    expect(refused(424, "ModelErrorException", "The model failed."), ErrorKind::network, "424: The model failed.", "later");
    expect(refused(400, "ServiceQuotaExceededException", "Quota"), ErrorKind::denied, "400 Bad Request: Quota", "Service Quotas");
    expect(refused(400, "ValidationException", "bad thing"), ErrorKind::invalid, "400 Bad Request: bad thing", "");
}

TEST(BedrockError, InsideAStreamPassingOnesAreTriedAgainAndOthersNot)
{
    const auto kind = [](std::string_view type) { return bedrock_exception(type, R"({"message":"m"})").kind; };
    EXPECT_EQ(kind("throttlingException"), ErrorKind::rate_limited);
    EXPECT_EQ(kind("internalServerException"), ErrorKind::network);
    EXPECT_EQ(kind("serviceUnavailableException"), ErrorKind::network);
    EXPECT_EQ(kind("modelStreamErrorException"), ErrorKind::network);
    EXPECT_EQ(kind("validationException"), ErrorKind::invalid);
    EXPECT_EQ(bedrock_exception("odd", "no JSON \xff").what, "an error inside the stream: odd: no JSON \uFFFD");
}

}  // namespace oi::llm
