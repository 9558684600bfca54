// ReadableText: what a program wrote for a terminal, as the text that stands there in the end. Pure.
#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <string_view>

namespace oi {

// Escape sequences vanish; of a line that is rewritten (carriage return, backspace, erase) and of rows that are drawn again
// (cursor up) only the last state stays. Works piece by piece and in linear time, wherever the pieces are cut; memory is
// bounded whatever comes. Text goes in as valid UTF-8, no character cut between two pieces.
class ReadableText {
public:
    static constexpr std::size_t most_rows = 32;

    // `rows`: how many of the last rows may still change. A movement beyond them finds empty rows, and keeps as many from
    // then on.
    explicit ReadableText(std::size_t rows = most_rows) : least_{rows}, limit_{rows} {}

    // Appends to `settled` what cannot change any more.
    void feed(std::string_view piece, std::string& settled);
    // The rows that may still change, as they are now.
    std::string pending() const;
    // Appends them: nothing more comes. It can be used anew then.
    void finish(std::string& settled);

    const std::string& row() const { return rows_[last_].text; }         // the one that was written to last
    bool is_row_rewritten() const { return rows_[last_].is_rewritten; }  // the cursor has gone back in it
    bool has_moved() const { return has_moved_; }                        // the cursor went up at least once

private:
    enum class State : std::uint8_t { text, escape, intermediate, control, string, string_escape };
    struct Row {
        std::string text{};
        bool is_written = true;  // false: it stands for one that was settled before the cursor came back
        bool is_rewritten = false;
    };

    void put(std::string_view text, std::string& settled);
    void append(std::string_view text, std::string& settled);
    void put_in_row(std::string_view text, std::string& settled);
    void newline(std::string& settled);
    void settle_row(std::string& settled);
    void settle_all(std::string& settled);
    void take_control(char c);
    bool take_escape(char c);
    void act(char final);
    void move_up(std::size_t rows);
    void erase_last();

    std::size_t least_;
    std::size_t limit_;
    std::deque<Row> rows_ = std::deque<Row>(1);
    std::size_t cursor_ = 0;  // in rows_
    std::size_t last_ = 0;    // the row that was written to last
    bool is_return_ = false;  // what is put next replaces the row
    bool has_moved_ = false;
    std::size_t calm_rows_ = 0;  // ended since the last movement
    State state_ = State::text;
    std::string parameters_;
    std::string uncoloured_;  // within one feed(): text around colours, put together
};

// The whole of a text at once.
std::string readable_text(std::string_view text);

}  // namespace oi
