// ThoughtReader: every template's marks, orphans, and text that only looks like them, however it is split.
#include "llm/reader/thought_reader.h"

#include "base/text.h"

#include <gtest/gtest.h>

namespace oi::llm {

namespace {

using Begin = ThoughtReader::Begin;
using Fences = ThoughtReader::Fences;

// "T(thought)", "|" for an orphan, text as it is.
std::string read(std::string_view text, std::size_t piece, Begin begin = Begin::unknown, Fences fences = Fences::shown)
{
    std::string out;
    std::string thought;
    const auto end_thought = [&] {
        if (!thought.empty()) out += cat("T(", std::exchange(thought, {}), ")");
    };
    ThoughtReader reader{{.text =
                              [&](std::string_view said) {
                                  if (!said.empty()) end_thought();
                                  out += said;
                              },
                          .thought = [&](std::string_view said) { thought += said; },
                          .orphan =
                              [&] {
                                  end_thought();
                                  out += '|';
                              }},
                         begin,
                         fences};
    for (std::size_t at = 0; at < text.size(); at += piece) reader.feed(text.substr(at, piece));
    reader.finish();
    end_thought();
    if (!reader.unmarked().empty()) out += cat("U(", reader.unmarked(), ")");
    return out;
}

void expect(std::string_view text, std::string_view expected, Begin begin = Begin::unknown, Fences fences = Fences::shown)
{
    for (std::size_t piece = 1; piece <= text.size(); ++piece)
        EXPECT_EQ(read(text, piece, begin, fences), expected) << text << "\n-- in pieces of " << piece;
}

}  // namespace

TEST(Thoughts, StandInTheMarksOfTheirTemplateBeforeTheAnswer)
{
    expect("<think>a\nb</think>\n\nthe answer", "T(a\nb)the answer");
    expect("\n <think>\nhm\n</think>yes", "T(\nhm\n)yes");
    expect("<thinking>a</thinking> b", "T(a)b");
    expect("<thought>a</thought> b", "T(a)b");
    expect("<reasoning>a</reasoning>b", "T(a)b");
    expect("<seed:think>a</seed:think>b", "T(a)b");
    expect("[THINK]a[/THINK]b", "T(a)b");
    expect(
        "\xE2\x97\x81think\xE2\x96\xB7"
        "a\xE2\x97\x81/think\xE2\x96\xB7"
        "b",
        "T(a)b");
    expect("<|START_THINKING|>a<|END_THINKING|>b", "T(a)b");
    expect("<|channel>thought\na<channel|>b", "T(a)b");
    expect("<|channel|>analysis<|message|>a<|end|><|start|>assistant<|channel|>final<|message|>b", "T(a)b");
    expect("<think>a</think><think>b</think>c", "T(ab)c");
    expect("<think></think>\n\nplain", "plain");
}

TEST(Thoughts, KeepTheirCodeAndWhatHasNoEnd)
{
    expect("<think>```python\nrm()\n``` </thinkx></think>ok", "T(```python\nrm()\n``` </thinkx>)ok");
    expect("<think>no end </thi", "T(no end </thi)");
}

TEST(Thoughts, TextThatOnlyLooksLikeThemPassesUnchanged)
{
    for (const char* text : {"plain", "a <think>b</think>", "<thinker> <b>", "<thin", "[THIN", "use `</think>` there", "x </think>\ny",
                             "</think> closes it\n", "```\n</think>\n```\nmore", "  indented\n\n", "``", "a\n``\n\n", "<", "\n\n"})
        expect(text, text);
}

TEST(Thoughts, AnOrphanedEndPartsTheThoughtFromTheAnswer)
{
    expect("I think.\n</think>\n\nThe answer", "I think.\n|The answer");
    expect("hm\n </think> \r\nyes", "hm\n|yes");
    expect("hm\n</think>", "hm\n|");
    expect("a\n</think>\nb\n</think>\nc", "a\n|b\n</think>\nc");
    expect("```py\n1\n</think>\nb", "```py\n1\n</think>\nb");
    expect("```py\n1\n</think>\nb", "```py\n1\n|b", Begin::unknown, Fences::run);
}

TEST(Thoughts, OfAModelWhoseOpeningMarkIsInThePromptBeginAtOnce)
{
    expect("hm\n</think>\n\nyes", "T(hm\n)yes", Begin::in_thought);
    expect("<think>hm</think>yes", "T(hm)yes", Begin::in_thought);
    expect("no mark at all", "T(no mark at all)U(no mark at all)", Begin::in_thought);
}

TEST(Thoughts, OfAMegabyteInSinglePiecesAreReadInLinearTime)
{
    const std::string text = cat("<think>", std::string(1 << 20, '<'), "</think>x");
    std::size_t size = 0;
    std::string answer;
    ThoughtReader reader{{.text = [&](std::string_view said) { answer += said; },
                          .thought = [&](std::string_view said) { size += said.size(); },
                          .orphan = [] {}},
                         Begin::unknown,
                         Fences::shown};
    for (const char& c : text) reader.feed({&c, 1});
    reader.finish();
    EXPECT_EQ(size, std::size_t{1} << 20);
    EXPECT_EQ(answer, "x");
}

}  // namespace oi::llm
