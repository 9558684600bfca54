// Bytes of terminals as keys: xterm's, kitty's protocol, modifyOtherKeys, and all that is no key.
#include "frontend/terminal/keys.h"

#include <gtest/gtest.h>
#include <random>

namespace oi {

namespace {

using Kind = Key::Kind;

std::vector<Key> read(std::string_view bytes)
{
    KeyReader reader;
    auto keys = reader.feed(bytes);
    for (auto& key : reader.flush()) keys.push_back(std::move(key));
    return keys;
}

std::vector<Key> meant(std::string_view bytes)
{
    auto keys = read(bytes);
    std::erase_if(keys, [](const Key& key) { return key.kind == Kind::other || key.kind == Kind::reply; });
    return keys;
}

}  // namespace

TEST(KeyReader, KnowsTheKittyKeyboardProtocol)
{
    EXPECT_EQ(read("\x1b[97u"), (std::vector<Key>{{Kind::text, "a"}}));
    EXPECT_EQ(read("\x1b[97:65;2u"), (std::vector<Key>{{Kind::text, "A"}}));
    EXPECT_EQ(read("\x1b[228;1;228u"), (std::vector<Key>{{Kind::text, "\xC3\xA4"}}));
    EXPECT_EQ(read("\x1b[99;5u"), (std::vector<Key>{{Kind::control, "c"}}));
    EXPECT_EQ(read("\x1b[102;3u"), (std::vector<Key>{{Kind::alt, "f"}}));
    EXPECT_EQ(read("\x1b[13u"), (std::vector<Key>{{Kind::enter}}));
    EXPECT_EQ(read("\x1b[13;2u"), (std::vector<Key>{{Kind::newline}}));
    EXPECT_EQ(read("\x1b[13;5u"), (std::vector<Key>{{Kind::newline}}));
    EXPECT_EQ(read("\x1b[106;5u"), (std::vector<Key>{{Kind::newline}}));  // Ctrl-J
    EXPECT_EQ(read("\x1b[57414u"), (std::vector<Key>{{Kind::enter}}));    // of the keypad
    EXPECT_EQ(read("\x1b[57400u"), (std::vector<Key>{{Kind::text, "1"}}));
    EXPECT_EQ(read("\x1b[27u\x1b[9u"), (std::vector<Key>{{Kind::escape}, {Kind::tab}}));
    EXPECT_EQ(read("\x1b[127;3u"), (std::vector<Key>{{Kind::alt, "backspace"}}));
    EXPECT_EQ(read("\x1b[1;5D\x1b[1;2D"), (std::vector<Key>{{Kind::word_left}, {Kind::left}}));
    EXPECT_EQ(read("\x1b[97;1:3u"), (std::vector<Key>{{Kind::other}})) << "a key that is let go";
    EXPECT_EQ(read("\x1b[97;9u"), (std::vector<Key>{{Kind::other}})) << "with the system's key it is not ours";
}

TEST(KeyReader, KnowsModifyOtherKeys)
{
    EXPECT_EQ(read("\x1b[27;2;13~"), (std::vector<Key>{{Kind::newline}}));
    EXPECT_EQ(read("\x1b[27;5;99~"), (std::vector<Key>{{Kind::control, "c"}}));
    EXPECT_EQ(read("\x1b[27;2;65~"), (std::vector<Key>{{Kind::text, "A"}}));
}

TEST(KeyReader, UndoAndRedoHaveKeys)
{
    EXPECT_EQ(read("\x1F"), (std::vector<Key>{{Kind::control, "_"}}));
    EXPECT_EQ(read("\x1b_"), (std::vector<Key>{{Kind::alt, "_"}}));
    EXPECT_EQ(read("\x1b[47;5u"), (std::vector<Key>{{Kind::control, "_"}}));  // Ctrl-/
}

TEST(KeyReader, WhatIsNoKeyIsIgnoredWhole)
{
    const std::vector<Key> only_a{{Kind::text, "a"}};
    for (const char* bytes : {
             "\x1b]11;rgb:0000/0000/0000\x07"
             "a",                              // the background's colour
             "\x1b]11;rgb:0/0/0\x1b\\a",       //
             "\x1b_Gi=31;OK\x1b\\a",           // kitty's graphics
             "\x1bP>|tmux 3.3a\x1b\\a",        // a terminal's name
             "\x1b[?62;22ca",                  // its abilities
             "\x1b[>0;276;0ca",                //
             "\x1b[24;80Ra",                   // the cursor's place
             "\x1b[Ia",                        // it has the focus
             "\x1b[<0;10;10Ma\x1b[<0;10;10m",  // the mouse
             "\x1b[M !!a",                     // as it was long ago
             "\x1b[[Aa",                       // F1 of the Linux console
             "\x1b[15;2~a",
             "\x1bOPa",
         })
        EXPECT_EQ(meant(bytes), only_a) << bytes + 1;
}

TEST(KeyReader, CutAnywhereTheKeysAreTheSame)
{
    const std::string bytes =
        "a\x1b[13;2u\x1b]11;x\x07\x1b[200~p\xC3\xA9\n\x1b[201~\x1b_Gok\x1b\\\x1b[1;5C\xF0\x9F\x91\x8D\x1b\xC3\xA4z\x1b[27;2;13~";
    const auto whole = KeyReader{}.feed(bytes);
    for (std::size_t cut = 1; cut < bytes.size(); ++cut) {
        KeyReader reader;
        auto keys = reader.feed(std::string_view{bytes}.substr(0, cut));
        for (auto& key : reader.feed(std::string_view{bytes}.substr(cut))) {
            const bool joins = !keys.empty() && keys.back().kind == Kind::text && key.kind == Kind::text;
            if (joins) keys.back().text += key.text;
            else keys.push_back(std::move(key));
        }
        EXPECT_EQ(keys, whole) << cut;
    }
}

TEST(KeyReader, ASequenceWithoutEndDoesNotEatTheKeyboard)
{
    KeyReader reader;
    reader.feed("\x1b]1;" + std::string(40'000, 'x'));
    reader.feed("\x1b[1" + std::string(1000, '1'));
    reader.flush();
    EXPECT_EQ(reader.feed("a"), (std::vector<Key>{{Kind::text, "a"}}));
}

TEST(KeyReader, ALargePasteCostsLittleHoweverItIsCut)
{
    KeyReader reader;
    const std::string piece(4096, 'x');
    std::size_t keys = reader.feed("\x1b[200~").size();
    for (int i = 0; i < 2560; ++i) keys += reader.feed(piece).size();
    EXPECT_EQ(keys, 0U);
    const auto paste = reader.feed("\x1b[201~");
    ASSERT_EQ(paste.size(), 1U);
    EXPECT_EQ(paste[0].text.size(), 2560U * 4096);
}

TEST(KeyReader, AnyBytesGiveTextThatIsValid)
{
    std::mt19937 random{11};
    for (int round = 0; round < 2000; ++round) {
        std::string bytes;
        for (int i = 0; i < 30; ++i) bytes += static_cast<char>(random() % 3 ? "\x1b[;:~u_]PO0\x9f\xc3M"[random() % 15] : random());
        for (const Key& key : read(bytes))
            for (const char c : key.kind == Kind::text || key.kind == Kind::alt ? key.text : std::string{})
                EXPECT_GE(static_cast<unsigned char>(c), 0x20) << testing::PrintToString(bytes);
    }
}

}  // namespace oi
