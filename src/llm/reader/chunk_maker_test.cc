// ChunkMaker: calls in all the forms that models give them, and code in fences, at any boundary.
#include "llm/reader/chunk_maker.h"

#include <gtest/gtest.h>

#include <random>

namespace oi::llm {

namespace {

using Messages = std::vector<Message>;
const std::vector<std::string> languages{"python", "javascript", "shell"};

// The chunks joined to messages; end marks part two of one kind.
struct Joined {
    Messages messages;
    bool is_open = false;

    EventSink sink()
    {
        return [this](const Event& event) {
            const auto* chunk = std::get_if<Chunk>(&event);
            if (!chunk) return;
            EXPECT_TRUE(is_end_mark(*chunk) || !chunk->content.empty());
            if (is_end_mark(*chunk)) is_open = false;
            else if (is_open && messages.back().type == chunk->type && messages.back().format == chunk->format)
                messages.back().content += chunk->content;
            else messages.push_back({chunk->role, chunk->type, chunk->format, chunk->content, ""});
            if (!is_end_mark(*chunk)) is_open = true;
        };
    }
};

Messages from_text(std::string_view text, std::size_t piece)
{
    Joined joined;
    ChunkMaker maker{joined.sink(), languages, CodeForm::fences};
    for (std::size_t at = 0; at < text.size(); at += piece) {
        maker.take({.kind = Delta::Kind::text, .text = text.substr(at, piece)});
        maker.flush();
    }
    maker.finish(ReplyEnd::whole);
    return joined.messages;
}

void expect_text(std::string_view text, const Messages& expected)
{
    for (std::size_t piece = 1; piece <= text.size(); ++piece)
        EXPECT_EQ(from_text(text, piece), expected) << text << "\n-- in pieces of " << piece;
}

Messages from_call(std::string_view name, std::string_view arguments)
{
    Joined joined;
    ChunkMaker maker{joined.sink(), languages, CodeForm::calls};
    maker.take({.kind = Delta::Kind::call_start, .call = 0, .text = name});
    for (const char& c : arguments) {
        maker.take({.kind = Delta::Kind::call_arguments, .call = 0, .text = {&c, 1}});
        maker.flush();
    }
    maker.finish(ReplyEnd::whole);
    return joined.messages;
}

}  // namespace

TEST(Calls, AreReadInEveryFormThatModelsGiveThem)
{
    EXPECT_EQ(from_call("execute", R"({"language":"shell","code":"ls"})"), (Messages{code("shell", "ls")}));
    EXPECT_EQ(from_call("execute", R"({"code":"ls","language":"shell"})"), (Messages{code("shell", "ls")}));
    EXPECT_EQ(from_call("execute", R"({"code":"1"})"), (Messages{code("python", "1")}));
    EXPECT_EQ(from_call("execute", "print(1)\n"), (Messages{code("python", "print(1)\n")}));
    EXPECT_EQ(from_call("python", "{1, 2}"), (Messages{code("python", "{1, 2}")}));
    EXPECT_EQ(from_call("python", R"({"code":"1"})"), (Messages{code("python", "1")}));
    EXPECT_EQ(from_call("functions", "x = 1"), (Messages{code("python", "x = 1")}));
    EXPECT_EQ(from_call("shell", R"({"code":"ls"})"), (Messages{code("shell", "ls")}));
    EXPECT_EQ(from_call("run_it", R"({"language":"javascript","code":"1"})"), (Messages{code("javascript", "1")}));
    EXPECT_EQ(from_call("", R"({"language":"python","code":"1)"), (Messages{code("python", "1")}));
}

TEST(Calls, WithoutCodeAreStillCalls)
{
    EXPECT_EQ(from_call("execute", R"({"language":"python","code":""})"), (Messages{code("python", "\n")}));
    EXPECT_EQ(from_call("browse", R"({"url":"x"})"), (Messages{code("browse", R"({"url":"x"})")}));
    EXPECT_EQ(from_call("execute", ""), (Messages{code("execute", "\n")}));
}

TEST(Calls, CodeAppearsWhileItsArgumentsStillArrive)
{
    Joined joined;
    ChunkMaker maker{joined.sink(), languages, CodeForm::calls};
    maker.take({.kind = Delta::Kind::call_start, .call = 0, .text = "execute"});
    maker.take({.kind = Delta::Kind::call_arguments, .call = 0, .text = R"({"language":"python","code":"pri)"});
    maker.flush();
    EXPECT_EQ(joined.messages, (Messages{code("python", "pri")}));
}

TEST(Calls, ProseInTheMiddleOfACallComesAfterIt)
{
    Joined joined;
    ChunkMaker maker{joined.sink(), languages, CodeForm::calls};
    maker.take({.kind = Delta::Kind::text, .text = " "});  // blank prose is no message
    maker.take({.kind = Delta::Kind::call_start, .call = 0, .text = "execute"});
    maker.take({.kind = Delta::Kind::call_arguments, .call = 0, .text = R"({"language":"python",)"});
    maker.take({.kind = Delta::Kind::text, .text = "so"});
    maker.take({.kind = Delta::Kind::call_arguments, .call = 0, .text = R"("code":"1"})"});
    maker.finish(ReplyEnd::whole);
    EXPECT_EQ(joined.messages, (Messages{code("python", "1"), assistant("so")}));
}

TEST(Fences, BecomeCodeAndProseStaysWhole)
{
    expect_text("Here:\n```python\nx = 1\nprint(x)\n```\nDone.",
                {assistant("Here:\n"), code("python", "x = 1\nprint(x)"), assistant("Done.")});
    expect_text("```shell\nls\n```", {code("shell", "ls")});
    expect_text("no code at all, `inline` and ``two`` and a ` alone", {assistant("no code at all, `inline` and ``two`` and a ` alone")});
    expect_text("a\n\n    indented\n`x`\n", {assistant("a\n\n    indented\n`x`\n")});
}

TEST(Fences, OfAnyKindAreFences)
{
    expect_text("~~~js\n1\n~~~\n", {code("javascript", "1")});
    expect_text("````python\na = '''\n```\n'''\n````\n", {code("python", "a = '''\n```\n'''")});
    expect_text("1. do\n   ```python\n   if x:\n       y\n   ```\n2. so",
                {assistant("1. do\n"), code("python", "if x:\n    y"), assistant("2. so")});
    expect_text("```python title=x\n1\n```\n", {code("python", "1")});
    expect_text("``` {.python}\n1\n```\n", {code("python", "1")});
    expect_text("```\n1\n```\n", {code("python", "1")});
    expect_text("```Python\r\nx\r\n```\r\n", {code("python", "x\r")});
    expect_text("Run this: ```python\n1\n```\nok", {assistant("Run this: "), code("python", "1"), assistant("ok")});
}

TEST(Fences, ThatAreNoneStayProse)
{
    expect_text("```inline``` is code", {assistant("```inline``` is code")});
    expect_text("say ```what is\nthis", {assistant("say ```what is\nthis")});
    expect_text("```text\nhello\n```\nbye", {assistant("```text\nhello\n```\nbye")});
    expect_text("```json\n{\"a\": 1}\n\n{}\n```", {assistant("```json\n{\"a\": 1}\n\n{}\n```")});
    expect_text("```python\n```\nempty", {assistant("```python\n```\nempty")});
    expect_text("ends with a fence ```", {assistant("ends with a fence ```")});
    expect_text("~~struck~~ and ~", {assistant("~~struck~~ and ~")});
}

TEST(Fences, HalfOpenAtTheEndAreStillCode)
{
    expect_text("Go\n```python\nprint(1)\n", {assistant("Go\n"), code("python", "print(1)")});
    expect_text("```python\nprint(1)", {code("python", "print(1)")});
    expect_text("```python\nprint(1)\n``", {code("python", "print(1)")});
    expect_text("```python\nprint(1)```", {code("python", "print(1)")});
    expect_text("```python", {assistant("```python")});
}

TEST(Fences, SeveralBlocksAreSeveralMessages)
{
    expect_text("```python\n1\n```\n```python\n2\n```\n\n```shell\n\nls\n\n\n```\n",
                {code("python", "1"), code("python", "2"), code("shell", "\nls\n\n")});
    expect_text("```python\ns = '`a` ~~~ ``'\n```` no\n```\n", {code("python", "s = '`a` ~~~ ``'\n```` no")});
}

TEST(Fences, AnySplitOfRandomTextGivesTheSameAndLosesNothing)
{
    const std::vector<std::string> atoms{"```", "`",    "~~~",   "``",       "python",           "\n",   "\n",   " ",
                                         "   ", "text", "x = 1", "\xC3\xA9", "\xF0\x9F\x99\x82", "````", "end.", "\r\n"};
    std::mt19937 random{7};
    for (int round = 0; round < 400; ++round) {
        std::string text = "a";
        for (int i = 0; i < 14; ++i) text += atoms[random() % atoms.size()];
        const auto whole = from_text(text, text.size());
        for (std::size_t piece = 1; piece < text.size(); ++piece)
            ASSERT_EQ(from_text(text, piece), whole) << text << "\n-- in pieces of " << piece;
        std::string kept;
        for (const auto& message : whole) kept += message.content;
        for (const char letter : {'a', 'x', '1', 'd'})  // letters that no fence line loses
            if (text.find("```") == std::string::npos && text.find("~~~") == std::string::npos) {
                EXPECT_EQ(std::count(kept.begin(), kept.end(), letter), std::count(text.begin(), text.end(), letter)) << text;
            }
    }
}

TEST(Fences, ACharacterCutBetweenDeltasIsNotBroken)
{
    for (const auto form : {CodeForm::calls, CodeForm::fences}) {
        std::vector<std::string> pieces;
        ChunkMaker maker{[&](const Event& event) { pieces.push_back(std::get<Chunk>(event).content); }, languages, form};
        for (const char& c : std::string_view{"\xF0\x9F\x99\x82!"}) {
            maker.take({.kind = Delta::Kind::text, .text = {&c, 1}});
            maker.flush();
        }
        maker.finish(ReplyEnd::whole);
        EXPECT_EQ(pieces, (std::vector<std::string>{"\xF0\x9F\x99\x82", "!"}));
    }
}

}  // namespace oi::llm
