// Transcript: the streams of the LMC reference, to the letter.
#include "core/transcript.h"

#include <gtest/gtest.h>

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
    EXPECT_LT(stored.size(), 260U);
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
