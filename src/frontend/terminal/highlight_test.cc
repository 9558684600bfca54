// Syntax colours, token by token.
#include "frontend/terminal/highlight.h"

#include "frontend/terminal/fake_terminal.h"
#include "frontend/terminal/inline.h"

#include <gtest/gtest.h>

namespace oi {

namespace {

// The code with its styles, "[35]def[0] f".
std::string coloured(std::string_view language, std::string_view code)
{
    Page page{200, {}};
    Highlighter highlighter{language};
    testing::FakeTerminal terminal{200, 50};
    for (const char c : code) {
        if (c == '\n') {
            highlighter.end_line(page);
            page.newline();
        } else {
            highlighter.feed({&c, 1}, page);
        }
    }
    highlighter.end_line(page);
    terminal.write(page.take());
    EXPECT_EQ(terminal.text(), std::string{code} + "\n");
    return terminal.styled;
}

}  // namespace

TEST(Highlight, KeywordsStringsNumbersAndCommentsHaveTheirColours)
{
    EXPECT_EQ(coloured("python", "def f(x1): return 'a' + 12  # no"),
              "[35]def[0] f(x1): [35]return[0] [32]'a'[0] + [33]12[0]  [3;90]# no[0]");
}

TEST(Highlight, TripleQuotesSpanLinesAndOneQuoteDoesNot)
{
    EXPECT_EQ(coloured("python", "x = \"\"\"a\nif\"\"\" if 'b\nif"), "x = [32]\"\"\"a[0][32]if\"\"\"[0] [35]if[0] [32]'b[0][35]if[0]");
    EXPECT_EQ(coloured("python", "a = \"\" if b"), "a = [32]\"\"[0] [35]if[0] b");
}

TEST(Highlight, ShellKnowsVariablesAndHashesWithinWords)
{
    EXPECT_EQ(coloured("bash", "echo $HOME a#b # c"), "[35]echo[0] [36]$HOME[0] a#b [3;90]# c[0]");
}

TEST(Highlight, BlockCommentsEndWhereTheyEnd)
{
    EXPECT_EQ(coloured("js", "a / b /* x\nlet */ let"), "a / b [3;90]/* x[0][3;90]let */[0] [35]let[0]");
}

TEST(Highlight, TagsHaveNamesAttributesAndStrings)
{
    EXPECT_EQ(coloured("html", "<a href=\"x\">if 'b' < 3</a> <!-- c -->"),
              "[35]<a[0] [36]href[0]=[32]\"x\"[0][35]>[0]if 'b' [35]<[0] 3[35]</a>[0] [3;90]<!-- c -->[0]");
}

TEST(Highlight, ADiffIsColouredByLine)
{
    EXPECT_EQ(coloured("diff", "@@ -1 +1 @@\n-old if\n+new\n same"), "[36]@@ -1 +1 @@[0][31]-old if[0][32]+new[0] same");
}

TEST(Highlight, KeysStandBeforeAColon)
{
    EXPECT_EQ(coloured("yaml", "my-key: true # c"), "[36]my-key[0]: [35]true[0] [3;90]# c[0]");
    EXPECT_EQ(coloured("css", "a { font-size: 12px; /* c */ }"), "a { [36]font-size[0]: [33]12px[0]; [3;90]/* c */[0] }");
}

// Each language that a model may be asked for colours something of its own.
TEST(Highlight, KnowsTheLanguagesOfTheManual)
{
    const std::pair<const char*, const char*> samples[] = {
        {"python", "def"}, {"shell", "if"},         {"javascript", "const"}, {"typescript", "interface"},
        {"json", "true"},  {"yaml", "null"},        {"sql", "SELECT"},       {"r", "function"},
        {"ruby", "def"},   {"c", "struct"},         {"c++", "class"},        {"java", "class"},
        {"go", "func"},    {"rust", "fn"},          {"html", "<p>"},         {"css", "a:"},
        {"diff", "+a"},    {"php", "echo"},         {"lua", "local"},        {"perl", "my"},
        {"swift", "let"},  {"powershell", "Param"}, {"dockerfile", "FROM"}};
    for (const auto& [language, code] : samples) EXPECT_TRUE(coloured(language, code).starts_with("[3")) << language;
}

TEST(Highlight, AnUnknownLanguageIsPlain) { EXPECT_EQ(coloured("nonesuch", "if 12 'a' # b"), "if 12 'a' # b"); }

}  // namespace oi
