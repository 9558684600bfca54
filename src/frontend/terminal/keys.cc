// Key decoding: xterm's sequences, which every terminal of today sends.
#include "frontend/terminal/keys.h"

#include "base/text.h"

#include <utility>

namespace oi {

namespace {

using Kind = Key::Kind;
constexpr std::string_view paste_begin = "\x1b[200~";
constexpr std::string_view paste_end = "\x1b[201~";
constexpr std::string_view graphics_introducer = "\x1b_";  // and the letter G; alone it is Alt and the underscore
constexpr std::size_t longest_reply = 256;

Key control(char byte)
{
    switch (byte) {
    case '\r':
    case '\n': return {Kind::enter};
    case '\t': return {Kind::tab};
    case 0x7F:
    case 0x08: return {Kind::backspace};
    default: return {Kind::control, std::string(1, static_cast<char>(byte + '`'))};
    }
}

// The letter that ends ESC [ ... or ESC O ...; Ctrl and Alt make words of left and right.
Key letter(char final, bool is_modified)
{
    switch (final) {
    case 'A': return {Kind::up};
    case 'B': return {Kind::down};
    case 'C': return {is_modified ? Kind::word_right : Kind::right};
    case 'D': return {is_modified ? Kind::word_left : Kind::left};
    case 'H': return {Kind::home};
    case 'F': return {Kind::end};
    case 'M': return {Kind::enter};
    default: return {Kind::other};
    }
}

Key numbered(std::string_view number)
{
    if (number == "1" || number == "7") return {Kind::home};
    if (number == "4" || number == "8") return {Kind::end};
    if (number == "3") return {Kind::remove};
    if (number == "5") return {Kind::page_up};
    if (number == "6") return {Kind::page_down};
    return {Kind::other};
}

// How many bytes at the front are printable characters; an unfinished one at the end stays back.
std::size_t printable(std::string_view text)
{
    std::size_t end = 0;
    while (end < text.size() && static_cast<unsigned char>(text[end]) >= 0x20 && text[end] != 0x7F) ++end;
    return end == text.size() ? end - unfinished_utf8(text) : end;
}

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
    if (held_ == graphics_introducer) keys.push_back({Kind::alt, "_"});
    held_.clear();
    return keys;
}

bool KeyReader::next(Key& key)
{
    if (is_pasting_) return next_paste(key);
    if (held_.empty()) return false;
    std::size_t used = 0;
    if (held_[0] == '\x1b') {
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
        paste_ += held_.substr(0, held_.size() - keep);
        held_.erase(0, held_.size() - keep);
        return false;
    }
    paste_ += held_.substr(0, end);
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
    if (second == '_' && (held_.size() == 2 || held_[2] == 'G')) return graphics_reply(key);
    if (second == 'O') {
        if (held_.size() < 3) return 0;
        key = letter(held_[2], false);
        return 3;
    }
    if (second == '\x1b') {
        key = {Kind::escape};
        return 1;
    }
    if (second == '\r' || second == '\n') key = {Kind::newline};
    else if (second == 0x7F || second == 0x08) key = {Kind::alt, "backspace"};
    else {
        const auto length = static_cast<unsigned char>(second) < 0x80 ? 1 : printable(std::string_view{held_}.substr(1));
        if (length == 0) return 0;
        key = {Kind::alt, held_.substr(1, length)};
        return 1 + length;
    }
    return 2;
}

// Kitty's graphics protocol answers with ESC _ G ... ESC \.
std::size_t KeyReader::graphics_reply(Key& key)
{
    const auto end = held_.find("\x1b\\", 2);
    if (end == std::string::npos) {
        if (held_.size() < longest_reply) return 0;
        key = {Kind::other};
        return held_.size();
    }
    key = {Kind::reply, held_.substr(0, end + 2)};
    return end + 2;
}

std::size_t KeyReader::control_sequence(Key& key)
{
    std::size_t end = 2;
    while (end < held_.size() && (held_[end] < 0x40 || held_[end] > 0x7E)) {
        if (static_cast<unsigned char>(held_[end]) < 0x20) {  // broken off: what follows is a key of its own
            key = {Kind::other};
            return end;
        }
        ++end;
    }
    if (end == held_.size()) return 0;
    const std::string whole = held_.substr(0, end + 1);
    const std::string_view parameters = std::string_view{whole}.substr(2, end - 2);
    if (whole == paste_begin) {
        is_pasting_ = true;
        return whole.size();
    }
    // Device attributes; a report of sizes.
    if ((held_[end] == 'c' && parameters.starts_with('?')) || held_[end] == 't') {
        key = {Kind::reply, whole};
        return whole.size();
    }
    const auto semicolon = parameters.find(';');
    const bool is_modified = semicolon != std::string_view::npos;
    const std::string_view number = parameters.substr(0, semicolon);
    if (held_[end] == '~') key = numbered(number);
    else if (held_[end] == 'u' && number == "13" && is_modified) key = {Kind::newline};
    else key = letter(held_[end], is_modified);
    return whole.size();
}

}  // namespace oi
