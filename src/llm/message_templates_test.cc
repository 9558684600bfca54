// What templates make of a conversation, and how it is sent then.
#include "llm/message_templates.h"

#include "llm/dialogue.h"

#include <gtest/gtest.h>

namespace oi::llm {
namespace {

const std::vector<Message> talk{user("first"), code("python", "1"), output("1\n"), code("python", "x = 1"), output(""), user("second")};

std::vector<std::string> sent(const MessageTemplates& templates)
{
    std::vector<std::string> lines;
    for (const auto& turn : make_dialogue(with_templates(talk, templates, false), {.code = CodeForm::fences}))
        lines.push_back(std::string{name(turn.role)} + ": " + text_of(turn));
    return lines;
}

TEST(MessageTemplates, TheLastMessageOfThePersonGoesThroughTheirs)
{
    auto made = with_templates(talk, {.user = "<{content}> please"}, true);
    EXPECT_EQ(made.front(), user("first"));
    EXPECT_EQ(made.back(), user("<second> please"));
    made = with_templates(talk, {.user = "<{content}>", .is_for_all = true}, true);
    EXPECT_EQ(made.front(), user("<first>"));
    EXPECT_EQ(made.back(), user("<second>"));
}

TEST(MessageTemplates, OutputIsAMessageOfThePersonsForModelsWithoutTools)
{
    const auto lines = sent({.output = "It printed {content} - what now?", .empty_output = "It printed nothing."});
    const std::vector<std::string> wanted{"user: first", "assistant: ```python\n1\n```", "user: It printed 1 - what now?",
                                          "assistant: ```python\nx = 1\n```", "user: It printed nothing.\n\nsecond"};
    EXPECT_EQ(lines.size(), wanted.size());
    EXPECT_EQ(lines, wanted);
}

TEST(MessageTemplates, OrItStandsInTheModelsOwnTurn)
{
    const auto lines = sent({.output = "not used {content}", .is_output_of_assistant = true});
    ASSERT_EQ(lines.size(), 3U);
    EXPECT_EQ(lines[1], "assistant: ```python\n1\n```\n\n```output\n1\n```\n\n```python\nx = 1\n```\n\n```output\nNo output\n```");
}

TEST(MessageTemplates, ResultsOfCallsAreLeftAsTheyAre)
{
    EXPECT_EQ(with_templates(talk, {.output = "<{content}>", .is_output_of_assistant = true}, true), talk);
}

TEST(MessageTemplates, WithoutAnyTheModelIsTheSame)
{
    EXPECT_TRUE(MessageTemplates{}.is_empty());
    EXPECT_TRUE(MessageTemplates{.user = "{content}"}.is_empty());
    EXPECT_FALSE(MessageTemplates{.empty_output = "x"}.is_empty());
}

}  // namespace
}  // namespace oi::llm
