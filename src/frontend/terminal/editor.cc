// Key by key editing; see editor.h.
#include "frontend/terminal/editor.h"

#include "base/text.h"
#include "frontend/terminal/graphemes.h"

#include <algorithm>
#include <cctype>
#include <utility>

namespace oi {

namespace {

using Kind = Key::Kind;
constexpr std::string_view fence = "\"\"\"";

bool is_word(char c) { return std::isalnum(static_cast<unsigned char>(c)) || c == '_' || static_cast<unsigned char>(c) >= 0x80; }

// Newlines as one character, no other control characters.
std::string clean(std::string text, LineEditor::Lines lines)
{
    text = replace_all(replace_all(std::move(text), "\r\n", "\n"), "\r", "\n");
    if (lines == LineEditor::Lines::one) text = replace_all(std::move(text), "\n", " ");
    std::erase_if(text, [](char c) { return (static_cast<unsigned char>(c) < 0x20 && c != '\n' && c != '\t') || c == 0x7F; });
    return text;
}

}  // namespace

void LineEditor::set_text(std::string text)
{
    text_ = clean(std::move(text), lines_);
    cursor_ = text_.size();
}

std::string LineEditor::take()
{
    std::string text = std::exchange(text_, {});
    cursor_ = 0;
    recalled_.reset();
    draft_.clear();
    std::string_view inner = trim(text);
    if (inner.size() >= 2 * fence.size() && inner.starts_with(fence) && inner.ends_with(fence)) {
        inner = inner.substr(fence.size(), inner.size() - 2 * fence.size());
        return std::string{trim(inner)};
    }
    return text;
}

LineEditor::Outcome LineEditor::feed(const Key& key)
{
    if (is_searching_) return search_key(key);
    if (std::exchange(is_after_ctrl_x_, false) && key == Key{Kind::control, "e"}) return Outcome::edit;
    switch (key.kind) {
    case Kind::text: insert(key.text); return Outcome::changed;
    case Kind::paste: insert(clean(key.text, lines_)); return Outcome::changed;
    case Kind::control: return control(key.text[0]);
    case Kind::alt: return alt(key.text);
    case Kind::enter: return enter();
    case Kind::newline:
        if (lines_ == Lines::one) return Outcome::submit;
        insert("\n");
        return Outcome::changed;
    case Kind::tab: insert("    "); return Outcome::changed;
    case Kind::backspace: erase(previous_grapheme(text_, cursor_), cursor_); return Outcome::changed;
    case Kind::remove: erase(cursor_, next_grapheme(text_, cursor_)); return Outcome::changed;
    case Kind::left: move(previous_grapheme(text_, cursor_)); return Outcome::changed;
    case Kind::right: move(next_grapheme(text_, cursor_)); return Outcome::changed;
    case Kind::up: return vertical(-1);
    case Kind::down: return vertical(1);
    case Kind::home: move(line_start()); return Outcome::changed;
    case Kind::end: move(line_end()); return Outcome::changed;
    case Kind::word_left: move(word_left()); return Outcome::changed;
    case Kind::word_right: move(word_right()); return Outcome::changed;
    default: return Outcome::none;
    }
}

LineEditor::Outcome LineEditor::control(char letter)
{
    switch (letter) {
    case 'a': move(line_start()); return Outcome::changed;
    case 'e': move(line_end()); return Outcome::changed;
    case 'b': move(previous_grapheme(text_, cursor_)); return Outcome::changed;
    case 'f': move(next_grapheme(text_, cursor_)); return Outcome::changed;
    case 'k': kill(cursor_, cursor_ == line_end() ? next_grapheme(text_, cursor_) : line_end()); return Outcome::changed;
    case 'u': kill(line_start(), cursor_); return Outcome::changed;
    case 'w': {
        std::size_t from = cursor_;
        while (from > 0 && std::isspace(static_cast<unsigned char>(text_[from - 1]))) --from;
        while (from > 0 && !std::isspace(static_cast<unsigned char>(text_[from - 1]))) --from;
        kill(from, cursor_);
        return Outcome::changed;
    }
    case 'y': insert(killed_); return Outcome::changed;
    case 'p': return recall(-1);
    case 'n': return recall(1);
    case 'l': return Outcome::clear_screen;
    case 'c': return Outcome::interrupt;
    case 'z': return Outcome::suspend;
    case 'x': is_after_ctrl_x_ = true; return Outcome::none;
    case 'd':
        if (text_.empty()) return Outcome::end_of_file;
        erase(cursor_, next_grapheme(text_, cursor_));
        return Outcome::changed;
    case 'r':
        if (!history_) return Outcome::none;
        is_searching_ = true;
        searched_.clear();
        found_.reset();
        before_search_ = text_;
        return Outcome::changed;
    default: return Outcome::none;
    }
}

LineEditor::Outcome LineEditor::alt(std::string_view key)
{
    if (key == "b") move(word_left());
    else if (key == "f") move(word_right());
    else if (key == "d") kill(cursor_, word_right());
    else if (key == "backspace") kill(word_left(), cursor_);
    else return Outcome::none;
    return Outcome::changed;
}

LineEditor::Outcome LineEditor::enter()
{
    const std::string_view text = trim(text_);
    const bool is_open = text.starts_with(fence) && text.find(fence, fence.size()) == std::string_view::npos;
    if (lines_ == Lines::one || !is_open) return Outcome::submit;
    insert("\n");
    return Outcome::changed;
}

void LineEditor::insert(std::string_view text)
{
    text_.insert(cursor_, text);
    cursor_ += text.size();
}

void LineEditor::erase(std::size_t from, std::size_t to)
{
    text_.erase(from, to - from);
    cursor_ = from;
}

void LineEditor::kill(std::size_t from, std::size_t to)
{
    killed_ = text_.substr(from, to - from);
    erase(from, to);
}

std::size_t LineEditor::line_start() const
{
    const auto newline = cursor_ == 0 ? std::string::npos : text_.rfind('\n', cursor_ - 1);
    return newline == std::string::npos ? 0 : newline + 1;
}

std::size_t LineEditor::line_end() const { return std::min(text_.find('\n', cursor_), text_.size()); }

std::size_t LineEditor::word_left() const
{
    std::size_t at = cursor_;
    while (at > 0 && !is_word(text_[at - 1])) --at;
    while (at > 0 && is_word(text_[at - 1])) --at;
    return at;
}

std::size_t LineEditor::word_right() const
{
    std::size_t at = cursor_;
    while (at < text_.size() && !is_word(text_[at])) ++at;
    while (at < text_.size() && is_word(text_[at])) ++at;
    return at;
}

// Within several lines up and down move; at the first and the last line they walk the history.
LineEditor::Outcome LineEditor::vertical(int direction)
{
    const std::size_t start = line_start();
    const int column = columns_of(std::string_view{text_}.substr(start, cursor_ - start));
    std::size_t target = 0;
    if (direction < 0) {
        if (start == 0) return recall(-1);
        cursor_ = start - 1;
        target = line_start();
    } else {
        if (line_end() == text_.size()) return recall(1);
        target = line_end() + 1;
    }
    cursor_ = target;
    cursor_ += columns_prefix(std::string_view{text_}.substr(target, line_end() - target), column).size();
    return Outcome::changed;
}

LineEditor::Outcome LineEditor::recall(int direction)
{
    if (!history_ || history_->size() == 0) return Outcome::none;
    const std::size_t at = recalled_.value_or(history_->size());
    if (direction < 0 ? at == 0 : at >= history_->size()) return Outcome::none;
    if (!recalled_) draft_ = text_;
    const std::size_t next = direction < 0 ? at - 1 : at + 1;
    if (next == history_->size()) {
        recalled_.reset();
        set_text(draft_);
    } else {
        recalled_ = next;
        set_text(history_->at(next));
    }
    return Outcome::changed;
}

std::optional<std::string> LineEditor::search_prompt() const
{
    if (!is_searching_) return {};
    return cat(found_ || searched_.empty() ? "search: " : "not found: ", searched_, "  > ");
}

void LineEditor::search_again(std::size_t before)
{
    found_ = history_->search(searched_, before);
    if (found_) set_text(history_->at(*found_));
}

LineEditor::Outcome LineEditor::search_key(const Key& key)
{
    switch (key.kind) {
    case Kind::text:
        searched_ += key.text;
        search_again(history_->size());
        return Outcome::changed;
    case Kind::backspace:
        searched_.erase(previous_grapheme(searched_, searched_.size()));
        search_again(history_->size());
        return Outcome::changed;
    case Kind::control:
        if (key.text == "r") {
            if (const auto older = history_->search(searched_, found_.value_or(history_->size()))) search_again(*older + 1);
            return Outcome::changed;
        }
        if (key.text == "c" || key.text == "g") {
            is_searching_ = false;
            set_text(before_search_);
            return Outcome::changed;
        }
        break;
    case Kind::escape: is_searching_ = false; return Outcome::changed;
    default: break;
    }
    is_searching_ = false;  // any other key takes what was found and acts on it
    return feed(key);
}

}  // namespace oi
