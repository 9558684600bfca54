// Streaming Markdown: the same screen however the text arrives.
#include "frontend/terminal/markdown.h"

#include "frontend/terminal/fake_terminal.h"
#include "frontend/terminal/screen.h"
#include "frontend/terminal/transcript_view.h"

#include <gtest/gtest.h>
#include <random>

namespace oi {

namespace {

constexpr std::string_view everything = R"(# A title that goes on for a while

Some **bold and *both* text**, `code`, ~~gone~~, snake_case_name, 2 * 3 * 4, **never closed and
an [example](https://example.org/a_(b)) of a [broken link] and ![picture](x.png) \*escaped\* end `open
- first
- second item, long enough that it wraps in a narrow window, twice even
  - nested `x`
    deeper text
  - [ ] to do
  - [x] done
lazy line

1. one
2. two

   still two

> quoted **text**
> more
>> deeper

| name | size |
|:--|--:|
| a `b|c` | 10 |
| **long cell that has to wrap in a narrow window** | 2 |

| not a table |
text after

```python
def f(x):
    """doc
    string"""
    return {"a": 1}  # why

# end
```
***
wide: 日本語のテキスト and emoji 👩‍💻👍🏽 e\u0301 ❤️ flags 🇩🇪🇫🇷
)";

std::vector<std::string> pieces(std::string_view text, std::mt19937& random, std::size_t most)
{
    std::vector<std::string> out;
    while (!text.empty()) {
        const std::size_t length = std::min(text.size(), 1 + random() % most);
        out.emplace_back(text.substr(0, length));
        text.remove_prefix(length);
    }
    return out;
}

// The screen after the pieces; with a status row that changes after each of them, if asked.
std::string screen_of(const std::vector<std::string>& text, int columns, int rows, bool has_status)
{
    testing::FakeTerminal terminal{columns, rows};
    Screen screen{{columns, rows}, {}};
    TranscriptView view{screen.page()};
    int count = 0;
    for (const auto& piece : text) {
        view.show(text_chunk(piece));
        screen.set_status(has_status ? Spans{{"status " + std::to_string(++count)}} : Spans{});
        terminal.write(screen.take());
    }
    view.finish();
    screen.set_status({});
    terminal.write(screen.take());
    EXPECT_EQ(terminal.faults(), std::vector<std::string>{}) << "columns " << columns;
    return terminal.text();
}

std::string shown(std::string text, int columns = 60) { return screen_of({std::move(text)}, columns, 200, false); }

}  // namespace

// The property of scroll-back: whatever the pieces, the width and the height, each row is there once.
TEST(Markdown, TheScrollBackDoesNotDependOnHowTheTextCame)
{
    std::mt19937 random{7};
    for (const int columns : {2, 3, 4, 7, 13, 24, 40, 80, 200}) {
        const std::string whole = screen_of({std::string{everything}}, columns, 400, false);
        for (int round = 0; round < 12; ++round) {
            const std::size_t most = round == 0 ? 1 : 1 + random() % 40;
            const int rows = 3 + static_cast<int>(random() % 20);
            EXPECT_EQ(screen_of(pieces(everything, random, most), columns, rows, round % 2 == 0), whole) << columns << "x" << rows;
        }
    }
}

TEST(Markdown, RandomMarksNeverBreakTheScreen)
{
    std::mt19937 random{11};
    constexpr std::string_view alphabet[] = {
        "*",        "**", "_",       "`",    "```", "\n", "\n\n", "[",    "]",  "(",  ")",  "!",  "|",
        "|--|",     "#",  ">",       "-",    " ",   "  ", "a",    "word", "1.", "~~", "\\", "日", "\xF0\x9F\x91\x8D",
        "\xCC\x81", "\t", "\x1b[2J", "\x9b", "\r"};
    for (int round = 0; round < 300; ++round) {
        std::string text;
        for (int i = 0; i < 120; ++i) text += alphabet[random() % std::size(alphabet)];
        const int columns = 3 + static_cast<int>(random() % 50);
        EXPECT_EQ(screen_of(pieces(text, random, 5), columns, 8, true), screen_of({text}, columns, 1000, false)) << text;
    }
}

// The first two columns are the program's own: code, output and questions stand there.
TEST(Markdown, TextNeverStandsInTheFirstTwoColumns)
{
    std::string row;
    for (const char c : shown(std::string{everything}, 30) + "\xE2\x94\x8A output\n> prompt\n") {
        if (c != '\n') {
            row += c;
            continue;
        }
        if (row.starts_with("\xE2\x94\x8A output")) break;
        EXPECT_TRUE(row.empty() || row.starts_with("  ")) << row;
        row.clear();
    }
}

TEST(Markdown, EmphasisIsRenderedAndWordsWithUnderscoresAreLeftAlone)
{
    EXPECT_EQ(shown("**bold** *it* snake_case_name __init__ 2*3 a * b"), "  bold it snake_case_name init 2*3 a * b\n");
}

TEST(Markdown, AMarkThatIsNeverClosedComesBackAsALiteral)
{
    EXPECT_EQ(shown("a **b and `c"), "  a **b and `c\n");
    EXPECT_EQ(shown("[no link] and [half](of one"), "  [no link] and [half](of one\n");
}

TEST(Markdown, LinksShowTheirAddressWhereTheTerminalCannotOpenThem)
{
    EXPECT_EQ(shown("see [the page](https://example.org) now"), "  see the page (https://example.org) now\n");
}

TEST(Markdown, ListsKeepTheirIndentWhenTheyWrap)
{
    EXPECT_EQ(shown("- one two three four\n  - five six seven\n\n1. x\n10. y\n", 16),
              "  \xE2\x80\xA2 one two\n    three four\n    \xE2\x80\xA2 five six\n      seven\n\n  1. x\n  10. y\n");
}

TEST(Markdown, TablesAreAlignedOnceTheyAreComplete)
{
    EXPECT_EQ(shown("| a | n |\n|---|--:|\n| xyz | 1 |\n| q | 200 |\n\nend"),
              "  a   \xE2\x94\x82   n\n  "
              "\xE2\x94\x80\xE2\x94\x80\xE2\x94\x80\xE2\x94\x80\xE2\x94\xBC\xE2\x94\x80\xE2\x94\x80\xE2\x94\x80\xE2\x94\x80\n"
              "  xyz \xE2\x94\x82   1\n  q   \xE2\x94\x82 200\n\n  end\n");
}

TEST(Markdown, ATableWhoseColumnsDoNotFitIsALineForEachCell)
{
    EXPECT_EQ(shown("| name | size | kind |\n|---|---|---|\n| a | 10 | file |\n| b | 2 | *dir* |\n", 16),
              "  name: a\n  size: 10\n  kind: file\n\n  name: b\n  size: 2\n  kind: dir\n");
}

TEST(Markdown, AWideCellIsWrappedInItsColumn)
{
    EXPECT_EQ(shown("> | a | b |\n> |---|---|\n> | one two three four five | 1 |\n", 22),
              "  \xE2\x96\x8E a             \xE2\x94\x82 b\n"
              "  \xE2\x96\x8E "
              "\xE2\x94\x80\xE2\x94\x80\xE2\x94\x80\xE2\x94\x80\xE2\x94\x80\xE2\x94\x80\xE2\x94\x80\xE2\x94\x80\xE2\x94\x80\xE2\x94\x80"
              "\xE2\x94\x80\xE2\x94\x80\xE2\x94\x80\xE2\x94\x80\xE2\x94\xBC\xE2\x94\x80\xE2\x94\x80\n"
              "  \xE2\x96\x8E one two three \xE2\x94\x82 1\n  \xE2\x96\x8E four five     \xE2\x94\x82\n");
}

TEST(Markdown, FormulasStayAsTheyAreAndPricesAreNone)
{
    EXPECT_EQ(shown("$a*b*c$ and \\(x_{1}*y*\\) cost $5 and *$10*"), "  $a*b*c$ and \\(x_{1}*y*\\) cost $5 and $10\n");
    EXPECT_EQ(shown("a $b *c*\n$$\nx = a*b*c \\\\\n$$\n\\[\ny_{*i*}\n\\]\nend"), "  a $b c\n    x = a*b*c \\\\\n    y_{*i*}\n  end\n");
}

TEST(Markdown, EntitiesAreCharactersAndNeverControlCharacters)
{
    EXPECT_EQ(shown("a &lt;b&gt; &amp; &#65;&#x42; &nope; &#27;[31m &#10; AT&T `&lt;`"), "  a <b> & AB &nope; &#27;[31m &#10; AT&T &lt;\n");
}

TEST(Markdown, AddressesAreLinksWithoutThePunctuationAroundThem)
{
    const auto bytes = [](std::string_view text) {
        Page page{200, {.has_links = true}};
        put_inline(page, text, {});
        return page.take();
    };
    EXPECT_EQ(bytes("(https://e.org/a_b_(c))."), "(\x1b[4m\x1b]8;;https://e.org/a_b_(c)\x1b\\https://e.org/a_b_(c)\x1b]8;;\x1b\\\x1b[0m).");
    EXPECT_EQ(bytes("<https://e.org>!"), "\x1b[4m\x1b]8;;https://e.org\x1b\\https://e.org\x1b]8;;\x1b\\\x1b[0m!");
    EXPECT_EQ(bytes("<b> http:// xhttps://e.org hello"), "<b> http:// xhttps://e.org hello");
    EXPECT_EQ(shown("**https://e.org/x**, <br>end"), "  https://e.org/x,  end\n");
}

TEST(Markdown, CodeInAQuoteEndsWithItsFenceOrWithTheQuote)
{
    EXPECT_EQ(shown("> ```\n> a *b*\n>\n>  c\n> ```\n> d\n"),
              "  \xE2\x96\x8E   a *b*\n  \xE2\x96\x8E\n  \xE2\x96\x8E    c\n  \xE2\x96\x8E d\n");
    EXPECT_EQ(shown("> a\n>> b\n> ```\n> +c\n> ```\nd\n"), "  \xE2\x96\x8E a\n  \xE2\x96\x8E \xE2\x96\x8E b\n  \xE2\x96\x8E   +c\n  d\n");
    EXPECT_EQ(shown("> ```\n> a\nb *c*\n"), "  \xE2\x96\x8E   a\n\n  b c\n");
}

TEST(Markdown, FencesOfTildesLongerFencesAndFencesInLists)
{
    EXPECT_EQ(shown("~~~\n```\n~~~\n````md\n```\nx\n```\n````\n- a\n  ```c\n  int *b;\n    c\n  ```\n- d\n"),
              "    ```\n    ```\n    x\n    ```\n  \xE2\x80\xA2 a\n      int *b;\n        c\n  \xE2\x80\xA2 d\n");
}

TEST(Markdown, ALineFourColumnsInBelowAnEmptyOneIsCode)
{
    EXPECT_EQ(shown("a\n\n    x = *y*\n      z\n\nb\n    c"), "  a\n\n    x = *y*\n      z\n\n  b\n  c\n");
}

TEST(Markdown, LinesThatNeverSayWhatTheyAreAreText)
{
    const std::string spaces(5000, ' ');
    EXPECT_EQ(shown(spaces + "end"), "  end\n");
    EXPECT_EQ(shown("```\n" + std::string(300, ' ') + "x\n```\n", 1000), "    " + std::string(300, ' ') + "x\n");
    EXPECT_NE(shown(std::string(400, '>') + " deep").find("deep"), std::string::npos);
    EXPECT_NE(shown(std::string(600, '-') + " x *y*").find("x y"), std::string::npos);
}

// What would cost the square of a line's length must not: each of these would take minutes.
TEST(Markdown, LinesOfMegabytesCostNoMoreThanTheirLength)
{
    for (const std::string_view piece : {"[", "*a ", "`", "[a](", "$a ", "\xCC\x81", "&", "> ", "https://", "_a_ ~~", "| a ", "<b"}) {
        std::string text;
        while (text.size() < 1'000'000) text += piece;
        Screen screen{{80, 24}, {}};
        TranscriptView view{screen.page()};
        view.show(text_chunk(text + "\nend\n"));
        view.finish();
        EXPECT_NE(screen.take().find("end"), std::string::npos) << piece;
    }
}

TEST(Markdown, AGraphemeHasABound)
{
    std::string marks;
    for (int i = 0; i < 5000; ++i) marks += "\xCC\x81";
    const std::string whole = shown("e" + marks + "f");
    EXPECT_LT(whole.size(), 200u);
    EXPECT_TRUE(whole.ends_with("f\n"));
    EXPECT_EQ(screen_of({"e", marks.substr(0, 3001), marks.substr(3001), "f"}, 60, 200, false), whole);
}

TEST(Markdown, CodeBlocksKeepEveryCharacter)
{
    EXPECT_EQ(shown("```c\nint *p = a * b; // **x**\n\n  `y`\n```\n"), "    int *p = a * b; // **x**\n\n      `y`\n");
}

TEST(Markdown, OneBlankRowStandsBetweenBlocksHoweverManyWereWritten)
{
    EXPECT_EQ(shown("\n\none\n\n\n\ntwo\n# three\nfour\n\n"), "  one\n\n  two\n\n  three\n  four\n");
}

TEST(Markdown, EscapeSequencesOfTheModelNeverReachTheTerminal)
{
    EXPECT_EQ(shown("a\x1b[31mred\x1b]0;title\x07 \x1b[2Jb\xC2\x9B"
                    "31m \xE2\x80\xAE"
                    "evil"),
              "  ared b<U+009B>31m <U+202E>evil\n");
}

TEST(Markdown, WorkIsLinearInWhatIsNew)
{
    // A paragraph of one endless line, character by character: were finished rows looked at again, this would not end.
    Screen screen{{80, 24}, {}};
    TranscriptView view{screen.page()};
    std::size_t bytes = 0;
    for (int i = 0; i < 200'000; ++i) {
        view.show(text_chunk(i % 6 == 5 ? " " : "x"));
        bytes += screen.take().size();
    }
    EXPECT_LT(bytes, 400'000u);
}

}  // namespace oi
