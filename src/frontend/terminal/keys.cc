// Bytes cut into keys; what sequences mean is in key_sequences.cc.
#include "frontend/terminal/keys.h"

#include "base/text.h"

#include <utility>

namespace oi {

namespace {

using Kind = Key::Kind;
constexpr std::string_view paste_begin = "\x1b[200~";
constexpr std::string_view paste_end = "\x1b[201~";
constexpr char escape = '\x1b';
constexpr std::size_t longest_sequence = 200;
constexpr std::size_t longest_string = 16 * 1024;

Key control(char byte)
{
    switch (byte) {
    case '\r': return {Kind::enter};
    case '\n': return {Kind::newline};
    case '\t': return {Kind::tab};
    case 0x7F:
    case 0x08: return {Kind::backspace};
    default: break;
    }
    constexpr char last_letter = 26;
    return {Kind::control, std::string(1, static_cast<char>(byte + (byte >= 1 && byte <= last_letter ? '`' : '@')))};
}

// How many bytes at the front are printable characters; an unfinished one at the end stays back.
std::size_t printable(std::string_view text)
{
    std::size_t end = 0;
    while (end < text.size() && static_cast<unsigned char>(text[end]) >= 0x20 && text[end] != 0x7F) ++end;
    return end == text.size() ? end - unfinished_utf8(text) : end;
}

// ESC and one of these begin a string that a terminal sends (DCS, SOS, OSC, PM, APC), and are Alt and a letter too.
bool begins_string(char second) { return std::string_view{"PX]^_"}.find(second) != std::string_view::npos; }

}  // namespace

void KeyReader::clear()
{
    held_.clear();
    paste_.clear();
    is_pasting_ = false;
}

bool KeyReader::is_reply() const { return held_.starts_with("\x1b[?") || held_.starts_with("\x1b_G"); }

std::vector<Key> KeyReader::feed(std::string_view bytes)
{
    held_ += bytes;
    std::vector<Key> keys;
    for (Key key; next(key); key = {}) keys.push_back(std::move(key));
    return keys;
}

std::vector<Key> KeyReader::flush()
{
    std::vector<Key> keys;
    if (held_ == "\x1b") keys.push_back({Kind::escape});
    else if (held_.size() == 2 && held_[0] == escape && (begins_string(held_[1]) || held_[1] == '[' || held_[1] == 'O'))
        keys.push_back({Kind::alt, held_.substr(1)});
    held_.clear();
    return keys;
}

bool KeyReader::next(Key& key)
{
    if (is_pasting_) return next_paste(key);
    if (held_.empty()) return false;
    std::size_t used = 0;
    if (held_[0] == escape) {
        used = sequence(key);
        if (is_pasting_) {
            held_.erase(0, used);
            return next_paste(key);
        }
    } else if (used = printable(held_); used > 0) {
        key = {Kind::text, valid_utf8(held_.substr(0, used))};
    } else if (static_cast<unsigned char>(held_[0]) < 0x20 || held_[0] == 0x7F) {
        used = 1;
        key = control(held_[0]);
    }
    held_.erase(0, used);
    return used > 0;
}

bool KeyReader::next_paste(Key& key)
{
    const auto end = held_.find(paste_end);
    if (end == std::string::npos) {
        const std::size_t keep = held_.size() < paste_end.size() ? held_.size() : paste_end.size() - 1;
        paste_.append(held_, 0, held_.size() - keep);
        held_.erase(0, held_.size() - keep);
        return false;
    }
    paste_.append(held_, 0, end);
    held_.erase(0, end + paste_end.size());
    is_pasting_ = false;
    key = {Kind::paste, valid_utf8(std::exchange(paste_, {}))};
    return true;
}

// Bytes used; 0: the sequence is not complete.
std::size_t KeyReader::sequence(Key& key)
{
    if (held_.size() == 1) return 0;
    const char second = held_[1];
    if (second == '[') return control_sequence(key);
    if (second == 'O') {
        if (held_.size() < 3) return 0;
        const char final = held_[2];
        if (final == 'M') key = {Kind::enter};                                                             // of the keypad
        else if (final == 'c' || final == 'd') key = {final == 'c' ? Kind::word_right : Kind::word_left};  // rxvt's Ctrl
        else key = key_of_sequence({}, final);
        return 3;
    }
    if (begins_string(second)) return string_sequence(key);
    if (second == escape) {
        key = {Kind::escape};
        return 1;
    }
    if (second == '\r' || second == '\n') key = {Kind::newline};
    else if (second == 0x7F || second == 0x08) key = {Kind::alt, "backspace"};
    else if (static_cast<unsigned char>(second) >= 0x20) return alt_character(key);
    else return key = {Kind::escape}, 1;  // and a control key behind it
    return 2;
}

std::size_t KeyReader::alt_character(Key& key) const
{
    const auto lead = static_cast<unsigned char>(held_[1]);
    const std::size_t wanted = lead < 0xC0 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
    std::size_t length = 1;
    while (length < wanted && 1 + length < held_.size() && (held_[1 + length] & 0xC0) == 0x80) ++length;
    if (length < wanted && 1 + length == held_.size()) return 0;
    key = {Kind::alt, valid_utf8(held_.substr(1, length))};
    return 1 + length;
}

// ESC ] 11;rgb:... BEL or ESC \ at its end. A letter after Alt-_ or Alt-] does not look like one.
std::size_t KeyReader::string_sequence(Key& key) const
{
    if (held_.size() == 2) return 0;
    const char kind = held_[1], third = held_[2];
    const bool is_digit = third >= '0' && third <= '9';
    const bool is_string = kind == ']' ? is_digit : kind == '_' ? third == 'G' : kind == 'P' && (is_digit || third == '>' || third == '!');
    if (!is_string) return alt_character(key);
    for (std::size_t i = 2; i < held_.size(); ++i) {
        const bool is_bell = held_[i] == '\a';
        if (!is_bell && held_[i] != escape) continue;
        if (!is_bell && i + 1 == held_.size()) return 0;
        const std::size_t end = is_bell ? i + 1 : held_[i + 1] == '\\' ? i + 2 : i;  // cut off by another sequence
        key = kind == '_' ? Key{Kind::reply, held_.substr(0, end)} : Key{Kind::other};
        return end;
    }
    return held_.size() < longest_string ? 0 : alt_character(key);
}

std::size_t KeyReader::control_sequence(Key& key)
{
    std::size_t end = 2;
    while (end < held_.size() && (held_[end] < 0x40 || held_[end] > 0x7E)) {
        if (static_cast<unsigned char>(held_[end]) < 0x20 || end > longest_sequence) {  // broken off: what follows is a key of its own
            key = {Kind::other};
            return end;
        }
        ++end;
    }
    if (end == held_.size()) return 0;
    const std::string whole = held_.substr(0, end + 1);
    if (whole == paste_begin) {
        is_pasting_ = true;
        return whole.size();
    }
    // Device attributes; a report of sizes.
    if ((whole[end] == 'c' && whole.starts_with("\x1b[?")) || whole[end] == 't') {
        key = {Kind::reply, whole};
        return whole.size();
    }
    // Three bytes follow the mouse's oldest report, one the Linux console's function keys.
    const std::size_t more = end > 2 ? 0 : whole[end] == 'M' ? 3 : whole[end] == '[' ? 1 : 0;
    if (held_.size() < whole.size() + more) return 0;
    key = more > 0 ? Key{Kind::other} : key_of_sequence(std::string_view{whole}.substr(2, end - 2), whole[end]);
    return whole.size() + more;
}

}  // namespace oi
