// Retry and what vendors say about waiting.
#include "llm/retry.h"
#include "llm/providers.h"
#include "llm/vendor_error.h"
#include "llm/wait_asked.h"
#include "testing/environment.h"

#include <gtest/gtest.h>

namespace oi::llm {

namespace {

using namespace std::chrono_literals;
const Retry::Clock::time_point start{};
const std::chrono::system_clock::time_point now{std::chrono::seconds{1445412480}};  // Wed, 21 Oct 2015 07:28:00 GMT

}  // namespace

TEST(Retry, WaitsLongerEachTimeWithJitter)
{
    Retry retry{std::nullopt};
    const Error error{ErrorKind::network, "gone"};
    for (const auto longest : {500ms, 1000ms, 2000ms, 4000ms, 8000ms, 16000ms, 30000ms, 30000ms}) {
        const auto wait = retry.next(error, start).value();
        EXPECT_LE(wait, longest);
        EXPECT_GE(wait, longest / 2);
    }
}

TEST(Retry, NeverComesBackBeforeItIsAsked)
{
    Retry retry{std::nullopt};
    EXPECT_GE(*retry.next({.kind = ErrorKind::rate_limited, .retry_after = 7s}, start), 7s);
    EXPECT_LE(*retry.next({.kind = ErrorKind::rate_limited, .retry_after = 24h}, start), 6min);
}

TEST(Retry, EndsWhenItsTimeIsUp)
{
    Retry retry{10s};
    const Error error{ErrorKind::network, "gone"};
    EXPECT_TRUE(retry.next(error, start));
    EXPECT_LE(*retry.next(error, start + 9900ms), 100ms);
    EXPECT_FALSE(retry.next(error, start + 10s));
    Retry other{10s};
    EXPECT_FALSE(other.next({.kind = ErrorKind::rate_limited, .retry_after = 11s}, start));
}

TEST(Retry, OnlyPassingFailuresAreTriedAgain)
{
    for (const auto kind : {ErrorKind::auth, ErrorKind::not_found, ErrorKind::invalid, ErrorKind::protocol, ErrorKind::timeout,
                            ErrorKind::cancelled, ErrorKind::denied})
        EXPECT_FALSE(Retry{std::nullopt}.next({.kind = kind}, start)) << name(kind);
}

TEST(WaitAsked, ReadsSecondsDatesAndResetHeaders)
{
    EXPECT_EQ(wait_asked({{"Retry-After", "7"}}, 429, now), 7s);
    EXPECT_EQ(wait_asked({{"retry-after", "1.5"}}, 503, now), 1500ms);
    EXPECT_EQ(wait_asked({{"Retry-After", "Wed, 21 Oct 2015 07:28:30 GMT"}}, 503, now), 30s);
    EXPECT_EQ(wait_asked({{"Retry-After", "Wed, 21 Oct 2015 07:27:30 GMT"}}, 503, now), 0s);
    EXPECT_EQ(wait_asked({{"Retry-After", "soon"}}, 503, now), 0s);
    EXPECT_EQ(wait_asked({{"retry-after-ms", "250"}, {"Retry-After", "9"}}, 429, now), 250ms);
    EXPECT_EQ(wait_asked({{"x-ratelimit-remaining-tokens", "0"},
                          {"x-ratelimit-reset-tokens", "6m0s"},
                          {"x-ratelimit-remaining-requests", "10"},
                          {"x-ratelimit-reset-requests", "9h"}},
                         429, now),
              6min);
    EXPECT_EQ(wait_asked({{"x-ratelimit-remaining-requests", "0"}, {"x-ratelimit-reset-requests", "1.5s"}}, 429, now), 1500ms);
    EXPECT_EQ(wait_asked({{"anthropic-ratelimit-requests-remaining", "0"}, {"anthropic-ratelimit-requests-reset", "2015-10-21T07:29:00Z"}},
                         429, now),
              1min);
    EXPECT_EQ(wait_asked({{"x-ratelimit-remaining-requests", "0"}, {"x-ratelimit-reset-requests", "1s"}}, 500, now), 0s);
}

TEST(WaitAsked, KnowsHowEachVendorWritesIt)
{
    EXPECT_EQ(wait_asked({{"x-ms-retry-after-ms", "1200"}}, 429, now), 1200ms) << "Azure";
    EXPECT_EQ(wait_asked({{"x-ratelimit-remaining-tokens", "0"}, {"x-ratelimit-reset-tokens", "7.66s"}}, 429, now), 7660ms) << "Groq";
    EXPECT_EQ(wait_asked({{"x-ratelimit-remaining-requests", "0"}, {"x-ratelimit-reset-requests", "2m59.56s"}}, 429, now), 179'560ms);
    for (const std::string what : {"tokens", "input-tokens", "output-tokens"})
        EXPECT_EQ(wait_asked({{"anthropic-ratelimit-" + what + "-remaining", "0"},
                              {"anthropic-ratelimit-" + what + "-reset", "2015-10-21T07:28:20Z"}},
                             429, now),
                  20s);
    EXPECT_EQ(wait_asked({{"X-RateLimit-Remaining", "0"}, {"X-RateLimit-Reset", "1445412490000"}}, 429, now), 10s) << "OpenRouter";
    EXPECT_EQ(wait_asked({{"x-ratelimit-remaining", "0"}, {"x-ratelimit-reset", "1445412495"}}, 429, now), 15s) << "GitHub";
    EXPECT_EQ(wait_asked({{"x-ratelimit-remaining", "0"}, {"x-ratelimit-reset", "30"}}, 429, now), 30s);
    EXPECT_EQ(wait_asked({{"x-ratelimit-remaining", "5"}, {"x-ratelimit-reset", "30"}}, 429, now), 0s) << "this limit is not used up";
    EXPECT_EQ(wait_asked({{"x-ratelimit-timeremaining", "42"}}, 429, now), 42s) << "GitHub Models";
    EXPECT_EQ(wait_asked({{"x-ratelimit-remaining", "0"}, {"x-ratelimit-reset", "1445412470"}}, 429, now), 0s) << "in the past";
}

TEST(WaitAsked, ReadsErrorObjectsAndSentences)
{
    const auto in = [](std::string_view body) { return wait_in(json::parse(body).value(), 429, now); };
    EXPECT_EQ(in(R"({"error":{"details":[{"@type":"type.googleapis.com/google.rpc.RetryInfo","retryDelay":"34s"}]}})"), 34s);
    EXPECT_EQ(in(R"({"error":{"metadata":{"headers":{"X-RateLimit-Remaining":"0","X-RateLimit-Reset":"1445412490000"}}}})"), 10s);
    EXPECT_EQ(in(R"({"error":"busy"})"), 0s);
    EXPECT_EQ(wait_in_words("Rate limit reached for gpt-4o in organization x. Please try again in 1.2s. Visit"), 1200ms);
    EXPECT_EQ(wait_in_words("Limit 500, Used 500. Please try again in 7m12s."), 432s);
    EXPECT_EQ(wait_in_words("Please try again in 345ms, or later"), 345ms);
    EXPECT_EQ(wait_in_words("Please try again in a while"), 0s);
    const Endpoint endpoint{.vendor = "OpenAI"};
    EXPECT_EQ(vendor_error({429, {}, R"({"error":{"message":"Rate limit reached. Please try again in 20s."}})"}, endpoint).retry_after,
              20s);
}

TEST(VendorError, OfAProxyNamesTheProxyAndNotTheVendor)
{
    const testing::Environment proxy{"http_proxy", "http://ada:secret@proxy.test:3128"};
    const auto error = vendor_error({407, {}, "<html>"}, {.vendor = "V", .base_url = "http://vendor.test/v1"});
    EXPECT_EQ(error.kind, ErrorKind::auth);
    EXPECT_EQ(error.what, "the proxy http://proxy.test:3128 wants a name and a password: 407 Proxy Authentication Required");
}

TEST(VendorError, TellsAnEmptyAccountFromALimitThatPasses)
{
    const Endpoint endpoint{.vendor = "OpenAI", .key_env = "OPENAI_API_KEY"};
    const auto error = vendor_error(
        {429, {}, R"({"error":{"message":"You exceeded your current quota","type":"insufficient_quota","code":"insufficient_quota"}})"},
        endpoint);
    EXPECT_EQ(error.kind, ErrorKind::denied);
    EXPECT_NE(error.hint.find("credit"), std::string::npos);
    EXPECT_EQ(vendor_error({429, {}, R"({"error":{"message":"Rate limit reached"}})"}, endpoint).kind, ErrorKind::rate_limited);
}

TEST(VendorError, OfGeminiIsReadBeyondItsStatus)
{
    const Endpoint endpoint{.provider = &gemini_provider, .vendor = "Gemini", .key_env = "GEMINI_API_KEY"};
    const auto read = [&](int status, std::string body) { return gemini_provider.classify({status, {}, std::move(body)}, endpoint); };
    const auto wrong_key =
        read(400, R"([{"error":{"code":400,"message":"API key not valid. Please pass a valid API key.","status":"INVALID_ARGUMENT"}}])");
    EXPECT_EQ(wrong_key.kind, ErrorKind::auth);
    EXPECT_EQ(wrong_key.what, "400 Bad Request: API key not valid. Please pass a valid API key.");
    EXPECT_NE(wrong_key.hint.find("GEMINI_API_KEY"), std::string::npos);
    EXPECT_EQ(
        read(400, R"({"error":{"message":"The input token count (1200000) exceeds the maximum number of tokens allowed (1048576)."}})")
            .kind,
        ErrorKind::context_overflow);
    const auto minute =
        read(429, R"({"error":{"code":429,"message":"You exceeded your current quota, please check your plan and billing details.",
        "details":[{"@type":"type.googleapis.com/google.rpc.QuotaFailure","violations":[{"quotaId":"GenerateRequestsPerMinute-FreeTier"}]},
                   {"@type":"type.googleapis.com/google.rpc.RetryInfo","retryDelay":"34.5s"}]}})");
    EXPECT_EQ(minute.kind, ErrorKind::rate_limited);
    EXPECT_EQ(minute.retry_after, 34'500ms);
    EXPECT_EQ(
        read(
            429,
            R"({"error":{"message":"You exceeded your current quota","details":[{"violations":[{"quotaId":"RequestsPerDay"}]},{"retryDelay":"3s"}]}})")
            .kind,
        ErrorKind::denied);
}

TEST(VendorError, OfOllamaSaysHowToGetAModel)
{
    const Endpoint endpoint{.provider = &ollama_provider, .vendor = "Ollama", .model = "qwen3:8b"};
    const auto error = ollama_provider.classify({404, {}, R"({"error":"model 'qwen3:8b' not found"})"}, endpoint);
    EXPECT_EQ(error.kind, ErrorKind::not_found);
    EXPECT_NE(error.hint.find("ollama pull qwen3:8b"), std::string::npos);
}

TEST(VendorError, FindsTheSentenceInEveryShape)
{
    const Endpoint endpoint{.vendor = "V"};
    const auto what = [&](std::string body) { return vendor_error({422, {}, std::move(body)}, endpoint).what; };
    EXPECT_EQ(what(R"({"error":"bad\nthing"})"), "422 Unprocessable Content: bad thing");
    EXPECT_EQ(what(R"({"message":"bad"})"), "422 Unprocessable Content: bad");
    EXPECT_EQ(what(R"({"detail":[{"msg":"field required"}]})"), "422 Unprocessable Content: field required");
    EXPECT_EQ(what("  plain\twords "), "422 Unprocessable Content: plain words");
    EXPECT_EQ(what("<html><body>x"), "422 Unprocessable Content: an HTML page");
    EXPECT_EQ(what(""), "422 Unprocessable Content");
    EXPECT_EQ(what(R"({"odd":1})"), R"(422 Unprocessable Content: {"odd":1})");
}

}  // namespace oi::llm
