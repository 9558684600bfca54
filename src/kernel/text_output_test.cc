// What a driver writes becomes text and chunks: UTF-8 in pieces, MIME bundles, base64.
#include "base/base64.h"
#include "base/text.h"
#include "kernel/display.h"
#include "kernel/utf8_stream.h"

#include <gtest/gtest.h>

namespace oi::kernel {
namespace {

TEST(Utf8Stream, GivesTheSameTextWhereverItIsCut)
{
    const std::string bytes =
        "a\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80\xFF"
        "b\xE2\x82\xC3\xA9\xED\xA0\x80z\xF0\x9F";
    Utf8Stream whole;
    std::string expected = whole.feed(bytes);
    expected += whole.flush();
    EXPECT_EQ(expected, valid_utf8(bytes));
    for (std::size_t first = 0; first <= bytes.size(); ++first) {
        for (std::size_t second = first; second <= bytes.size(); ++second) {
            Utf8Stream stream;
            std::string text;
            for (const auto& piece : {bytes.substr(0, first), bytes.substr(first, second - first), bytes.substr(second)}) {
                const std::string part = stream.feed(piece);
                EXPECT_EQ(valid_utf8(part), part);
                text += part;
            }
            EXPECT_EQ(text + stream.flush(), expected);
        }
    }
}

TEST(Display, ParsesABundleAndRefusesABrokenOne)
{
    EXPECT_EQ(parse_bundle("text/plain 3\na\nbtext/html 0\n"), (Bundle{{"text/plain", "a\nb"}, {"text/html", ""}}));
    EXPECT_EQ(parse_bundle("text/plain 9\nabc"), std::nullopt);
    EXPECT_EQ(parse_bundle("text/plain\nabc"), std::nullopt);
    EXPECT_EQ(parse_bundle("nonsense"), std::nullopt);
}

TEST(Display, APictureStandsForItself)
{
    EXPECT_EQ(to_chunks({{"image/png", "abc"}, {"text/plain", "<Figure>"}, {"text/html", "<img>"}}),
              (std::vector<Chunk>{{.role = Role::computer, .type = Kind::image, .format = "base64.png", .content = "YWJj"}}));
    EXPECT_EQ(to_chunks({{"image/jpeg", "a"}}).front().format, "base64.jpeg");
}

TEST(Display, ATableIsHtmlForThePersonAndTextForTheModel)
{
    EXPECT_EQ(to_chunks({{"text/html", "<table>"}, {"text/plain", "a b"}}),
              (std::vector<Chunk>{{.role = Role::computer, .type = Kind::code, .format = "html", .content = "<table>", .recipient = "user"},
                                  output_chunk("a b\n")}));
    EXPECT_EQ(to_chunks({{"text/markdown", "# a"}}), (std::vector<Chunk>{output_chunk("# a\n")}));
}

TEST(Display, Base64IsPadded)
{
    EXPECT_EQ(base64(""), "");
    EXPECT_EQ(base64("f"), "Zg==");
    EXPECT_EQ(base64("fo"), "Zm8=");
    EXPECT_EQ(base64("foo"), "Zm9v");
    EXPECT_EQ(base64("\xFF\x00\xFE"), "/w==");  // a literal ends at its zero
    EXPECT_EQ(base64(std::string_view{"\xFF\x00\xFE", 3}), "/wD+");
}

}  // namespace
}  // namespace oi::kernel
