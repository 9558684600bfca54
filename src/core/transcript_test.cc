// Transcript: the streams of the LMC reference, to the letter.
#include "core/transcript.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace oi {
namespace {

struct Recorded {
    explicit Recorded(std::size_t max_output = 2800) : transcript{max_output} {}
    void append(const Chunk& chunk) { transcript.append(chunk, sink); }
    Transcript transcript;
    std::string lines;
    ChunkSink sink = [this](const Chunk& chunk) { lines += to_json(chunk) + "\n"; };
};

constexpr const char* python_run = R"lmc({"role":"assistant","type":"message","start":true}
{"role":"assistant","type":"message","content":"Sure."}
{"role":"assistant","type":"message","end":true}
{"role":"assistant","type":"code","format":"python","start":true}
{"role":"assistant","type":"code","format":"python","content":"pri"}
{"role":"assistant","type":"code","format":"python","content":"nt(2+2)"}
{"role":"assistant","type":"code","format":"python","end":true}
{"role":"computer","type":"confirmation","format":"execution","content":{"type":"code","format":"python","content":"print(2+2)"}}
{"role":"computer","type":"console","start":true}
{"role":"computer","type":"console","format":"active_line","content":1}
{"role":"computer","type":"console","format":"output","content":"4\n"}
{"role":"computer","type":"console","format":"active_line","content":null}
{"role":"computer","type":"console","end":true}
{"role":"assistant","type":"message","start":true}
{"role":"assistant","type":"message","content":"It's"}
{"role":"assistant","type":"message","content":" 4."}
{"role":"assistant","type":"message","end":true}
)lmc";

TEST(Transcript, APythonRunLooksAsTheReferenceSays)
{
    Recorded run;
    run.transcript.add(user("hi"));
    run.append(text_chunk("Sure."));
    run.append(code_chunk("python", "pri"));
    run.append(code_chunk("python", ""));
    run.append(code_chunk("python", "nt(2+2)"));
    run.append(end_mark());
    run.append({.role = Role::computer, .type = Kind::confirmation, .format = "execution", .content = "print(2+2)", .language = "python"});
    run.append(active_line_chunk(1));
    run.append(output_chunk("4\n"));
    run.append(active_line_chunk(0));
    run.append(text_chunk("It's"));
    run.append(text_chunk(" 4."));
    run.transcript.close(run.sink);
    EXPECT_EQ(run.lines, python_run);
    EXPECT_EQ(run.transcript.messages(),
              (std::vector{user("hi"), assistant("Sure."), code("python", "print(2+2)"), output("4\n"), assistant("It's 4.")}));
}

TEST(Transcript, CodeThatSaysNothingStoresAnEmptyOutput)
{
    Recorded run;
    run.append(code_chunk("python", "x = 1"));
    run.append(active_line_chunk(1));
    run.append(active_line_chunk(0));
    run.transcript.close(run.sink);
    EXPECT_EQ(run.transcript.messages(), (std::vector{code("python", "x = 1"), output("")}));
}

TEST(Transcript, AnImageClosesTheConsoleAndIsStoredAlone)
{
    Recorded run;
    run.append(code_chunk("python", "plt.show()"));
    run.append(active_line_chunk(1));
    run.append({.role = Role::computer, .type = Kind::image, .format = "base64.png", .content = "iVBORw0KGgo="});
    run.append(active_line_chunk(0));
    run.transcript.close(run.sink);
    EXPECT_EQ(run.transcript.messages(),
              (std::vector{code("python", "plt.show()"), Message{Role::computer, Kind::image, "base64.png", "iVBORw0KGgo=", ""}}));
    const std::string at_the_image = R"({"role":"computer","type":"console","end":true}
{"role":"computer","type":"image","format":"base64.png","start":true})";
    EXPECT_NE(run.lines.find(at_the_image), std::string::npos);
}

TEST(Transcript, TwoCallsOfOneLanguageStayTwoMessages)
{
    Recorded run;
    run.append(code_chunk("shell", "ls"));
    run.append(end_mark());
    run.append(code_chunk("shell", "pwd"));
    run.append(end_mark());
    EXPECT_EQ(run.transcript.messages(), (std::vector{code("shell", "ls"), code("shell", "pwd")}));
}

