// Keys: bytes from a terminal, read as the keys a person pressed.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace oi {

struct Key {
    enum class Kind : std::uint8_t {
        text,     // one or more characters, in `text`
        paste,    // a bracketed paste, in `text`
        control,  // Ctrl and the letter in `text` ("c")
        alt,      // Alt and the character in `text`
        enter,
        newline,  // Alt-Enter, Shift-Enter, Ctrl-J
        tab,
        backspace,
        remove,
        escape,
        left,
        right,
        up,
        down,
        home,
        end,
        word_left,
        word_right,
        page_up,
        page_down,
        reply,  // of the terminal's to a question, the whole sequence in `text`
        other,
    };
    Kind kind = Kind::text;
    std::string text{};

    bool operator==(const Key&) const = default;
};

// Sequences may arrive in pieces. An escape byte alone is the Escape key only if nothing follows for a moment:
// while is_waiting(), the caller calls flush() when that moment has passed. What is understood: xterm's keys, those of
// kitty's protocol and of modifyOtherKeys; any other sequence, a terminal's reply too, is one Key::Kind::other.
class KeyReader {
public:
    std::vector<Key> feed(std::string_view bytes);
    bool is_waiting() const { return !held_.empty() && !is_pasting_ && !is_reply(); }
    std::vector<Key> flush();
    void clear();  // forgets what has come of a sequence

private:
    bool is_reply() const;  // what is held can only be the beginning of the terminal's own words
    bool next(Key& key);
    bool next_paste(Key& key);
    std::size_t sequence(Key& key);
    std::size_t control_sequence(Key& key);
    std::size_t string_sequence(Key& key) const;
    std::size_t alt_character(Key& key) const;

    std::string held_;
    std::string paste_;
    bool is_pasting_ = false;
};

// The key of the control sequence ESC [ PARAMETERS FINAL.
Key key_of_sequence(std::string_view parameters, char final);

}  // namespace oi
