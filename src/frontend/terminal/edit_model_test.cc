// Seeded random keys on the line editor and on a simple model of a text: both must always agree.
#include "frontend/terminal/editor.h"

#include "frontend/terminal/graphemes.h"

#include <gtest/gtest.h>
#include <functional>
#include <random>

namespace oi {

namespace {

using Kind = Key::Kind;

// A text as a row of characters, each a string; no clever data, no undo but copies of all.
struct Model {
    std::vector<std::string> text;
    std::size_t at = 0;
    std::vector<std::string> cut;

    void insert(const std::vector<std::string>& characters)
    {
        text.insert(text.begin() + static_cast<std::ptrdiff_t>(at), characters.begin(), characters.end());
        at += characters.size();
    }
    void erase(std::size_t from, std::size_t to)
    {
        text.erase(text.begin() + static_cast<std::ptrdiff_t>(from), text.begin() + static_cast<std::ptrdiff_t>(to));
        at = from;
    }
    void kill(std::size_t from, std::size_t to)
    {
        if (from == to) return;
        cut.assign(text.begin() + static_cast<std::ptrdiff_t>(from), text.begin() + static_cast<std::ptrdiff_t>(to));
        erase(from, to);
    }
    std::size_t start() const
    {
        std::size_t from = at;
        while (from > 0 && text[from - 1] != "\n") --from;
        return from;
    }
    std::size_t end() const
    {
        std::size_t to = at;
        while (to < text.size() && text[to] != "\n") ++to;
        return to;
    }
    static bool is_word(const std::string& c) { return c.size() > 1 || std::isalnum(static_cast<unsigned char>(c[0])) != 0; }
    std::size_t left_word() const
    {
        std::size_t from = at;
        while (from > 0 && !is_word(text[from - 1])) --from;
        while (from > 0 && is_word(text[from - 1])) --from;
        return from;
    }
    std::size_t right_word() const
    {
        std::size_t to = at;
        while (to < text.size() && !is_word(text[to])) ++to;
        while (to < text.size() && is_word(text[to])) ++to;
        return to;
    }
    std::string joined(std::size_t from, std::size_t to) const
    {
        std::string all;
        for (std::size_t i = from; i < to; ++i) all += text[i];
        return all;
    }
};

struct Step {
    Key key;
    std::function<void(Model&)> apply;
};

const std::vector<std::string> characters{"a", "b", " ", ".", "\n", "\xC3\xA4", "\xE6\xBC\xA2", "\xF0\x9F\x91\x8D", "e\xCC\x81", "7"};

std::vector<Step> steps()
{
    std::vector<Step> all;
    for (const auto& c : characters) all.push_back({c == "\n" ? Key{Kind::newline} : Key{Kind::text, c}, [c](Model& m) { m.insert({c}); }});
    const auto add = [&](Key key, std::function<void(Model&)> apply) { all.push_back({std::move(key), std::move(apply)}); };
    add({Kind::paste, "x\r\ny"}, [](Model& m) { m.insert({"x", "\n", "y"}); });
    add({Kind::left}, [](Model& m) { m.at -= m.at > 0; });
    add({Kind::right}, [](Model& m) { m.at += m.at < m.text.size(); });
    add({Kind::home}, [](Model& m) { m.at = m.start(); });
    add({Kind::end}, [](Model& m) { m.at = m.end(); });
    add({Kind::alt, "<"}, [](Model& m) { m.at = 0; });
    add({Kind::alt, ">"}, [](Model& m) { m.at = m.text.size(); });
    add({Kind::word_left}, [](Model& m) { m.at = m.left_word(); });
    add({Kind::word_right}, [](Model& m) { m.at = m.right_word(); });
    add({Kind::backspace}, [](Model& m) { m.at > 0 ? m.erase(m.at - 1, m.at) : void(); });
    add({Kind::remove}, [](Model& m) { m.at < m.text.size() ? m.erase(m.at, m.at + 1) : void(); });
    add({Kind::control, "k"}, [](Model& m) { m.kill(m.at, m.at == m.end() ? std::min(m.at + 1, m.text.size()) : m.end()); });
    add({Kind::control, "u"}, [](Model& m) { m.kill(m.start(), m.at); });
    add({Kind::alt, "d"}, [](Model& m) { m.kill(m.at, m.right_word()); });
    add({Kind::alt, "backspace"}, [](Model& m) { m.kill(m.left_word(), m.at); });
    return all;
}

}  // namespace

TEST(LineEditor, AgreesWithASimpleModelOfTheText)
{
    const auto all = steps();
    for (unsigned seed = 0; seed < 300; ++seed) {
        std::mt19937 random{seed};
        LineEditor editor;
        Model model;
        bool was_kill = false;
        for (int i = 0; i < 120; ++i) {
            const bool yanks = random() % 12 == 0 && !was_kill;
            const Step& step = all[random() % all.size()];
            const bool is_kill = !yanks && (step.key.kind == Kind::control ||
                                            (step.key.kind == Kind::alt && step.key.text[0] != '<' && step.key.text[0] != '>'));
            if (is_kill && was_kill) continue;  // cuts in a row join: a test of its own
            was_kill = is_kill;
            if (yanks) {
                editor.feed({Kind::control, "y"});
                model.insert(model.cut);
            } else {
                editor.feed(step.key);
                step.apply(model);
            }
            ASSERT_EQ(editor.text(), model.joined(0, model.text.size())) << "seed " << seed << " step " << i;
            ASSERT_EQ(editor.cursor(), model.joined(0, model.at).size()) << "seed " << seed << " step " << i;
        }
    }
}

TEST(LineEditor, UndoGoesBackThroughEveryStateAndRedoForward)
{
    const auto all = steps();
    for (unsigned seed = 0; seed < 100; ++seed) {
        std::mt19937 random{seed};
        LineEditor editor;
        std::vector<std::string> seen{""};
        for (int i = 0; i < 80; ++i) {
            editor.feed(all[random() % all.size()].key);
            seen.push_back(editor.text());
        }
        const std::string last = editor.text();
        std::size_t at = seen.size();
        int undone = 0;
        while (editor.feed({Kind::control, "_"}) == LineEditor::Outcome::changed) {
            while (at > 0 && seen[at - 1] != editor.text()) --at;
            ASSERT_GT(at, 0U) << "a text that never was, seed " << seed;
            ++undone;
        }
        EXPECT_EQ(editor.text(), "");
        while (undone-- > 0) EXPECT_EQ(editor.feed({Kind::alt, "_"}), LineEditor::Outcome::changed);
        EXPECT_EQ(editor.text(), last);
    }
}

}  // namespace oi
