// What control sequences mean: xterm's keys (XTerm Control Sequences, "PC-Style Function Keys", modifyOtherKeys) and kitty's
// keyboard protocol (sw.kovidgoyal.net/kitty/keyboard-protocol).
#include "base/text.h"
#include "frontend/terminal/keys.h"

#include <cctype>
#include <utf8proc.h>

namespace oi {

namespace {

using Kind = Key::Kind;
constexpr unsigned shift = 1, alt = 2, control = 4, others = 8 | 16 | 32;  // super, hyper, meta
constexpr long release = 3;

// "97:65;5:1;97": numbers in groups; what is missing is 0.
long number(std::string_view parameters, std::size_t group, std::size_t index = 0)
{
    const auto groups = split(parameters, ';');
    if (group >= groups.size()) return 0;
    const auto numbers = split(groups[group], ':');
    return index < numbers.size() ? to_integer(numbers[index]).value_or(0) : 0;
}

std::string utf8(long point)
{
    utf8proc_uint8_t bytes[4];
    const auto length = utf8proc_codepoint_valid(static_cast<utf8proc_int32_t>(point))
                            ? utf8proc_encode_char(static_cast<utf8proc_int32_t>(point), bytes)
                            : 0;
    return {reinterpret_cast<const char*>(bytes), static_cast<std::size_t>(length)};
}

Key letter(char final, unsigned modifiers)
{
    const bool is_word = (modifiers & (alt | control)) != 0;
    switch (final) {
    case 'A': return {Kind::up};
    case 'B': return {Kind::down};
    case 'C': return {is_word ? Kind::word_right : Kind::right};
    case 'D': return {is_word ? Kind::word_left : Kind::left};
    case 'H': return {Kind::home};
    case 'F': return {Kind::end};
    default: return {Kind::other};
    }
}

Key numbered(long key, unsigned modifiers)
{
    switch (key) {
    case 1:
    case 7: return {Kind::home};
    case 4:
    case 8: return {Kind::end};
    case 3: return modifiers & (alt | control) ? Key{Kind::alt, "d"} : Key{Kind::remove};
    case 5: return {Kind::page_up};
    case 6: return {Kind::page_down};
    default: return {Kind::other};
    }
}

// The keypad has code points of its own.
Key keypad(long code, unsigned modifiers)
{
    constexpr long first = 57399, last = 57426;
    constexpr std::string_view characters = "0123456789./*-+";
    constexpr std::string_view letters = "DCAB";  // left, right, up, down from 57417 on
    if (code < first || code > last) return {Kind::other};
    const auto index = static_cast<std::size_t>(code - first);
    if (index < characters.size()) return {Kind::text, std::string(1, characters[index])};
    if (index >= 18 && index < 22) return letter(letters[index - 18], modifiers);
    if (index == 22 || index == 23) return {index == 22 ? Kind::page_up : Kind::page_down};
    if (index == 24 || index == 25) return {index == 24 ? Kind::home : Kind::end};
    return index == 27 ? numbered(3, modifiers) : Key{Kind::other};
}

Key special(long code, unsigned modifiers)
{
    constexpr long keypad_enter = 57414;
    switch (code) {
    case 13:
    case keypad_enter: return {modifiers & (shift | alt | control) ? Kind::newline : Kind::enter};
    case 9: return {modifiers & shift ? Kind::other : Kind::tab};
    case 27: return {Kind::escape};
    case 8:
    case 127: return modifiers & (alt | control) ? Key{Kind::alt, "backspace"} : Key{Kind::backspace};
    default: return keypad(code, modifiers);
    }
}

// A key by its code point. `shifted`: the character with Shift; `typed`: the text it gives; 0: not told.
Key coded(long code, long shifted, long typed, unsigned modifiers)
{
    const bool is_private = code >= 0xE000 && code <= 0xF8FF;
    if (code < 32 || code == 127 || is_private) return special(code, modifiers);
    if (modifiers & others) return {Kind::other};
    if (modifiers & shift) code = shifted > 0 ? shifted : code >= 'a' && code <= 'z' ? code - 32 : code;
    if (modifiers & control) {
        if (code == '/' || code == '-') code = '_';  // as in a terminal without the protocol
        if (code == 'j' || code == 'J') return {Kind::newline};
        return code < 128 ? Key{Kind::control, std::string(1, static_cast<char>(std::tolower(static_cast<int>(code))))} : Key{Kind::other};
    }
    std::string text = utf8(modifiers & alt || typed < 32 ? code : typed);
    if (text.empty()) return {Kind::other};
    return {modifiers & alt ? Kind::alt : Kind::text, std::move(text)};
}

}  // namespace

Key key_of_sequence(std::string_view parameters, char final)
{
    constexpr long modify_other_keys = 27;
    if (parameters.find_first_not_of("0123456789;:") != std::string_view::npos) return {Kind::other};  // a reply, a mouse
    const long told = number(parameters, 1);
    const auto modifiers = static_cast<unsigned>(told > 0 ? told - 1 : 0);
    if (number(parameters, 1, 1) == release) return {Kind::other};
    const long first = number(parameters, 0);
    if (final == 'u') return coded(first, number(parameters, 0, 1), number(parameters, 2), modifiers);
    if (final == '~' && first == modify_other_keys) {
        const long code = number(parameters, 2);  // the character that the key gives, Shift included
        return coded(code, code, 0, modifiers);
    }
    if (final == '~') return numbered(first, modifiers);
    return letter(final, modifiers);
}

}  // namespace oi