TEST(Transcript, LongOutputKeepsHeadTailAndTheCountWhateverThePieces)
{
    std::string whole;
    for (int i = 0; i < 1000; ++i) whole += "line " + std::to_string(i) + "\n";
    std::string stored;
    for (const std::size_t piece : {std::size_t{1}, std::size_t{7}, std::size_t{100}, whole.size()}) {
        Recorded run{200};
        for (std::size_t at = 0; at < whole.size(); at += piece) run.append(output_chunk(whole.substr(at, piece)));
        run.transcript.close(run.sink);
        const auto& content = run.transcript.messages().front().content;
        if (stored.empty()) stored = content;
        EXPECT_EQ(content, stored);
    }
    EXPECT_TRUE(stored.starts_with("line 0\nline 1\n"));
    EXPECT_TRUE(stored.ends_with("line 999\n"));
    EXPECT_NE(stored.find("of 8890 bytes left out"), std::string::npos) << stored;
    EXPECT_LE(stored.size(), 200U);
}

// What a spool was given.
struct KeptSpool : OutputSpool {
    void write(std::string_view settled, std::string_view now) override
    {
        text += settled;
        pending = now;
    }
    void create() override {}
    Spooled spooled() const override { return {.file = text.size() > 200 ? "/o/1-1.txt" : ""}; }
    std::optional<Error> failure() const override { return {}; }
    std::string text;
    std::string pending;
};

TEST(Transcript, TheSpoolGetsTheWholeAsTextAndIsNamedWhereOutputIsShortened)
{
    Recorded run{300};
    KeptSpool spool;
    run.append(code_chunk("python", "x"));
    run.transcript.spool_to(&spool);
    std::string whole;
    for (int i = 0; i < 100; ++i) whole += "line " + std::to_string(i) + "\n";
    for (const char c : whole) run.append(output_chunk("\x1b[31m" + std::string{c} + "\x1b[0m"));
    run.append(output_chunk("50 %"));
    EXPECT_TRUE(spool.pending.ends_with("\nline 99\n50 %"));
    run.append(output_chunk("\r100 %\n"));
    run.transcript.spool_to(nullptr);
    EXPECT_EQ(spool.text, whole + "100 %\n");
    run.append(output_chunk("a line of ours\n"));
    run.transcript.close(run.sink);
    EXPECT_EQ(spool.text, whole + "100 %\n");
    const std::string& content = run.transcript.messages().back().content;
    EXPECT_NE(content.find("p' /o/1-1.txt ...]\n"), std::string::npos) << content;
    EXPECT_TRUE(content.ends_with("\n100 %\na line of ours\n")) << content;
    EXPECT_LE(content.size(), 300U);
    // The next output has no file.
    run.append(code_chunk("python", "y"));
    run.append(output_chunk(whole));
    run.transcript.close(run.sink);
    EXPECT_EQ(run.transcript.messages().back().content.find("/o/"), std::string::npos);
}

// A picture in the middle: the second text goes on in the same file.
TEST(Transcript, LinesAreThoseOfTheFile)
{
    Recorded run{300};
    KeptSpool spool;
    run.transcript.spool_to(&spool);
    std::string whole;
    for (int i = 1; i <= 100; ++i) whole += "line " + std::to_string(i) + "\n";
    run.append(output_chunk(whole));
    run.append({.role = Role::computer, .type = Kind::image, .format = "base64.png", .content = "iVBORw0KGgo="});
    run.append(output_chunk(whole));
    run.transcript.spool_to(nullptr);
    run.transcript.close(run.sink);
    ASSERT_EQ(run.transcript.messages().size(), 3U);
    for (const std::size_t i : {0U, 2U}) {
        const std::string& content = run.transcript.messages()[i].content;
        const auto note = content.find("[...");
        const auto first_left_out = std::count(content.begin(), content.begin() + static_cast<std::ptrdiff_t>(note), '\n') + 1;
        const std::string command = "sed -n '" + std::to_string(first_left_out + (i == 2 ? 100 : 0)) + ",";
        EXPECT_NE(content.find(command), std::string::npos) << command << " in\n" << content;
    }
}

TEST(Transcript, AProgressBarOfMegabytesIsALineForTheModel)
{
    Recorded run;
    for (int i = 0; i < 100'000; ++i) run.append(output_chunk("\r" + std::to_string(i) + " [####################]"));
    run.append(output_chunk("\ndone\n"));
    run.transcript.close(run.sink);
    EXPECT_EQ(run.transcript.messages(), std::vector{output("99999 [####################]\ndone\n")});
}

TEST(Transcript, TheModelReadsWhatATerminalWouldShow)
{
    Recorded run;
    run.append(output_chunk("\x1b[31mred\x1b[0m\r\n10%\r50"));
    run.append(output_chunk("%\r100%\n"));
    run.transcript.close(run.sink);
    EXPECT_EQ(run.transcript.messages(), std::vector{output("red\n100%\n")});
}

}  // namespace
}  // namespace oi
