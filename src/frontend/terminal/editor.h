// LineEditor: what a person types, one key after the other, until it is a message. Pure but for the history.
#pragma once

#include "frontend/terminal/history.h"
#include "frontend/terminal/keys.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace oi {

class LineEditor {
public:
    enum class Outcome : std::uint8_t {
        none,
        changed,
        submit,        // Enter: take() is the message
        end_of_file,   // Ctrl-D with nothing typed
        interrupt,     // Ctrl-C
        suspend,       // Ctrl-Z
        edit,          // Ctrl-X Ctrl-E: the text wants to go to the person's own editor
        clear_screen,  // Ctrl-L
    };
    enum class Lines : std::uint8_t { one, many };

    // `history` may be nullptr. With Lines::one, Enter always submits and newlines become spaces.
    explicit LineEditor(History* history = nullptr, Lines lines = Lines::many) : history_{history}, lines_{lines} {}

    Outcome feed(const Key& key);

    const std::string& text() const { return text_; }
    std::size_t cursor() const { return cursor_; }  // byte offset in text()
    bool is_empty() const { return text_.empty(); }
    void set_text(std::string text);
    // The text, triple quotes around it taken off; the editor is empty then.
    std::string take();
    // The line to show in place of the prompt while the history is searched.
    std::optional<std::string> search_prompt() const;

private:
    Outcome control(char letter);
    Outcome alt(std::string_view key);
    Outcome enter();
    void insert(std::string_view text);
    void erase(std::size_t from, std::size_t to);
    void kill(std::size_t from, std::size_t to);
    void move(std::size_t to) { cursor_ = to; }
    std::size_t line_start() const;
    std::size_t line_end() const;
    std::size_t word_left() const;
    std::size_t word_right() const;
    Outcome vertical(int direction);
    Outcome recall(int direction);
    Outcome search_key(const Key& key);
    void search_again(std::size_t before);

    History* history_;
    Lines lines_;
    std::string text_;
    std::size_t cursor_ = 0;
    std::string killed_;
    std::string draft_;  // what was typed before the history was walked
    std::optional<std::size_t> recalled_;
    bool is_after_ctrl_x_ = false;
    bool is_searching_ = false;
    std::string searched_;
    std::optional<std::size_t> found_;
    std::string before_search_;
};

}  // namespace oi
