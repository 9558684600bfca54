// Fall-back models: when the next is asked, when the first comes back, and what people are told.
#include "llm/fallback_model.h"

#include "base/text.h"
#include "testing/environment.h"
#include "testing/scripted_model.h"

#include <gtest/gtest.h>

namespace oi::llm {

namespace {

using namespace std::chrono_literals;
using namespace oi::testing;

const Error busy{ErrorKind::rate_limited, "One: 429 Too Many Requests: Slow down", "", 60s};

// Two models that the test can look at, behind one.
struct Pair {
    Pair(std::vector<Reply> of_first, std::vector<Reply> of_second)
    {
        auto a = std::make_unique<ScriptedModel>(std::move(of_first));
        auto b = std::make_unique<ScriptedModel>(std::move(of_second));
        first = a.get();
        second = b.get();
        std::vector<std::unique_ptr<LanguageModel>> models;
        models.push_back(std::move(a));
        models.push_back(std::move(b));
        both = std::make_unique<FallbackModel>(std::move(models), [this] { return now; });
    }
    Result<Usage> ask()
    {
        return both->stream({},
                            [this](const Event& event) {
                                if (const auto* chunk = std::get_if<Chunk>(&event)) said += chunk->content;
                                if (const auto* notice = std::get_if<Notice>(&event)) notices.push_back(notice->text);
                            },
                            {});
    }
    ScriptedModel* first;
    ScriptedModel* second;
    FallbackModel::Clock::time_point now{};
    std::unique_ptr<FallbackModel> both;
    std::string said;
    std::vector<std::string> notices;
};

}  // namespace

TEST(FallbackModel, TheNextAnswersAndStaysForAWhile)
{
    Pair pair{{busy, says("c")}, {says("a"), says("b")}};
    EXPECT_TRUE(pair.ask());
    ASSERT_EQ(pair.notices.size(), 1U);
    EXPECT_NE(pair.notices[0].find("429 Too Many Requests: Slow down, with 60 s to wait"), std::string::npos) << pair.notices[0];
    EXPECT_TRUE(pair.ask());
    EXPECT_EQ(pair.first->asked.size(), 1U);
    pair.now += FallbackModel::stay;
    EXPECT_TRUE(pair.ask());
    EXPECT_EQ(pair.said, "abc");
    EXPECT_EQ(pair.notices.size(), 1U);
}

TEST(FallbackModel, FailuresThatAreTheRequestsOwnStand)
{
    for (const auto kind : {ErrorKind::invalid, ErrorKind::context_overflow, ErrorKind::cancelled, ErrorKind::protocol}) {
        Pair pair{{Error{kind, "no"}}, {says("never")}};
        EXPECT_EQ(pair.ask().error().kind, kind);
        EXPECT_TRUE(pair.second->asked.empty());
    }
    for (const auto kind : {ErrorKind::network, ErrorKind::timeout, ErrorKind::auth, ErrorKind::not_found, ErrorKind::denied}) {
        Pair pair{{Error{kind, "no"}}, {says("yes")}};
        EXPECT_TRUE(pair.ask()) << name(kind);
    }
}

TEST(FallbackModel, AReplyThatHasBegunIsNotSaidAgainByAnother)
{
    Pair pair{{Reply{says("half")}.then(busy)}, {says("never")}};
    EXPECT_EQ(pair.ask().error(), busy);
    EXPECT_TRUE(pair.second->asked.empty());
}

TEST(FallbackModel, OneThatOnlyThoughtHasSaidNothing)
{
    Reply thinking{busy};
    thinking.events.emplace_back(Reasoning{"Hm."});
    Pair pair{{thinking}, {says("yes")}};
    EXPECT_TRUE(pair.ask());
    EXPECT_EQ(pair.said, "yes");
}

TEST(FallbackModel, EachIsAskedOnceAndTheLastErrorStands)
{
    const Error gone{ErrorKind::network, "Two: gone"};
    Pair pair{{busy, busy}, {gone, gone}};
    EXPECT_EQ(pair.ask().error(), gone);
    EXPECT_EQ(pair.ask().error(), busy) << "the second is in use, the first is behind it";
    EXPECT_EQ(pair.first->asked.size(), 2U);
    EXPECT_EQ(pair.second->asked.size(), 2U);
}

TEST(FallbackModel, OneWithoutAKeyIsNamedAtTheStart)
{
    const Environment none{"ANTHROPIC_API_KEY", ""};
    const auto model = open_with_fallbacks({.name = "openai/m", .api_key = "k"}, "openai/n, claude-3-5-haiku");
    ASSERT_FALSE(model);
    EXPECT_EQ(model.error().kind, ErrorKind::auth);
    EXPECT_EQ(model.error().what.find("the fall-back model claude-3-5-haiku: there is no key for Anthropic"), 0U) << model.error().what;
    EXPECT_NE(model.error().hint.find("ANTHROPIC_API_KEY"), std::string::npos);
    EXPECT_EQ(open_with_fallbacks({.name = "openai/m", .api_key = "k"}, "openai/n,,").error().kind, ErrorKind::invalid);
    EXPECT_TRUE(open_with_fallbacks({.name = "openai/m", .api_key = "k"}, "openai/n")) << "one vendor, one key";
}

}  // namespace oi::llm
