// ReplyMemory: what is kept with a reply comes back with it, in the same bytes, as long as the conversation holds it.
#include "llm/reply_memory.h"

#include "llm/reader/chunk_maker.h"

#include <gtest/gtest.h>

namespace oi::llm {

namespace {

const std::vector<std::string> languages{"python", "shell"};

// A reply of a text (may be empty) and calls, each with its keepsake (may be empty).
struct Said {
    std::string text;
    std::string kept;
    std::vector<std::pair<std::string, std::string>> calls;
};

void say(ReplyMemory& memory, const Said& said)
{
    ChunkMaker maker{[](const Event&) {}, languages, CodeForm::calls};
    if (!said.kept.empty()) maker.take({.kind = Delta::Kind::keepsake, .call = -1, .text = said.kept});
    if (!said.text.empty()) maker.take({.kind = Delta::Kind::text, .text = said.text});
    int number = 0;
    for (const auto& [code, kept] : said.calls) {
        maker.take({.kind = Delta::Kind::call_start, .call = number, .text = "execute"});
        const std::string arguments = "{\"language\":\"python\",\"code\":\"" + code + "\"}";
        maker.take({.kind = Delta::Kind::call_arguments, .call = number, .text = arguments});
        if (!kept.empty()) maker.take({.kind = Delta::Kind::keepsake, .call = number, .text = kept});
        maker.take({.kind = Delta::Kind::call_end, .call = number++});
    }
    maker.finish(ReplyEnd::whole);
    memory.add(maker.take_record());
}

// A line a turn: "text", [code], (result), each with {its keepsake}.
std::string attached(const ReplyMemory& memory, const std::vector<Message>& messages)
{
    auto turns = make_dialogue(messages, {});
    memory.attach(turns);
    std::string out;
    for (const auto& turn : turns) {
        for (const auto& part : turn.parts) {
            if (const auto* text = std::get_if<Text>(&part)) out += "\"" + text->text + "\"" + std::string{text->opaque};
            if (const auto* call = std::get_if<Call>(&part)) out += "[" + std::string{call->code} + "]" + std::string{call->opaque};
            if (const auto* result = std::get_if<CallResult>(&part)) out += "(" + result->text + ")";
        }
        out += "\n";
    }
    return out;
}

}  // namespace

TEST(ReplyMemory, GivesEachPartWhatWasKeptWithIt)
{
    ReplyMemory memory;
    say(memory, {"I look.", "{r}", {{"a", "{1}"}}});
    EXPECT_EQ(attached(memory, {user("go"), assistant("I look."), code("python", "a"), output("A")}),
              "\"go\"\n\"I look.\"{r}[a]{1}\n(A)\n");
}

TEST(ReplyMemory, WhatBelongsToAReplyStandsWithItsFirstPart)
{
    ReplyMemory memory;
    say(memory, {"", "{r}", {{"a", ""}, {"b", ""}}});
    EXPECT_EQ(attached(memory, {user("go"), code("python", "a"), output("A"), code("python", "b"), output("B")}),
              "\"go\"\n[a]{r}[b]\n(A)(B)\n");
}

TEST(ReplyMemory, CallsOfOneReplyAreOneTurnAndThoseOfTwoAreTwo)
{
    ReplyMemory memory;
    say(memory, {"Both.", "", {{"a", ""}, {"b", ""}}});
    say(memory, {"", "{2}", {{"c", ""}}});
    const std::vector<Message> messages{user("go"),  assistant("Both."),  code("python", "a"), output("A"),   code("python", "b"),
                                        output("B"), code("python", "c"), output("C"),         user("thanks")};
    EXPECT_EQ(attached(memory, messages), "\"go\"\n\"Both.\"[a][b]\n(A)(B)\n[c]{2}\n(C)\"thanks\"\n");
    EXPECT_EQ(attached({}, messages), "\"go\"\n\"Both.\"[a]\n(A)\n[b]\n(B)\n[c]\n(C)\"thanks\"\n");
}

TEST(ReplyMemory, TheSameCodeAgainIsToldFromTheFirstAlsoWhenTheFrontIsCutOff)
{
    ReplyMemory memory;
    say(memory, {"", "", {{"a", "{1}"}}});
    say(memory, {"", "", {{"a", "{2}"}}});
    const std::vector<Message> messages{user("go"), code("python", "a"), output("A"), code("python", "a"), output("A")};
    EXPECT_EQ(attached(memory, messages), "\"go\"\n[a]{1}\n(A)\n[a]{2}\n(A)\n");
    EXPECT_EQ(attached(memory, {user("go"), messages[3], messages[4]}), "\"go\"\n[a]{2}\n(A)\n");
}

TEST(ReplyMemory, CodeThatThePersonEditedHasNothing)
{
    ReplyMemory memory;
    say(memory, {"", "", {{"a", "{1}"}}});
    EXPECT_EQ(attached(memory, {user("go"), code("python", "edited"), output("A")}), "\"go\"\n[edited]\n(A)\n");
}

TEST(ReplyMemory, OfAThousandRepliesGrowsNoOldTurn)
{
    ReplyMemory memory;
    std::vector<Message> messages{user("go")};
    std::string before;
    for (int i = 0; i < 300; ++i) {
        const std::string cell = "cell" + std::to_string(i % 7);
        say(memory, {"", "", {{cell, "{" + std::to_string(i) + "}"}}});
        messages.push_back(code("python", cell));
        messages.push_back(output("x"));
        const std::string now = attached(memory, messages);
        ASSERT_TRUE(now.starts_with(before)) << i;
        before = now;
    }
}

}  // namespace oi::llm
