// Pictures and tables of data on the page, as a person sees them.
#include "frontend/terminal/picture_view.h"

#include "frontend/svg.h"
#include "frontend/terminal/data_table.h"
#include "frontend/terminal/fake_terminal.h"
#include "frontend/terminal/file_link.h"
#include "frontend/terminal/picture_fixture.h"
#include "frontend/terminal/screen.h"
#include "frontend/terminal/transcript_view.h"
#include "sys/files.h"
#include "testing/environment.h"

#include <gtest/gtest.h>

namespace oi {

namespace {

using namespace testing;

#define EDGE "\xE2\x94\x8A"

std::string png(int width, int height)
{
    return png_of(painted(width, height, [](int x, int y) { return std::array{x & 255, y & 255, 90}; }));
}

struct Window {
    explicit Window(std::string_view way = "blocks", sys::TerminalSize size = {80, 24, 800, 480})
        : terminal{size.columns, size.rows}, screen{size, {}}, view{screen.page()}
    {
        view.pictures().set_terminal({way, [](const char*) { return std::string{}; }});
        view.pictures().resize(size);
    }
    void show(const Chunk& chunk)
    {
        view.show(chunk);
        view.finish();
        update();
    }
    void picture(std::string_view file) { show({Role::computer, Kind::image, "base64.png", base64(file)}); }
    void update()
    {
        bytes = screen.take();
        terminal.write(bytes);
        EXPECT_EQ(terminal.faults(), std::vector<std::string>{});
    }
    // Rows from the first on that are blocks or empty, with the gutter.
    std::size_t picture_rows() const
    {
        std::size_t rows = 0;
        for (const auto& row : terminal.rows()) rows += row.starts_with(EDGE) && row.find("image: ") == std::string::npos;
        return rows;
    }
    std::string last() const { return terminal.rows().back(); }

