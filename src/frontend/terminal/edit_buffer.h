// EditBuffer: a text, the place in it, what was cut from it, and every state it has had. Pure.
#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

namespace oi {

// A large paste is folded: it stands in the text as one control byte, which counts as one character and is shown as
// "[pasted 120 lines]"; whole() has what it stands for. Any other control character but newline and tab is never in the text.
class EditBuffer {
public:
    const std::string& text() const { return text_; }
    std::size_t cursor() const { return cursor_; }  // byte offset in text()
    std::string whole() const;
    std::string shown() const;
    // What a folding byte is shown as; empty: it is none.
    std::string label(char byte) const;

    void clear();                 // and forgets its states
    void set(std::string text);   // one step of undo; large texts are folded
    void type(std::string_view);  // a word of typing is one step
    void paste(std::string text);
    void replace(std::size_t from, std::size_t to, std::string_view text);
    void erase(std::size_t from, std::size_t to);
    enum class Direction : std::uint8_t { forward, backward };
    // Cuts the range; cuts in a row are one piece.
    void kill(std::size_t from, std::size_t to, Direction direction);
    void yank();
    void yank_older();  // in place of what was just yanked
    void transpose();   // the characters on both sides of the cursor
    void move(std::size_t to);
    bool undo();
    bool redo();

private:
    enum class Action : std::uint8_t { other, type, erase, kill, yank };
    struct State {
        std::string text;
        std::size_t cursor = 0;
    };
    void remember(Action action);
    void insert(std::string_view text);
    char fold(std::string text);

    std::string text_;
    std::size_t cursor_ = 0;
    Action last_ = Action::other;
    std::deque<State> past_;
    std::vector<State> future_;
    std::size_t past_bytes_ = 0;
    std::deque<std::string> kills_;  // the newest first
    std::size_t yanked_ = 0;         // which of them stands before the cursor,
    std::size_t yank_from_ = 0;      // from here on
    struct Fold {
        std::string text;
        std::size_t lines = 1;
    };
    std::vector<Fold> folds_;
};

// Where words and lines begin and end, seen from `at`.
std::size_t line_start(std::string_view text, std::size_t at);
std::size_t line_end(std::string_view text, std::size_t at);
std::size_t word_left(std::string_view text, std::size_t at);
std::size_t word_right(std::string_view text, std::size_t at);
std::size_t blank_left(std::string_view text, std::size_t at);  // words are what stands between blanks

}  // namespace oi
