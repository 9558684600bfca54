// Makes text harmless for a terminal (ECMA-48 for the sequences, UAX #9 for the overrides).
#include "frontend/terminal/safe_text.h"

#include "base/text.h"

namespace oi {

namespace {

constexpr std::string_view replacement = "\xEF\xBF\xBD";

bool passes(unsigned char byte) { return byte == '\t' || byte == '\n' || byte == '\r' || byte == '\b'; }

std::size_t length_of(unsigned char lead)
{
    if (lead >= 0xC2 && lead <= 0xDF) return 2;
    if (lead >= 0xE0 && lead <= 0xEF) return 3;
    if (lead >= 0xF0 && lead <= 0xF4) return 4;
    return 0;
}

unsigned decode(std::string_view character)
{
    unsigned point = static_cast<unsigned char>(character[0]) & (0xFFu >> (character.size() + 1));
    for (std::size_t i = 1; i < character.size(); ++i) point = (point << 6) | (static_cast<unsigned char>(character[i]) & 0x3F);
    return point;
}

// Characters that reorder or hide what is around them, and the eight-bit control characters.
bool is_deceptive(unsigned point)
{
    return (point >= 0x80 && point <= 0x9F) || (point >= 0x202A && point <= 0x202E) || (point >= 0x2066 && point <= 0x2069) ||
           point == 0x2028 || point == 0x2029 || point == 0xFEFF;
}

std::string visible(unsigned point)
{
    constexpr char digits[] = "0123456789ABCDEF";
    std::string hex;
    for (int shift = 12; shift >= 0; shift -= 4) hex += digits[(point >> shift) & 15];
    return cat("<U+", hex, ">");
}

}  // namespace

void SafeText::feed(std::string_view piece, std::string& out)
{
    while (!piece.empty()) {
        if (state_ == State::text && character_.empty()) {  // a run of plain ASCII goes as a whole
            std::size_t run = 0;
            while (run < piece.size() && static_cast<unsigned char>(piece[run]) >= 0x20 && static_cast<unsigned char>(piece[run]) < 0x7F)
                ++run;
            out += piece.substr(0, run);
            piece.remove_prefix(run);
            if (piece.empty()) return;
        }
        put(static_cast<unsigned char>(piece[0]), out);
        piece.remove_prefix(1);
    }
}

void SafeText::put(unsigned char byte, std::string& out)
{
    switch (state_) {
    case State::text: break;
    case State::escape:
        if (byte == '[') state_ = State::control;
        else if (byte == ']' || byte == 'P' || byte == '^' || byte == '_' || byte == 'X') state_ = State::string;
        else if (byte >= 0x20 && byte <= 0x2F) state_ = State::intermediate;
        else if (byte != 0x1B) state_ = State::text;
        return;
    case State::intermediate:
        if (byte < 0x20 || byte > 0x2F) state_ = State::text;
        return;
    case State::control:
        if (byte == 0x1B) state_ = State::escape;
        else if (byte >= 0x40 && byte <= 0x7E) state_ = State::text;
        else if (byte == '\n') {  // no sequence spans lines: a lone ESC [ must not eat the rest
            state_ = State::text;
            out += '\n';
        }
        return;
    case State::string:
        if (byte == 0x07) state_ = State::text;
        else if (byte == 0x1B) state_ = State::string_escape;
        else if (byte == '\n') {
            state_ = State::text;
            out += '\n';
        }
        return;
    case State::string_escape:
        state_ = byte == '\\' ? State::text : State::escape;
        if (state_ == State::escape) put(byte, out);
        return;
    }
    if (!character_.empty()) {
        if ((byte & 0xC0) == 0x80) {
            character_ += static_cast<char>(byte);
            if (character_.size() == wanted_) put_character(out);
            return;
        }
        out += replacement;
        character_.clear();
    }
    if (byte < 0x20 || byte == 0x7F) return put_control(byte, out);
    if (byte < 0x80) {
        out += static_cast<char>(byte);
        return;
    }
    wanted_ = length_of(byte);
    if (wanted_ == 0) out += replacement;
    else character_ = static_cast<char>(byte);
}

void SafeText::put_control(unsigned char byte, std::string& out)
{
    if (passes(byte)) {
        out += static_cast<char>(byte);
    } else if (byte == 0x1B) {
        state_ = State::escape;
    } else if (level_ == Level::file) {
        out += static_cast<char>(byte);
    } else if (byte != 0x07 && byte != 0) {  // a bell and a nul say nothing to the eye
        out += '^';
        out += static_cast<char>(byte ^ 0x40);
    }
}

void SafeText::put_character(std::string& out)
{
    const unsigned point = decode(character_);
    if (valid_utf8(character_) != character_) out += replacement;
    else if (level_ == Level::terminal && is_deceptive(point)) out += visible(point);
    else out += character_;
    character_.clear();
}

void SafeText::finish(std::string& out)
{
    if (!character_.empty()) out += replacement;
    character_.clear();
    state_ = State::text;
}

std::string safe_text(std::string_view text)
{
    SafeText safe;
    std::string out;
    safe.feed(text, out);
    safe.finish(out);
    return out;
}

std::string safe_line(std::string_view text)
{
    std::string line = safe_text(text);
    for (char& c : line)
        if (static_cast<unsigned char>(c) < 0x20) c = ' ';
    return line;
}

}  // namespace oi
