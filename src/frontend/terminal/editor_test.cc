// The line editor, driven by the bytes that a terminal sends.
#include "frontend/terminal/editor.h"

#include "frontend/terminal/editor_view.h"
#include "frontend/terminal/fake_terminal.h"
#include "testing/temp_dir.h"

#include <gtest/gtest.h>
#include <random>
#include <sys/stat.h>

namespace oi {

namespace {

using Outcome = LineEditor::Outcome;

Outcome type(LineEditor& editor, std::string_view bytes)
{
    KeyReader reader;
    Outcome last = Outcome::none;
    for (const Key& key : reader.feed(bytes)) last = editor.feed(key);
    return last;
}

std::string typed(std::string_view bytes)
{
    LineEditor editor;
    type(editor, bytes);
    return editor.text();
}

}  // namespace

TEST(Keys, SequencesMayArriveByteByByte)
{
    const std::string bytes =
        "a\xC3\xA9\xF0\x9F\x91\x8D\x1b[A\x1b[1;5C\x1bOH\x1b[3~\x1b[200~p\nq\x1b[201~\x1b\r\x1b"
        "f\x03\t\x7F\r";
    KeyReader whole, bitwise;
    std::vector<Key> keys;
    for (const char byte : bytes)
        for (auto& key : bitwise.feed({&byte, 1})) keys.push_back(key);
    using Kind = Key::Kind;
    const std::vector<Key> expected{{Kind::text, "a\xC3\xA9\xF0\x9F\x91\x8D"},
                                    {Kind::up},
                                    {Kind::word_right},
                                    {Kind::home},
                                    {Kind::remove},
                                    {Kind::paste, "p\nq"},
                                    {Kind::newline},
                                    {Kind::alt, "f"},
                                    {Kind::control, "c"},
                                    {Kind::tab},
                                    {Kind::backspace},
                                    {Kind::enter}};
    EXPECT_EQ(whole.feed(bytes), expected);
    std::string text;
    std::erase_if(keys, [&](const Key& key) { return key.kind == Kind::text && (text += key.text, true); });
    EXPECT_EQ(text, expected[0].text);
    EXPECT_EQ(keys, std::vector<Key>(expected.begin() + 1, expected.end()));
}

TEST(Keys, WhatTheTerminalAnswersIsNotTyped)
{
    using Kind = Key::Kind;
    const std::string bytes = "\x1b[?62;4;22c\x1b[6;20;10t\x1b_Gi=31;OK\x1b\\x";
    const std::vector<Key> expected{
        {Kind::reply, "\x1b[?62;4;22c"}, {Kind::reply, "\x1b[6;20;10t"}, {Kind::reply, "\x1b_Gi=31;OK\x1b\\"}, {Kind::text, "x"}};
    KeyReader whole, bitwise;
    EXPECT_EQ(whole.feed(bytes), expected);
    std::vector<Key> keys;
    for (const char byte : bytes)
        for (auto& key : bitwise.feed({&byte, 1})) keys.push_back(key);
    EXPECT_EQ(keys, expected);
    // However long its rest takes.
    EXPECT_TRUE(whole.feed("\x1b[?62").empty());
    EXPECT_FALSE(whole.is_waiting());
    EXPECT_EQ(whole.feed(";4c"), (std::vector<Key>{{Kind::reply, "\x1b[?62;4c"}}));
}

TEST(Keys, AltAndUnderscoreIsStillAKey)
{
    KeyReader reader;
    EXPECT_TRUE(reader.feed("\x1b_").empty());
    EXPECT_TRUE(reader.is_waiting());
    EXPECT_EQ(reader.flush(), (std::vector<Key>{{Key::Kind::alt, "_"}}));
    EXPECT_EQ(reader.feed("\x1b_x"), (std::vector<Key>{{Key::Kind::alt, "_"}, {Key::Kind::text, "x"}}));
}

TEST(Keys, AnEscapeAloneIsAKeyOnceNothingFollows)
{
    KeyReader reader;
    EXPECT_TRUE(reader.feed("\x1b").empty());
    EXPECT_TRUE(reader.is_waiting());
    EXPECT_EQ(reader.flush(), std::vector<Key>{{Key::Kind::escape}});
}

TEST(LineEditor, MovesAndErasesByWhatAPersonTakesForACharacter)
{
    EXPECT_EQ(typed("ab\xF0\x9F\x91\xA9\xE2\x80\x8D\xF0\x9F\x92\xBB\x7F"), "ab");  // woman, joiner, computer
    EXPECT_EQ(typed("e\xCC\x81x\x1b[D\x1b[D\x1b[3~"), "x");
}

TEST(LineEditor, KnowsTheUsualKeys)
{
    EXPECT_EQ(typed("one two three\x17\x17X"), "one X");  // Ctrl-W
    EXPECT_EQ(typed("one two\x01>\x05<"), ">one two<");   // Ctrl-A, Ctrl-E
    EXPECT_EQ(typed("one two\x1b"
                    "b\x0B\x19\x19"),
              "one twotwo");                // Alt-B, Ctrl-K, Ctrl-Y
    EXPECT_EQ(typed("one two\x15x"), "x");  // Ctrl-U
    EXPECT_EQ(typed("one two\x01\x1b"
                    "f!"),
              "one! two");                           // Alt-F
    EXPECT_EQ(typed("ab\x1b[1~c\x1b[4~d"), "cabd");  // Home, End
}

TEST(LineEditor, EnterSubmitsAndAltEnterDoesNot)
{
    LineEditor editor;
    EXPECT_EQ(type(editor, "a\x1b\rb\r"), Outcome::submit);
    EXPECT_EQ(editor.take(), "a\nb");
    EXPECT_TRUE(editor.is_empty());
}

TEST(LineEditor, TripleQuotesHoldATextOfSeveralLines)
{
    LineEditor editor;
    EXPECT_EQ(type(editor, "\"\"\"\rone\r"), Outcome::changed);
    EXPECT_EQ(type(editor, "two\"\"\"\r"), Outcome::submit);
    EXPECT_EQ(editor.take(), "one\ntwo");
}

TEST(LineEditor, AMarkInTheFirstLineHoldsTheTextOpenUntilItComesAgain)
{
    const auto sent_by = [](std::string_view bytes) {
        LineEditor editor;
        return type(editor, bytes) == Outcome::submit ? editor.take() : "(open)";
    };
    EXPECT_EQ(sent_by("what is ```ls```?\r"), "what is ```ls```?") << "opened and closed in its first line";
    EXPECT_EQ(sent_by("fix ```\r"), "(open)");
    EXPECT_EQ(sent_by("fix ````py\rx\r````\r"), "fix ````py\nx\n````");
    EXPECT_EQ(sent_by("plain\x1b\r```\r"), "plain\n```") << "only the first line opens";
    EXPECT_EQ(sent_by("\"\"\"a\"\"\" and \"\"\"b\"\"\"\r"), "\"\"\"a\"\"\" and \"\"\"b\"\"\"") << "these quotes are not around it all";
    EXPECT_EQ(sent_by("\"\"\"with ``` in it\rmore\"\"\"\r"), "with ``` in it\nmore");
}

TEST(LineEditor, CutsInARowAreOnePieceAndOlderOnesComeBackToo)
{
    EXPECT_EQ(typed("one two three\x17\x17\x19"), "one two three");  // Ctrl-W twice, Ctrl-Y
    EXPECT_EQ(typed("one\x15two\x15\x19\x1by"), "one");              // Alt-Y: the cut before
}

TEST(LineEditor, UpWalksTheEntriesThatBeginWithWhatWasTyped)
{
    History history{""};
    for (const char* entry : {"make tea", "walk", "make coffee", "drink"}) history.add(entry);
    LineEditor editor{&history};
    type(editor, "make\x1b[A");
    EXPECT_EQ(editor.text(), "make coffee");
    type(editor, "\x1b[A");
    EXPECT_EQ(editor.text(), "make tea");
    type(editor, "\x1b[A");
    EXPECT_EQ(editor.text(), "make tea");
    type(editor, "\x1b[B\x1b[B");
    EXPECT_EQ(editor.text(), "make");
}

TEST(LineEditor, TenMegabytesAreAFoldWhetherTheTerminalMarksThemOrNot)
{
    const std::string block(4095, 'x');
    LineEditor marked, unmarked;
    std::string all;
    for (int i = 0; i < 2560; ++i) {
        all += block + "\n";
        unmarked.feed({Key::Kind::paste, block + "\r"});
    }
    marked.feed({Key::Kind::paste, all});
    EXPECT_EQ(marked.text().size(), 1U);
    EXPECT_LT(unmarked.text().size(), 20'000U);
    EXPECT_EQ(marked.take(), all);
    EXPECT_EQ(unmarked.take(), all);
}

TEST(LineEditor, APasteIsOneTextAndSubmitsNothing)
{
    LineEditor editor;
    EXPECT_EQ(type(editor, "\x1b[200~one\rtwo\r\nthree\x1b[31m\r\x1b[201~"), Outcome::changed);
    EXPECT_EQ(editor.text(), "one\ntwo\nthree[31m\n");
}

TEST(LineEditor, UpAndDownMoveWithinTheTextAndThenThroughTheHistory)
{
    const testing::TempDir folder;
    const std::string path = folder.path() + "/sub/history";
    {
        History history{path};
        history.add("first\nwith two lines");
        history.add("second \\n");
        history.add("second \\n");
    }
    struct stat info {};
    ASSERT_EQ(::stat(path.c_str(), &info), 0);
    EXPECT_EQ(info.st_mode & 0777, 0600u);
    History history{path};
    EXPECT_EQ(history.size(), 2u);
    LineEditor editor{&history};
    type(editor, "draft\x1b[A");
    EXPECT_EQ(editor.text(), "second \\n");
    type(editor, "\x1b[A");
    EXPECT_EQ(editor.text(), "first\nwith two lines");
    type(editor, "\x1b[A!");  // within the text: to its first line
    EXPECT_EQ(editor.text(), "first!\nwith two lines");
    type(editor, "\x1b[B\x1b[B\x1b[B");
    EXPECT_EQ(editor.text(), "draft");
}

TEST(LineEditor, CtrlRSearchesTheHistoryBackwards)
{
    History history{""};
    for (const char* entry : {"make tea", "make coffee", "drink"}) history.add(entry);
    LineEditor editor{&history};
    type(editor,
         "\x12"
         "make");
    EXPECT_EQ(editor.text(), "make coffee");
    EXPECT_TRUE(editor.search_prompt());
    type(editor, "\x12");
    EXPECT_EQ(editor.text(), "make tea");
    EXPECT_EQ(type(editor, "\r"), Outcome::submit);
    EXPECT_EQ(editor.take(), "make tea");
}

TEST(LineEditor, CtrlDEndsOnlyAnEmptyLine)
{
    LineEditor editor;
    EXPECT_EQ(type(editor, "\x04"), Outcome::end_of_file);
    EXPECT_EQ(type(editor, "ab\x01\x04"), Outcome::changed);
    EXPECT_EQ(editor.text(), "b");
}

TEST(LineEditor, AnyBytesLeaveValidTextAndACursorWithin)
{
    std::mt19937 random{3};
    History history{""};
    history.add("entry");
    for (int round = 0; round < 400; ++round) {
        LineEditor editor{&history};
        KeyReader reader;
        EditorView view{{}};
        for (int i = 0; i < 60; ++i) {
            const char byte = static_cast<char>(random() % 4 ? random() % 128 : random());
            for (const Key& key : reader.feed({&byte, 1})) editor.feed(key);
            ASSERT_LE(editor.cursor(), editor.text().size());
            testing::FakeTerminal terminal{9, 5};
            EditorView fresh{{}};
            terminal.write(fresh.draw(editor, {{{"> "}}}, {9, 5}));
            ASSERT_EQ(terminal.faults(), std::vector<std::string>{}) << editor.text();
        }
    }
}

TEST(EditorView, RedrawsInPlaceAndLeavesTheTextOnceInTheScrollBack)
{
    testing::FakeTerminal terminal{12, 6};
    EditorView view{{}};
    LineEditor editor;
    const Prompt prompt{{{"> "}}};
    for (const char c : std::string_view{"hello wide world, this wraps"}) {
        type(editor, {&c, 1});
        terminal.write(view.draw(editor, prompt, {12, 6}));
    }
    type(editor, "\x1b[D\x1b[D");
    terminal.write(view.draw(editor, prompt, {12, 6}));
    terminal.write(view.finish(editor, prompt, {12, 6}));
    EXPECT_EQ(terminal.text(), "> hello wid\n  e world,\n  this wrap\n  s\n");
    EXPECT_EQ(terminal.cursor_row(), 4u);
}

TEST(EditorView, ATextTallerThanTheScreenIsInTheScrollBackOnce)
{
    testing::FakeTerminal terminal{20, 4};
    EditorView view{{}};
    LineEditor editor;
    std::string expected = "> 0\n";
    std::string text = "0";
    for (int i = 1; i < 9; ++i) {
        text += "\n" + std::to_string(i);
        expected += "  " + std::to_string(i) + "\n";
    }
    type(editor, "\x1b[200~" + text + "\x1b[201~");
    terminal.write(view.draw(editor, {{{"> "}}}, {20, 4}));
    type(editor, "\x1b[A\x1b[A");
    terminal.write(view.draw(editor, {{{"> "}}}, {20, 4}));
    terminal.write(view.finish(editor, {{{"> "}}}, {20, 4}));
    EXPECT_EQ(terminal.text(), expected);
}

}  // namespace oi