    FakeTerminal terminal;
    Screen screen;
    TranscriptView view;
    std::string bytes;
};

Chunk html(std::string text) { return {Role::computer, Kind::code, "html", std::move(text), "user"}; }

}  // namespace

TEST(FitPicture, KeepsTheShapeAndStaysInTheWindow)
{
    EXPECT_EQ(fit_picture(640, 480, {10, 20}, {77, 30}), (Cells{64, 24}));
    EXPECT_EQ(fit_picture(640, 480, {10, 20}, {77, 12}), (Cells{32, 12}));
    EXPECT_EQ(fit_picture(20'000, 100, {10, 20}, {77, 12}), (Cells{77, 1}));
    EXPECT_EQ(fit_picture(1, 20'000, {10, 20}, {77, 12}), (Cells{1, 12}));
    EXPECT_EQ(fit_picture(1, 1, {10, 20}, {77, 12}), (Cells{1, 1}));
}

TEST(PictureView, BlocksStandInTheGutterWithThePathBelow)
{
    Window window;
    window.picture(png(64, 48));
    EXPECT_EQ(window.picture_rows(), 12u);
    EXPECT_TRUE(window.last().starts_with(EDGE " image: /")) << window.terminal.text();
    EXPECT_TRUE(window.last().ends_with(".png"));
    EXPECT_NE(window.bytes.find("\x1b[40m                                \x1b[0m\r\n"), std::string::npos) << window.bytes;
}

TEST(PictureView, KittyGetsTheFileItselfInRowsThatAreKeptForIt)
{
    Window window{"kitty"};
    const std::string file = png(320, 200);
    window.picture(file);
    std::string keys;
    EXPECT_EQ(decode_kitty(window.bytes, keys), file);
    EXPECT_EQ(keys.substr(0, keys.rfind(",m=")), "a=T,f=100,t=d,q=2,C=1,c=32,r=10");
    // The rows first, so that nothing scrolls; then up, behind the gutter, and back down.
    std::string rows;
    for (int i = 0; i < 10; ++i) rows += EDGE " \r\n";
    EXPECT_TRUE(without_escapes(window.bytes).starts_with(rows));
    EXPECT_NE(window.bytes.find("\x1b[10A\x1b[2C\x1b\x37\x1b_G"), std::string::npos);
    EXPECT_NE(window.bytes.find("\x1b\\\x1b\x38\r\x1b[10B"), std::string::npos);
    EXPECT_EQ(window.terminal.rows().size(), 11u);
    EXPECT_TRUE(window.last().starts_with(EDGE " image: /"));
}

TEST(PictureView, SixelsAreAsLargeAsTheirRows)
{
    Window window{"sixel"};
    window.picture(png(1280, 800));
    const Pixels shown = decode_sixel(window.bytes.substr(window.bytes.find("\x1bP")));
    EXPECT_EQ(shown.height, 238);
    EXPECT_EQ(shown.width, 380);
    EXPECT_EQ(window.terminal.rows().size(), 13u);
}

TEST(PictureView, Iterm2GetsTheFile)
{
    Window window{"iterm2"};
    const std::string file = png(320, 200);
    window.picture(file);
    EXPECT_NE(window.bytes.find(
                  cat("\x1b]1337;File=inline=1;size=", file.size(), ";width=32;height=10;preserveAspectRatio=1:", base64(file), "\x07")),
              std::string::npos);
}

TEST(PictureView, APictureThatIsTooLargeForATerminalIsSentAsLargeAsItIsShown)
{
    Window window{"kitty"};
    window.picture(png(20'000, 30));
    std::string keys;
    const auto sent = decode_pixels(decode_kitty(window.bytes, keys), 1'000'000);
    ASSERT_TRUE(sent);
    EXPECT_EQ(sent->width, 770);
    EXPECT_EQ(sent->height, 1);
}

TEST(PictureView, ABrokenPictureIsItsPathAndWhatIsWrong)
{
    for (const char* way : {"blocks", "kitty", "sixel", "iterm2"}) {
        Window window{way, {200, 24, 2000, 480}};
        const std::string file = png(64, 64);
        window.picture(std::string_view{file}.substr(0, file.size() / 2));
        EXPECT_EQ(window.terminal.rows().size(), 1u);
        EXPECT_TRUE(window.last().ends_with(".png  not drawn: it is broken or cut off")) << window.last();
        window.picture("");
        EXPECT_TRUE(window.last().ends_with(".png  not drawn: it is empty")) << window.last();
        window.picture("no picture at all");
        EXPECT_TRUE(window.last().ends_with(".png  not drawn: it is no picture that is known here")) << window.last();
    }
}

TEST(PictureView, ABombIsNotUnpacked)
{
    std::string file = png(2, 2);
    file.replace(16, 8, std::string{"\0\0\xC3\x50\0\0\xC3\x50", 8});  // 50,000 by 50,000 pixels, says its header
    Window window{"kitty", {200, 24, 2000, 480}};
    window.picture(file);
    EXPECT_TRUE(window.last().ends_with("not drawn: it is too large, 50000x50000 pixels")) << window.last();
}

TEST(PictureView, OffAndNoRoomLeaveThePath)
{
    for (const auto& [way, size] : {std::pair{"off", sys::TerminalSize{80, 24}}, {"kitty", {80, 5}}, {"blocks", {9, 24}}}) {
        Window window{way, size};
        window.picture(png(64, 64));
        EXPECT_EQ(window.bytes.find("\x1b_G"), std::string::npos);
        EXPECT_EQ(window.bytes.find("\x1b[48"), std::string::npos);
        EXPECT_TRUE(window.terminal.rows()[0].starts_with(EDGE " image:")) << window.terminal.text();
    }
}

TEST(PictureView, APictureInThePathFormatIsReadFromItsFile)
{
    Window window{"blocks", {200, 24, 2000, 480}};
    window.show({Role::user, Kind::image, "path", "/nowhere/at all.png"});
    EXPECT_TRUE(window.last().starts_with(EDGE " image: /nowhere/at all.png  /nowhere/at all.png: No such file")) << window.last();
}

TEST(PictureView, NoWindowIsTooSmallOrTooLarge)
{
    const std::string file = png(90, 70);
    for (const char* way : {"blocks", "kitty", "iterm2", "sixel"})
        for (int columns = 1; columns < 120; columns += columns < 14 ? 1 : 19)
            for (int rows = 1; rows < 60; rows += rows < 9 ? 1 : 17) {
                Window window{way, {columns, rows, columns * 10, rows * 20}};
                window.picture(file);  // which looks for faults
                const std::string text = window.terminal.text();
                EXPECT_NE(window.bytes.find(".png"), columns < 60 ? 0 : std::string::npos) << way << " " << columns << "x" << rows << "\n"
                                                                                           << text;
                if (columns < 60) continue;
                const std::size_t taken = window.terminal.rows().size() - 1;
                EXPECT_TRUE(taken <= static_cast<std::size_t>(rows) / 2 && (taken > 0) == (rows >= 6))
                    << way << " " << columns << "x" << rows << "\n"
                    << text;
            }
}

TEST(PictureView, WhatComesBehindAPictureIsBelowIt)
{
    Window window{"kitty"};
    window.view.show(text_chunk("above"));
    window.picture(png(320, 200));
    window.show(output_chunk("below\n"));
    window.view.show(text_chunk("answer"));
    window.view.finish();
    window.update();
    const auto rows = window.terminal.rows();
    EXPECT_EQ(rows[0], "  above");
    EXPECT_EQ(rows[12], EDGE " below");
    EXPECT_EQ(rows[14], "  answer");
}

TEST(FileLink, IsAUrlInPrintableAscii)
{
    const std::string url = file_link("/tmp/a b\xC3\xA9;%\n.png");
    EXPECT_TRUE(url.starts_with("file://") && url.ends_with("/tmp/a%20b%C3%A9%3B%25%0A.png")) << url;
    EXPECT_EQ(file_link("relative.png"), "");
}

TEST(DataTable, IsAlignedWithItsHeaderAndNotes)
{
    Window window;
    window.show(
        html("<div><style scoped>td { color: red }</style><table border=\"1\" class=\"dataframe\"><thead><tr style='text-align: "
             "right;'><th></th>"
             "<th>name</th><th>price</th></tr></thead><tbody><tr><th>0</th><td>tea &amp; milk</td><td>2.5</td></tr>"
             "<tr><th>1</th><td>rum</td><td>NaN</td></tr></tbody></table><p>2 rows &times; 2 columns</p></div>"));
    EXPECT_EQ(window.terminal.text(), EDGE "   \xE2\x94\x82 name       \xE2\x94\x82 price\n" EDGE
                                           " \xE2\x94\x80\xE2\x94\x80\xE2\x94\xBC"
                                           "\xE2\x94\x80\xE2\x94\x80\xE2\x94\x80\xE2\x94\x80\xE2\x94\x80\xE2\x94\x80\xE2\x94\x80\xE2\x94"
                                           "\x80\xE2\x94\x80\xE2\x94\x80\xE2\x94\x80\xE2\x94\x80\xE2\x94\xBC"
                                           "\xE2\x94\x80\xE2\x94\x80\xE2\x94\x80\xE2\x94\x80\xE2\x94\x80\xE2\x94\x80\n" EDGE
                                           " 0 \xE2\x94\x82 tea & milk \xE2\x94\x82   2.5\n" EDGE
                                           " 1 \xE2\x94\x82 rum        \xE2\x94\x82   NaN\n" EDGE " 2 rows \xC3\x97 2 columns\n");
}

TEST(DataTable, TheTextThatSaysTheSameIsNotShownAgain)
{
    const std::string table = "<table><tr><th></th><th>a</th></tr><tr><th>0</th><td>7</td></tr></table>";
    Window window;
    window.show(html(table));
    window.show(output_chunk("   a\n0  7\n"));
    window.show(output_chunk("0  7\n"));
    const std::string text = window.terminal.text();
    EXPECT_TRUE(text.ends_with(EDGE " 0 \xE2\x94\x82 7\n" EDGE " 0  7\n")) << text;
    window.show(html(table));
    window.show(output_chunk("   a\n0  7\nand more\n"));
    EXPECT_TRUE(window.terminal.text().ends_with("and more\n"));
}

TEST(DataTable, ATextThatCutsValuesAndColumnsSaysTheSame)
{
    const auto table = read_html_table(
        "<table><tr><th></th><th>a</th><th>b</th><th>c</th></tr><tr><th>0</th><td>a long value</td><td>1.5</td><td>2</td></tr>"
        "<tr><th>1</th><td>x</td><td>2.5</td><td>NaN</td></tr></table>");
    ASSERT_TRUE(table);
    EXPECT_TRUE(says_the_same(*table, "           a  ...    c\n0  a long va...  ...  2\n1          x  ...  NaN\n\n[2 rows x 3 columns]\n"));
    EXPECT_TRUE(says_the_same(*table, " \xE2\x94\x82 a \xE2\x94\x82\n0 \xE2\x94\x82 a lo\xE2\x80\xA6\n1 \xE2\x94\x82 x\n"));
    EXPECT_FALSE(says_the_same(*table, "a c\n0 a long va 2\n1 x NaN\n"));
    EXPECT_FALSE(says_the_same(*table, "2\n"));
    EXPECT_FALSE(says_the_same(*table, "a\n0\n1\nother\n"));
}

TEST(DataTable, ManyRowsAreFoldedAndTheFileIsNamed)
{
    std::string rows = "<table><tr><th>n</th></tr>";
    for (int i = 1; i <= 1000; ++i) rows += cat("<tr><td>", i, "</td></tr>");
    Window window{"blocks", {100, 100}};
    window.show(html(rows + "</table>"));
    const std::string text = window.terminal.text();
    EXPECT_NE(text.find(EDGE "   40\n" EDGE " ... 950 rows ...\n" EDGE "  991\n"), std::string::npos) << text;
    EXPECT_NE(text.find(EDGE " 1000\n" EDGE " html: /"), std::string::npos) << text;
}

TEST(DataTable, FitsEveryWidth)
{
    std::string head, row;
    for (int i = 0; i < 30; ++i) {
        head += cat("<th>column ", i, "</th>");
        row += cat("<td>", i % 3 == 0 ? "a long text \xE6\xBC\xA2\xE5\xAD\x97 in this cell" : "12.5", "</td>");
    }
    for (int columns = 20; columns < 300; columns += 7) {
        Window window{"blocks", {columns, 50}};
        window.show(html(cat("<table><tr>", head, "</tr><tr>", row, "</tr></table>")));
        EXPECT_GE(window.terminal.rows().size(), 4u) << columns;
        for (std::size_t i = 0; i < 3; ++i)
            EXPECT_TRUE(window.terminal.rows()[i].starts_with(EDGE " ")) << columns << "\n" << window.terminal.text();
        EXPECT_FALSE(window.terminal.rows()[3].starts_with(EDGE " 1")) << columns << "\n" << window.terminal.text();
    }
}

TEST(DataTable, SpansAreEmptyCells)
{
    const auto table = read_html_table(
        "<table><thead><tr><th rowspan=\"2\">k</th><th colspan=2>v</th></tr><tr><th>a</th><th>b</th></tr></thead>"
        "<tbody><tr><th rowspan=2>x</th><td>1</td><td>2</td></tr><tr><td>3</td><td>4</td></tr></tbody></table>");
    ASSERT_TRUE(table);
    const auto texts = [](const HtmlTable::Row& row) {
        std::string all;
        for (const auto& cell : row) all += cell.text + "|";
        return all;
    };
    EXPECT_EQ(texts(table->head[0]), "k|v||");
    EXPECT_EQ(texts(table->head[1]), "|a|b|");
    EXPECT_EQ(texts(table->rows[0]), "x|1|2|");
    EXPECT_EQ(texts(table->rows[1]), "|3|4|");
}

TEST(DataTable, WhatIsMoreThanATableIsAFile)
{
    for (const char* page :
         {"<h1>Hello</h1>", "<table><tr><td><script>x()</script></td></tr></table>", "<table><tr><td><img src=x></td></tr></table>",
          "<table><tr><td>1</td></tr></table><table><tr><td>2</td></tr></table>", "<table><tr><td>1</td>", "<td>1</td>", "<", "",
          "<table><tr><td><table><tr><td>1</td></tr></table></td></tr></table>", "<table></table>"})
        EXPECT_FALSE(read_html_table(page)) << page;
    Window window;
    window.show(html("<p>Hello</p>"));
    EXPECT_TRUE(window.last().starts_with(EDGE " html: /")) << window.last();
}

TEST(DataTable, ItsTextCannotMoveTheCursor)
{
    Window window;
    window.show(html("<table><tr><th>a</th></tr><tr><td>&#27;[2J&#x1b;]0;x&#7;ok</td></tr></table>"));
    EXPECT_EQ(window.bytes.find("\x1b[2J"), std::string::npos);
    EXPECT_NE(window.terminal.text().find("ok"), std::string::npos);
}

constexpr std::string_view drawing =
    "<?xml version='1.0'?>\n<svg xmlns='http://www.w3.org/2000/svg' width='64' height='48'>"
    "<rect width='64' height='48' fill='#ff0000'/></svg>";

TEST(Svg, IsToldFromOtherPages)
{
    EXPECT_TRUE(is_svg(drawing));
    EXPECT_TRUE(is_svg("\n <svg viewBox='0 0 1 1'></svg>"));
    EXPECT_TRUE(is_svg("<!DOCTYPE svg PUBLIC '-//W3C//DTD SVG 1.1//EN' 'x'>\n<svg></svg>"));
    for (const char* other : {"", "<p>an <svg></svg></p>", "<?xml version='1.0'?><rss/>", "<html><svg/></html>", "svg"})
        EXPECT_FALSE(is_svg(other)) << other;
}

TEST(Svg, ADrawingIsAPictureWhereTheConverterIs)
{
    if (sys::find_program("rsvg-convert").empty()) GTEST_SKIP() << "apt install librsvg2-bin";
    Window window;
    window.show(html(std::string{drawing}));
    EXPECT_EQ(window.picture_rows(), 12U) << window.terminal.text();
    EXPECT_NE(window.bytes.find("\x1b[101m"), std::string::npos) << window.bytes;
    EXPECT_TRUE(window.last().starts_with(EDGE " image: /")) << window.terminal.text();
    EXPECT_TRUE(window.last().ends_with(".svg"));
}

TEST(Svg, WithoutOneOrWhenItIsBrokenThePathSaysWhy)
{
    Window window;
    if (!sys::find_program("rsvg-convert").empty()) {
        window.show(html("<svg xmlns='http://www.w3.org/2000/svg'><rect"));
        EXPECT_TRUE(window.last().ends_with(".svg  not drawn: rsvg-convert cannot read it")) << window.terminal.text();
    }
    const testing::Environment path{"PATH", "/nowhere"};
    window.show(html(std::string{drawing}));
    EXPECT_NE(window.terminal.text().find("not drawn: rsvg-convert is not installe"), std::string::npos) << window.terminal.text();
}

}  // namespace oi
