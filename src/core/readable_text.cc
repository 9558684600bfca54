// A very small terminal; see readable_text.h.
#include "core/readable_text.h"

#include "base/text.h"

#include <algorithm>
#include <array>

namespace oi {

namespace {

constexpr std::size_t longest_row = 16 * 1024;  // bytes; a longer one is settled as far as it has come
constexpr std::size_t longest_parameters = 32;
constexpr std::size_t widest_gap = 200;  // columns that the cursor may skip to the right

constexpr std::array<bool, 256> specials = [] {
    std::array<bool, 256> table{};
    for (const unsigned char c : {'\r', '\b', '\x1b', '\a'}) table[c] = true;
    return table;
}();

// Of the colour sequence that `text` begins with, if it is all there; else 0. They change nothing, and there are many.
std::size_t colour_length(std::string_view text)
{
    if (!text.starts_with("\x1b[")) return 0;
    std::size_t i = 2;
    while (i < text.size() && i < longest_parameters && ((text[i] >= '0' && text[i] <= '9') || text[i] == ';')) ++i;
    return i < text.size() && text[i] == 'm' ? i + 1 : 0;
}

std::size_t find_special(std::string_view text)
{
    std::size_t i = 0;
    while (i < text.size() && !specials[static_cast<unsigned char>(text[i])]) ++i;
    return i;
}

}  // namespace

void ReadableText::feed(std::string_view piece, std::string& settled)
{
    while (!piece.empty()) {
        if (state_ != State::text) {
            if (take_escape(piece[0])) piece.remove_prefix(1);
            continue;
        }
        const std::size_t end = find_special(piece);
        const std::string_view text = piece.substr(0, end);
        piece.remove_prefix(end);
        if (const std::size_t colour = colour_length(piece); colour > 0) {
            uncoloured_ += text;
            piece.remove_prefix(colour);
            continue;
        }
        if (uncoloured_.empty()) {
            put(text, settled);
        } else {
            uncoloured_ += text;
            put(uncoloured_, settled);
            uncoloured_.clear();
        }
        if (piece.empty()) return;
        take_control(piece[0]);
        piece.remove_prefix(1);
    }
    put(uncoloured_, settled);
    uncoloured_.clear();
}

void ReadableText::take_control(char c)
{
    if (c == '\r') is_return_ = rows_[cursor_].is_rewritten = true;
    if (c == '\b') erase_last();
    if (c == '\x1b') state_ = State::escape;
}

void ReadableText::put(std::string_view text, std::string& settled)
{
    while (!text.empty()) {
        if (!is_return_ && cursor_ + 1 == rows_.size()) return append(text, settled);
        const std::size_t end = std::min(text.find('\n'), text.size());
        if (end > 0) put_in_row(text.substr(0, end), settled);
        if (end < text.size()) newline(settled);
        text.remove_prefix(std::min(end + 1, text.size()));
    }
}

// The usual way: text behind all that is there. What the window cannot hold goes on without becoming rows.
void ReadableText::append(std::string_view text, std::string& settled)
{
    std::size_t kept_from = limit_ == least_ ? text.size() : 0;
    for (std::size_t newlines = 0; kept_from > 0 && newlines < limit_; ++newlines) {
        const auto at = text.rfind('\n', kept_from - 1);
        if (at == std::string_view::npos) {
            kept_from = 0;
            break;
        }
        kept_from = at;
    }
    if (kept_from > 0) {  // at a newline with enough rows behind it
        for (std::size_t i = 0; i + 1 < rows_.size(); ++i)
            if (rows_[i].is_written) settled.append(rows_[i].text).append("\n");
        settled.append(rows_.back().text).append(text.substr(0, kept_from + 1));
        text.remove_prefix(kept_from + 1);
        rows_.assign(1, {});
        cursor_ = last_ = 0;
    }
    for (;;) {
        const auto end = text.find('\n');
        put_in_row(text.substr(0, end), settled);
        if (end == std::string_view::npos) return;
        newline(settled);
        text.remove_prefix(end + 1);
    }
}

void ReadableText::put_in_row(std::string_view text, std::string& settled)
{
    if (is_return_) rows_[cursor_].text.clear();
    is_return_ = false;
    rows_[cursor_].is_written = true;
    last_ = cursor_;
    while (rows_[cursor_].text.size() + text.size() > longest_row) {
        const auto fits = utf8_prefix(text, longest_row - rows_[cursor_].text.size());
        rows_[cursor_].text += fits;
        text.remove_prefix(fits.size());
        settle_all(settled);
    }
    rows_[cursor_].text += text;
}

void ReadableText::newline(std::string& settled)
{
    if (cursor_ + 1 < rows_.size()) {
        ++cursor_;
        is_return_ = true;
        return;
    }
    is_return_ = false;
    rows_[cursor_].is_written = true;
    rows_.emplace_back();
    if (++calm_rows_ > 2 * limit_) limit_ = least_;
    while (rows_.size() > limit_) settle_row(settled);
    cursor_ = last_ = rows_.size() - 1;
}

void ReadableText::settle_row(std::string& settled)
{
    if (rows_.front().is_written) settled.append(rows_.front().text).append("\n");
    rows_.pop_front();
}

void ReadableText::settle_all(std::string& settled)
{
    while (rows_.size() > 1) settle_row(settled);
    settled += rows_.front().text;
    rows_.front().text.clear();
    cursor_ = last_ = 0;
    is_return_ = false;
}

void ReadableText::erase_last()
{
    if (is_return_) return;
    std::string& text = rows_[cursor_].text;
    while (!text.empty() && (static_cast<unsigned char>(text.back()) & 0xC0) == 0x80) text.pop_back();
    if (!text.empty()) text.pop_back();
}

// Returns whether the character belongs to the sequence; else it is to be read as text. The forms are those of ECMA-48.
bool ReadableText::take_escape(char c)
{
    const auto byte = static_cast<unsigned char>(c);
    switch (state_) {
    case State::escape:
        state_ = State::text;
        if (byte < 0x20 || byte > 0x7E) return c == '\a';
        if (c == '[') {
            state_ = State::control;
            parameters_.clear();
        } else if (std::string_view{"]P_^X"}.find(c) != std::string_view::npos) {
            state_ = State::string;
        } else if (byte < 0x30) {
            state_ = State::intermediate;
        }
        return true;
    case State::intermediate: state_ = State::text; return byte >= 0x20;
    case State::control:
        if (byte >= 0x20 && byte < 0x40) {
            if (parameters_.size() < longest_parameters) parameters_ += c;
            return true;
        }
        state_ = State::text;
        if (byte < 0x40 || byte > 0x7E) return false;
        act(c);
        return true;
    case State::string:
        if (c == '\x1b') state_ = State::string_escape;
        else if (c == '\a') state_ = State::text;
        else if (c == '\n') return state_ = State::text, false;  // one that never ends must not swallow everything
        return true;
    case State::string_escape:
        if (c == '\\') return state_ = State::text, true;
        state_ = State::escape;
        return false;
    case State::text: break;
    }
    return false;
}

void ReadableText::act(char final)
{
    const auto number = to_integer(parameters_.substr(0, parameters_.find(';')));
    const auto count = static_cast<std::size_t>(std::clamp(number.value_or(1), 1L, 10'000L));
    const long mode = number.value_or(0);
    switch (final) {
    case 'A':
    case 'F': return move_up(count);
    case 'B':
    case 'E':
        cursor_ = std::min(cursor_ + count, rows_.size() - 1);
        is_return_ = true;
        return;
    case 'C':
        if (std::string& text = rows_[cursor_].text; !is_return_)
            text.append(std::min({count, widest_gap, longest_row - std::min(longest_row, text.size())}), ' ');
        return;
    case 'G':
        if (count == 1) is_return_ = true;
        return;
    case 'K':
        if (mode == 2 || (mode == 0 && is_return_)) rows_[cursor_].text.clear();
        return;
    case 'J':
        if (mode != 0) return;
        if (is_return_) rows_[cursor_].text.clear();
        rows_.resize(cursor_ + 1);
        last_ = std::min(last_, cursor_);
        return;
    default: return;
    }
}

void ReadableText::move_up(std::size_t count)
{
    has_moved_ = true;
    calm_rows_ = 0;
    for (; cursor_ < count && rows_.size() < most_rows; ++cursor_, ++last_) rows_.push_front({.is_written = false});
    limit_ = std::max(limit_, rows_.size());
    cursor_ -= std::min(cursor_, count);
    is_return_ = true;
}

std::string ReadableText::pending() const
{
    std::string text;
    for (std::size_t i = 0; i < rows_.size(); ++i) {
        if (!rows_[i].is_written) continue;
        text += rows_[i].text;
        if (i + 1 < rows_.size()) text += '\n';
    }
    return text;
}

void ReadableText::finish(std::string& settled)
{
    settled += pending();
    *this = ReadableText{least_};
}

std::string readable_text(std::string_view text)
{
    ReadableText readable;
    std::string settled;
    readable.feed(text, settled);
    readable.finish(settled);
    return settled;
}

}  // namespace oi
