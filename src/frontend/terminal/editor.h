// LineEditor: what a person types, one key after the other, until it is a message. Pure but for the history.
#pragma once

#include "frontend/terminal/edit_buffer.h"
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

    // As it is edited: a large paste is one byte (see EditBuffer), whose label is what to show.
    const std::string& text() const { return buffer_.text(); }
    std::size_t cursor() const { return buffer_.cursor(); }  // byte offset in text()
    std::string label(char byte) const { return buffer_.label(byte); }
    std::string shown() const { return buffer_.shown(); }
    std::string whole() const { return buffer_.whole(); }
    bool is_empty() const { return text().empty(); }
    void set_text(std::string text);  // Ctrl-_ brings back what was there
    void replace(std::size_t from, std::size_t to, std::string_view text) { buffer_.replace(from, to, text); }
    // The whole text, triple quotes around it taken off; the editor is empty then.
    std::string take();
    // `"""` or ``` when the first line begins a text that the same mark has not ended: Enter is a new line then. Else empty.
    std::string_view open_mark() const;
    bool is_searching() const { return is_searching_; }
    // The line to show in place of the prompt while the history is searched.
    std::optional<std::string> search_prompt() const;

private:
    Outcome control(char letter);
    Outcome after_ctrl_x(const Key& key);
    Outcome alt(std::string_view key);
    Outcome enter();
    void show(std::string text);
    void erase_left();
    void erase_right();
    void kill_line_end();
    Outcome vertical(int direction);
    Outcome recall(int direction, std::string_view prefix);
    std::optional<std::size_t> entry_beside(std::size_t at, int direction, std::string_view prefix) const;
    Outcome begin_search(int direction);
    Outcome search_key(const Key& key);
    void search_from(std::size_t at);
    void search_on(int direction);

    History* history_;
    Lines lines_;
    EditBuffer buffer_;
    std::string draft_;  // what was typed before the history was walked
    std::optional<std::size_t> recalled_;
    std::optional<int> column_;  // that up and down keep to
    bool is_after_ctrl_x_ = false;
    bool is_searching_ = false;
    int direction_ = -1;  // of the search: -1 to older ones
    std::string searched_;
    std::optional<std::size_t> found_;
    bool is_found_ = true;
    std::string before_search_;
};

}  // namespace oi
