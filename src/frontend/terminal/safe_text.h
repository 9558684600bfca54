// SafeText: text from a model or a cell, made harmless for a terminal.
#pragma once

#include <string>
#include <string_view>

namespace oi {

// Escape sequences (CSI, OSC, DCS, ...) vanish, other control characters and bidirectional overrides become
// visible, malformed UTF-8 becomes U+FFFD. Tab, newline, carriage return and backspace pass. Works piece by
// piece: a sequence or a character that is cut between two pieces is understood.
class SafeText {
public:
    enum class Level : unsigned char {
        terminal,  // all of the above
        file,      // only the escape sequences vanish: nobody looks at it through a terminal
    };
    explicit SafeText(Level level = Level::terminal) : level_{level} {}

    void feed(std::string_view piece, std::string& out);
    void finish(std::string& out);  // an unfinished character comes out, an unfinished sequence does not

private:
    enum class State : unsigned char { text, escape, intermediate, control, string, string_escape };
    void put(unsigned char byte, std::string& out);
    void put_control(unsigned char byte, std::string& out);
    void put_character(std::string& out);

    Level level_;
    State state_ = State::text;
    std::string character_;  // a character of several bytes, as far as it has come
    std::size_t wanted_ = 0;
};

std::string safe_text(std::string_view text);
// The same on one line: newlines and tabs become spaces.
std::string safe_line(std::string_view text);

}  // namespace oi
