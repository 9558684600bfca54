// ArgumentsReader: the code of half-arrived arguments.
#include "llm/reader/arguments_reader.h"

#include <gtest/gtest.h>

namespace oi::llm {

namespace {

struct Read {
    std::string language;
    std::string code;
    bool is_complete = false;
    bool operator==(const Read&) const = default;
};

Read read(std::string_view text, std::size_t piece)
{
    ArgumentsReader reader;
    Read result;
    for (std::size_t at = 0; at < text.size(); at += piece) {
        reader.feed(text.substr(at, piece));
        result.code += reader.take_code();
    }
    result.language = reader.language();
    result.is_complete = reader.is_complete();
    return result;
}

void expect(std::string_view text, const Read& expected)
{
    for (std::size_t piece = 1; piece <= text.size(); ++piece) EXPECT_EQ(read(text, piece), expected) << text << " in pieces of " << piece;
}

}  // namespace

TEST(ArgumentsReader, DecodesEscapesAndSurrogatePairsAcrossBorders)
{
    expect(R"({"language":"python","code":"a\n\t\"\\ \/ \u00e9 \ud83d\ude42 \u0041"})",
           {"python", "a\n\t\"\\ / \xC3\xA9 \xF0\x9F\x99\x82 A", true});
}

TEST(ArgumentsReader, SkipsWhatItDoesNotKnow)
{
    expect(R"( { "n" : -1.5e3 , "deep" : {"code":"no","x":["}",{"y":"\"]"}]} , "t":true, "code" : "yes" , "language":"r", "z":null } junk)",
           {"r", "yes", true});
}

TEST(ArgumentsReader, ToleratesRawLineBreaksUnknownEscapesAndLoneSurrogates)
{
    expect("{\"language\":\"python\",\"code\":\"if x:\n    re.match('\\d')\"}", {"python", "if x:\n    re.match('\\d')", true});
    expect(R"({"code":"a\ud83dz\ude42 \uZZ","language":"sh"})", {"sh", "a\xEF\xBF\xBDz\xEF\xBF\xBD \xEF\xBF\xBDZZ", true});
}

TEST(ArgumentsReader, GivesWhatATruncatedObjectHolds)
{
    expect(R"({"language":"py)", {"py", "", false});
    expect(R"({"language":"python","code":"print(1)\)", {"python", "print(1)", false});
    expect(R"({"language":"python","code":"x\u00)", {"python", "x", false});
    expect(R"({"a)", {"", "", false});
}

TEST(ArgumentsReader, KeepsTheFirstLanguageForCodeMayHaveLeftUnderIt)
{
    expect(R"({"language":"python","code":"1","language":"shell"})", {"python", "1", true});
}

TEST(ArgumentsReader, TakesUnescapedQuotesForPartsOfTheCode)
{
    expect(R"x({"language":"python","code":"print("a", "b")"})x", {"python", R"x(print("a", "b"))x", true});
}

TEST(ArgumentsReader, ShowsCodeBeforeItsStringEnds)
{
    ArgumentsReader reader;
    reader.feed(R"({"language":"python","code":"pri)");
    EXPECT_TRUE(reader.has_language());
    EXPECT_EQ(reader.take_code(), "pri");
    reader.feed("nt(");
    EXPECT_EQ(reader.take_code(), "nt(");
    EXPECT_EQ(reader.take_code(), "");
}

}  // namespace oi::llm
