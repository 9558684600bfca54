// ScriptModel: what a script file makes the model say.
#include "llm/script/script_model.h"

#include "base/text.h"
#include "sys/files.h"
#include "testing/temp_dir.h"

#include <gtest/gtest.h>

namespace oi::llm {

namespace {

using namespace std::chrono_literals;

const std::vector<std::string> languages{"python", "javascript", "shell"};

std::unique_ptr<LanguageModel> open(std::string_view script, ModelOptions options = {})
{
    return open_script_text(script, "test.script", options).value();
}

// The chunks as "text|", "[language]code|" and "." for an end; then the error, if there is one.
std::string play(LanguageModel& model, const std::vector<Message>& messages = {user("go")}, std::stop_token stop = {})
{
    std::string out;
    const EventSink sink = [&](const Event& event) {
        const auto& chunk = std::get<Chunk>(event);
        if (is_end_mark(chunk)) out += ".";
        else out += chunk.type == Kind::code ? cat("[", chunk.format, "]", chunk.content, "|") : cat(chunk.content, "|");
    };
    const auto result = model.stream({.system = "sys", .messages = messages, .languages = languages}, sink, stop);
    return result ? out : cat(out, "!", name(result.error().kind), ": ", result.error().what);
}

}  // namespace

TEST(Script, StreamsProseInWordsAndBlocksAsCallsInLines)
{
    auto model = open("# a comment\n\nI look now.\n\n```python\nx = 1\n\nprint(x)\n```\n```shell\nls\n```\nDone.\n---\nSecond.\n---\n");
    EXPECT_EQ(play(*model), "I |look |now.|[python]x = 1\n\n|[python]print(x)|.[shell]ls|.Done.|");
    EXPECT_EQ(play(*model), "Second.|");
    EXPECT_EQ(play(*model), "!invalid: test.script: the script has 2 replies, and this is request 3");
}

TEST(Script, PiecesNeverCutACharacter)
{
    auto model = open("@pieces 2\na\xC3\xA9\xF0\x9F\x99\x82z\n```r\nabc\n```\n");
    EXPECT_EQ(play(*model), "a|\xC3\xA9|\xF0\x9F\x99\x82|z|[r]ab|[r]c|.");
}

TEST(Script, ErrorsCutsAndRepeats)
{
    auto model = open("one\n@error rate_limited Slow down\n---\ntwo\n@cut\n---\n@repeat\nfor ever\n");
    EXPECT_EQ(play(*model), "one|!rate_limited: Slow down");
    EXPECT_EQ(play(*model), "two|!network: the stream was cut in the middle");
    EXPECT_EQ(play(*model), "for |ever|");
    EXPECT_EQ(play(*model), "for |ever|");
}

TEST(Script, TextGoesOutAsItStands)
{
    const std::string_view script = "@text\n@odd ```\n```python\n1\n```\n---\nnext";
    EXPECT_EQ(play(*open(script)), "@odd |```\n|```python\n|1\n|```|");
    ModelOptions without_tools;
    without_tools.supports_functions = false;
    EXPECT_EQ(play(*open(script, without_tools)), "@odd |```\n|[python]1|.");
}

TEST(Script, ValuesComeFromWhatTheComputerPrinted)
{
    const std::vector<Message> messages{user("total: 1"), output("total: 2\nfiles: 7\n"), output(" total:  40 MB \n")};
    EXPECT_EQ(play(*open("@pieces 99\n{{total}} in {{files}}, {{size}} {{"), messages), "40 MB in 7, ? {{|");
}

TEST(Script, ExpectationsAreChecked)
{
    const std::string_view script = "@expect hello\nok";
    EXPECT_EQ(play(*open(script), {user("say hello")}), "ok|");
    EXPECT_EQ(play(*open(script), {user("hello"), output("x"), assistant("hello")}),
              "!invalid: the reply at line 1 of the script expects \"hello\" in the last message, which is \"x\"");
}

// If this hangs, that is the bug.
TEST(Script, WaitAndDelayEndWhenStopped)
{
    std::stop_source stop;
    stop.request_stop();
    EXPECT_EQ(play(*open("@wait"), {user("go")}, stop.get_token()), "!cancelled: stopped");
    EXPECT_EQ(play(*open("@delay 100000\nx"), {user("go")}, stop.get_token()), "!cancelled: stopped");
}

TEST(Script, MalformedFilesAreNamedWithTheirLine)
{
    const auto error = [](std::string_view script) { return to_line(open_script_text(script, "a.script", {}).error()); };
    EXPECT_EQ(
        error("hi\n@speed 3\n"),
        "a.script, line 2: there is no directive @speed (@delay, @pieces, @error, @cut, @wait, @text, @think, @expect, @usage, @repeat)");
    EXPECT_EQ(error("```python\n1\n"), "a.script, line 1: this block has no end (close it with ```)");
    EXPECT_EQ(error("hi\n\n```\n1\n```\n"), "a.script, line 3: this block has no language (```python)");
    EXPECT_EQ(error("@delay soon"), "a.script, line 1: not a number from 0: \"soon\"");
    EXPECT_NE(error("@error sad x").find("line 1: no kind of error: \"sad\""), std::string::npos);
    EXPECT_NE(to_line(open_model({.name = "script:/nowhere/x"}).error()).find("/nowhere/x"), std::string::npos);
}

TEST(Script, WritesDownWhatItIsSent)
{
    const testing::TempDir folder;
    const auto path = folder.write("m.script", "a\n---\nb\n");
    ModelOptions options{.name = "script:" + path, .script_sent = folder / "sent"};
    auto model = open_model(options).value();
    play(*model);
    play(*model, {user("\xFFz"), code("python", "1")});
    EXPECT_EQ(sys::read_file(folder / "sent").value(),
              "{\"system\":\"sys\",\"messages\":[{\"role\":\"user\",\"type\":\"message\",\"content\":\"go\"}]}\n"
              "{\"system\":\"sys\",\"messages\":[{\"role\":\"user\",\"type\":\"message\",\"content\":\"\xEF\xBF\xBDz\"},"
              "{\"role\":\"assistant\",\"type\":\"code\",\"format\":\"python\",\"content\":\"1\"}]}\n");
}

}  // namespace oi::llm
