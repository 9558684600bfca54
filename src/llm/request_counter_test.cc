// Counts of whole requests, against what vendors have counted.
#include "llm/request_counter.h"

#include "base/text.h"
#include "llm/providers.h"

#include <gtest/gtest.h>

namespace oi::llm {

namespace {

const std::vector<std::string> languages{"python", "javascript", "shell"};

Endpoint endpoint(std::string model)
{
    return {.provider = &openai_provider, .vendor = "OpenAI", .model = std::move(model), .takes_images = true};
}

long tokens_of(std::string_view model, std::string_view system, const std::vector<Message>& messages, bool offers_tools = false)
{
    RequestCounter counter;
    return counter.count({.system = system, .messages = messages, .languages = languages, .offers_tools = offers_tools},
                         endpoint(std::string{model}));
}

}  // namespace

// Messages of OpenAI's cookbook, "How to count tokens with tiktoken": the API reported 129 prompt tokens for the six of them
// with gpt-4 and 124 with gpt-4o; these are the shares of those that we can send as they are.
TEST(RequestCounter, CountsChatsAsOpenAiReportedThem)
{
    constexpr std::string_view helper =
        "You are a helpful, pattern-following assistant that translates corporate jargon into plain English.";
    const std::string pivot = "This late pivot means we don't have time to boil the ocean for the client deliverable.";
    const std::vector<std::string_view> named{
        "New synergies will help drive top-line growth.", "Things working well together will increase revenue.",
        "Let's circle back when we have more bandwidth to touch base on opportunities for increased leverage.",
        "Let's talk later when we're less busy about how to do better."};
    for (const auto& [model, reported] : {std::pair{"gpt-4-0613", 129L}, std::pair{"gpt-4o-2024-08-06", 124L}}) {
        long count = tokens_of(model, helper, {user(pivot)});
        // We give no names: these four have one each, of two tokens, and a token that says so.
        for (const auto text : named) count += tokens_of(model, "", {user(std::string{text})}) - 3 + 2 + 1;
        EXPECT_EQ(count, reported) << model;
    }
    EXPECT_EQ(tokens_of("gpt-4o", "", {user("hello")}), 8);
    EXPECT_EQ(tokens_of("gpt-4o", "", {user("hello world")}), 9);
    EXPECT_EQ(tokens_of("gpt-4o", "", {user(pivot)}), 25);
}

// The numbers are those of npm's gpt-tokenizer 4.0.0, whose rules were made after what OpenAI's API reported.
TEST(RequestCounter, CountsToolsAndCallsAsTheReferenceDoes)
{
    const std::vector<Message> asked{user("How large is the folder /var/log? Answer in megabytes.")};
    EXPECT_EQ(tokens_of("gpt-4", "Be brief.", asked), 28);
    EXPECT_EQ(tokens_of("gpt-4", "Be brief.", asked, true), 92);
    EXPECT_EQ(tokens_of("gpt-4o", "Be brief.", asked), 28);
    EXPECT_EQ(tokens_of("gpt-4o", "Be brief.", asked, true), 90);
}

TEST(RequestCounter, ImagesCostWhatTheirSizeSays)
{
    // https://platform.openai.com/docs/guides/images-vision: the examples.
    EXPECT_EQ(image_tokens(token_family("gpt-4o"), "gpt-4o", 1024, 1024), 765);
    EXPECT_EQ(image_tokens(token_family("gpt-4o"), "gpt-4o", 2048, 4096), 1105);
    EXPECT_EQ(image_tokens(token_family("gpt-4o-mini"), "gpt-4o-mini", 1024, 1024), 2833 + 4 * 5667);
    EXPECT_EQ(image_tokens(token_family("gpt-4.1-mini"), "gpt-4.1-mini", 1024, 1024), 1659);  // 1024 patches
    // https://docs.anthropic.com/en/docs/build-with-claude/vision: 1000 x 1000 costs about 1334.
    EXPECT_NEAR(image_tokens(token_family("claude-sonnet-4"), "claude-sonnet-4", 1000, 1000), 1334, 5);
    EXPECT_EQ(image_tokens(token_family("gemini-2.5-pro"), "gemini-2.5-pro", 384, 384), 258);
    EXPECT_EQ(image_tokens(token_family("gemini-2.5-pro"), "gemini-2.5-pro", 960, 540), 6 * 258);
    const Message picture{Role::user, Kind::image, "base64.png",
                          "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNoAAAAggCBd81ytgAAAABJRU5ErkJggg==", ""};
    EXPECT_EQ(tokens_of("gpt-4o", "", {user("hello"), picture}), tokens_of("gpt-4o", "", {user("hello")}) + 85 + 170);
}

TEST(RequestCounter, FamiliesGoByTheModelsName)
{
    EXPECT_EQ(token_family("gpt-4"), TokenFamily::cl100k);
    EXPECT_EQ(token_family("gpt-4-turbo"), TokenFamily::cl100k);
    EXPECT_EQ(token_family("gpt-3.5-turbo"), TokenFamily::cl100k);
    EXPECT_EQ(token_family("gpt-4o"), TokenFamily::o200k);
    EXPECT_EQ(token_family("gpt-4.1"), TokenFamily::o200k);
    EXPECT_EQ(token_family("openai/gpt-5-mini"), TokenFamily::o200k);
    EXPECT_EQ(token_family("o3-mini"), TokenFamily::o200k);
    EXPECT_EQ(token_family("gpt-oss:20b"), TokenFamily::o200k);
    EXPECT_EQ(token_family("anthropic.claude-3-5-sonnet-20240620-v1:0"), TokenFamily::claude);
    EXPECT_EQ(token_family("meta-llama/Llama-3.3-70B-Instruct"), TokenFamily::llama);
    EXPECT_EQ(token_family("DeepSeek-R1-Distill-Llama"), TokenFamily::deepseek);
    EXPECT_EQ(token_family("something"), TokenFamily::other);
}

// The second request is what the vendor has counted for the first, and what has come since.
TEST(RequestCounter, AReportedCountIsTheBaseOfTheNextEstimate)
{
    std::vector<Message> messages{user("List the files, please."), code("shell", "ls -l /var/log"), output(std::string(3000, 'x'))};
    const auto request = [&] { return Request{.system = "Be brief.", .messages = messages, .languages = languages}; };
    for (const std::string model : {"gpt-4o", "claude-sonnet-4"}) {
        RequestCounter counter;
        messages.resize(3);
        const long own = counter.count(request(), endpoint(model));
        const long reported = own + own / 5;
        counter.learn(request(), endpoint(model), reported);
        EXPECT_EQ(counter.count(request(), endpoint(model)), reported) << model;
        messages.push_back(assistant("There are logs of the last week."));
        messages.push_back(user("Which one is the largest of them all?"));
        const long more = RequestCounter{}.count(request(), endpoint(model)) - own;
        const long scaled = model == "gpt-4o" ? more : more + more / 5;
        EXPECT_NEAR(counter.count(request(), endpoint(model)), reported + scaled, 1) << model;
        messages[0].content += "!";
        EXPECT_NEAR(counter.count(request(), endpoint(model)), own + more, 3) << model << ": another conversation";
        messages[0].content.pop_back();
    }
}

TEST(RequestCounter, NonsenseOfAServerIsNotBelieved)
{
    const std::vector<Message> messages{user(std::string(3000, 'x'))};
    const Request request{.system = "s", .messages = messages, .languages = languages};
    RequestCounter counter;
    const long own = counter.count(request, endpoint("gpt-4o"));
    for (const long reported : {0L, 1L, 12L, own * 10}) {
        counter.learn(request, endpoint("gpt-4o"), reported);
        EXPECT_EQ(counter.count(request, endpoint("gpt-4o")), own) << reported;
    }
}

}  // namespace oi::llm
