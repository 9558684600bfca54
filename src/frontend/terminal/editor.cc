// Key by key editing; see editor.h. History and search are in editor_history.cc.
#include "frontend/terminal/editor.h"

#include "base/text.h"
#include "frontend/multi_line.h"
#include "frontend/terminal/graphemes.h"

#include <algorithm>
#include <utility>

namespace oi {

namespace {

using Kind = Key::Kind;
using Direction = EditBuffer::Direction;

// Newlines as one character, no other control characters.
std::string clean(std::string text, LineEditor::Lines lines)
{
    if (text.find('\r') != std::string::npos) text = replace_all(replace_all(std::move(text), "\r\n", "\n"), "\r", "\n");
    if (lines == LineEditor::Lines::one) std::replace(text.begin(), text.end(), '\n', ' ');
    std::erase_if(text, [](char c) { return (static_cast<unsigned char>(c) < 0x20 && c != '\n' && c != '\t') || c == 0x7F; });
    return text;
}

}  // namespace

void LineEditor::set_text(std::string text)
{
    recalled_.reset();
    show(std::move(text));
}

void LineEditor::show(std::string text) { buffer_.set(clean(std::move(text), lines_)); }

std::string LineEditor::take()
{
    std::string text = buffer_.whole();
    buffer_.clear();
    recalled_.reset();
    draft_.clear();
    return without_quotes(std::move(text));
}

std::string_view LineEditor::open_mark() const { return oi::open_mark(buffer_.text()); }

LineEditor::Outcome LineEditor::feed(const Key& key)
{
    if (is_searching_) return search_key(key);
    if (std::exchange(is_after_ctrl_x_, false)) return after_ctrl_x(key);
    if (key.kind != Kind::up && key.kind != Kind::down) column_.reset();
    const std::string& text = buffer_.text();
    const std::size_t at = buffer_.cursor();
    switch (key.kind) {
    case Kind::text:
        if (key.text.size() < 512) buffer_.type(key.text);
        else buffer_.paste(clean(key.text, lines_));  // nobody types so much at once
        break;
    case Kind::paste: buffer_.paste(clean(key.text, lines_)); break;
    case Kind::control: return control(key.text[0]);
    case Kind::alt: return alt(key.text);
    case Kind::enter: return enter();
    case Kind::newline:
        if (lines_ == Lines::one) return Outcome::submit;
        buffer_.type("\n");
        break;
    case Kind::tab: buffer_.type("    "); break;
    case Kind::backspace: erase_left(); break;
    case Kind::remove: erase_right(); break;
    case Kind::left: buffer_.move(previous_grapheme(text, at)); break;
    case Kind::right: buffer_.move(next_grapheme(text, at)); break;
    case Kind::up: return vertical(-1);
    case Kind::down: return vertical(1);
    case Kind::home: buffer_.move(line_start(text, at)); break;
    case Kind::end: buffer_.move(line_end(text, at)); break;
    case Kind::word_left: buffer_.move(word_left(text, at)); break;
    case Kind::word_right: buffer_.move(word_right(text, at)); break;
    default: return Outcome::none;
    }
    return Outcome::changed;
}

LineEditor::Outcome LineEditor::control(char letter)
{
    const std::string& text = buffer_.text();
    const std::size_t at = buffer_.cursor();
    switch (letter) {
    case 'a': buffer_.move(line_start(text, at)); break;
    case 'e': buffer_.move(line_end(text, at)); break;
    case 'b': buffer_.move(previous_grapheme(text, at)); break;
    case 'f': buffer_.move(next_grapheme(text, at)); break;
    case 'h': erase_left(); break;
    case 'k': kill_line_end(); break;
    case 'u': buffer_.kill(line_start(text, at), at, Direction::backward); break;
    case 'w': buffer_.kill(blank_left(text, at), at, Direction::backward); break;
    case 'y': buffer_.yank(); break;
    case 't': buffer_.transpose(); break;
    case '_': return buffer_.undo() ? Outcome::changed : Outcome::none;
    case 'p': return recall(-1, {});
    case 'n': return recall(1, {});
    case 'r': return begin_search(-1);
    case 's': return begin_search(1);
    case 'l': return Outcome::clear_screen;
    case 'c': return Outcome::interrupt;
    case 'z': return Outcome::suspend;
    case 'x': is_after_ctrl_x_ = true; return Outcome::none;
    case 'd':
        if (text.empty()) return Outcome::end_of_file;
        erase_right();
        break;
    default: return Outcome::none;
    }
    return Outcome::changed;
}

LineEditor::Outcome LineEditor::after_ctrl_x(const Key& key)
{
    if (key == Key{Kind::control, "e"}) return Outcome::edit;
    if (key == Key{Kind::control, "u"}) return buffer_.undo() ? Outcome::changed : Outcome::none;
    return feed(key);
}

LineEditor::Outcome LineEditor::alt(std::string_view key)
{
    const std::string& text = buffer_.text();
    const std::size_t at = buffer_.cursor();
    if (key == "b") buffer_.move(word_left(text, at));
    else if (key == "f") buffer_.move(word_right(text, at));
    else if (key == "d") buffer_.kill(at, word_right(text, at), Direction::forward);
    else if (key == "backspace") buffer_.kill(word_left(text, at), at, Direction::backward);
    else if (key == "<") buffer_.move(0);
    else if (key == ">") buffer_.move(text.size());
    else if (key == "y") buffer_.yank_older();
    else if (key == "_") return buffer_.redo() ? Outcome::changed : Outcome::none;
    else return Outcome::none;
    return Outcome::changed;
}

LineEditor::Outcome LineEditor::enter()
{
    if (lines_ == Lines::one || open_mark().empty()) return Outcome::submit;
    buffer_.type("\n");
    return Outcome::changed;
}

void LineEditor::erase_left() { buffer_.erase(previous_grapheme(text(), cursor()), cursor()); }

void LineEditor::erase_right() { buffer_.erase(cursor(), next_grapheme(text(), cursor())); }

void LineEditor::kill_line_end()
{
    const std::size_t end = line_end(text(), cursor());
    buffer_.kill(cursor(), cursor() == end ? next_grapheme(text(), cursor()) : end, Direction::forward);
}

// Within several lines up and down move; at the first and the last line they walk the history.
LineEditor::Outcome LineEditor::vertical(int direction)
{
    const std::string_view text = buffer_.text();
    const std::size_t start = line_start(text, cursor());
    const std::size_t end = line_end(text, cursor());
    if (direction < 0 ? start == 0 : end == text.size()) return recall(direction, recalled_ ? std::string_view{draft_} : text);
    if (!column_) column_ = columns_of(text.substr(start, cursor() - start));
    const std::size_t target = direction < 0 ? line_start(text, start - 1) : end + 1;
    buffer_.move(target + columns_prefix(text.substr(target, line_end(text, target) - target), *column_).size());
    return Outcome::changed;
}

}  // namespace oi
