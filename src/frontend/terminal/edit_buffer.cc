// States, cuts and folds of the text that is edited; see edit_buffer.h.
#include "frontend/terminal/edit_buffer.h"

#include "base/text.h"
#include "frontend/terminal/graphemes.h"

#include <algorithm>
#include <cctype>
#include <utility>

namespace oi {

namespace {

// What is longer costs too much to lay out anew at each key.
constexpr std::size_t longest_unfolded = 8 * 1024;  // bytes
constexpr std::size_t most_lines_unfolded = 100;
constexpr std::string_view fold_bytes = "\x0E\x0F\x10\x11\x12\x13\x14\x15\x16\x17\x18\x19\x1A\x1C\x1D\x1E\x1F";
constexpr std::size_t most_undo_bytes = 8 << 20;
constexpr std::size_t most_kills = 16;

bool is_space(char c) { return std::isspace(static_cast<unsigned char>(c)) != 0; }
bool is_word(char c) { return std::isalnum(static_cast<unsigned char>(c)) || c == '_' || static_cast<unsigned char>(c) >= 0x80; }
bool is_large(std::string_view text)
{
    return text.size() > longest_unfolded || static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n')) >= most_lines_unfolded;
}

bool has_fold(std::string_view text) { return text.find_first_of(fold_bytes) != std::string_view::npos; }

}  // namespace

std::string EditBuffer::whole() const
{
    std::string all;
    for (const char byte : text_) {
        const auto index = fold_bytes.find(byte);
        if (index < folds_.size()) all += folds_[index].text;
        else all += byte;
    }
    return all;
}

std::string EditBuffer::shown() const
{
    std::string all;
    for (const char byte : text_) {
        const std::string piece = label(byte);
        if (piece.empty()) all += byte;
        else all += piece;
    }
    return all;
}

std::string EditBuffer::label(char byte) const
{
    const auto index = fold_bytes.find(byte);
    if (index >= folds_.size()) return {};
    const Fold& fold = folds_[index];
    if (fold.lines > 1) return cat("[pasted ", fold.lines, " lines]");
    return cat("[pasted ", fold.text.size() / 1024, " KB]");
}

// The byte that stands for the text; 0: there are none left.
char EditBuffer::fold(std::string text)
{
    if (folds_.size() == fold_bytes.size()) return 0;
    const auto newlines = static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n'));
    const std::size_t lines = newlines + (text.ends_with('\n') ? 0 : 1);
    folds_.push_back({std::move(text), lines});
    return fold_bytes[folds_.size() - 1];
}

void EditBuffer::remember(Action action)
{
    const bool goes_on = action == last_ && (action == Action::type || action == Action::erase);
    last_ = action;
    if (goes_on) return;
    past_.push_back({text_, cursor_});
    past_bytes_ += text_.size();
    for (; past_bytes_ > most_undo_bytes; past_.pop_front()) past_bytes_ -= past_.front().text.size();
    future_.clear();
}

void EditBuffer::insert(std::string_view text)
{
    text_.insert(cursor_, text);
    cursor_ += text.size();
}

// What was cut stays: it may go into the next message.
void EditBuffer::clear()
{
    auto kills = std::move(kills_);
    *this = {};
    kills_ = std::move(kills);
    kills_.erase(std::remove_if(kills_.begin(), kills_.end(), has_fold), kills_.end());
}

void EditBuffer::set(std::string text)
{
    remember(Action::other);
    if (is_large(text)) {
        if (const char byte = fold(text)) text = std::string(1, byte);
    }
    text_ = std::move(text);
    cursor_ = text_.size();
}

void EditBuffer::type(std::string_view text)
{
    const bool begins_word = cursor_ > 0 && is_space(text_[cursor_ - 1]) && !text.empty() && !is_space(text[0]);
    if (begins_word && last_ == Action::type) last_ = Action::other;
    remember(Action::type);
    insert(text);
}

void EditBuffer::paste(std::string text)
{
    // A paste that the terminal does not mark comes in pieces: the next one belongs to the fold before the cursor.
    const auto before = cursor_ > 0 && last_ == Action::other ? fold_bytes.find(text_[cursor_ - 1]) : std::string::npos;
    if (before < folds_.size() && text.size() >= 512) {
        Fold& fold = folds_[before];
        fold.lines += static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n'));
        fold.text += text;
        return;
    }
    remember(Action::other);
    const bool folds = is_large(text) || text_.size() + text.size() > 2 * longest_unfolded;
    const char byte = folds ? fold(text) : '\0';
    if (byte != '\0') insert({&byte, 1});
    else insert(text);
}

void EditBuffer::replace(std::size_t from, std::size_t to, std::string_view text)
{
    remember(Action::other);
    text_.replace(from, to - from, text);
    cursor_ = from + text.size();
}

void EditBuffer::erase(std::size_t from, std::size_t to)
{
    if (from == to) return move(from);
    remember(Action::erase);
    text_.erase(from, to - from);
    cursor_ = from;
}

void EditBuffer::kill(std::size_t from, std::size_t to, Direction direction)
{
    if (from == to) return move(from);
    const bool goes_on = last_ == Action::kill && !kills_.empty();
    remember(Action::kill);
    const std::string cut = text_.substr(from, to - from);
    if (!goes_on) kills_.push_front(cut);
    else if (direction == Direction::forward) kills_.front() += cut;
    else kills_.front().insert(0, cut);
    if (kills_.size() > most_kills) kills_.pop_back();
    text_.erase(from, to - from);
    cursor_ = from;
}

void EditBuffer::yank()
{
    if (kills_.empty()) return;
    remember(Action::yank);
    yanked_ = 0;
    yank_from_ = cursor_;
    insert(kills_[0]);
}

void EditBuffer::yank_older()
{
    if (last_ != Action::yank) return;
    yanked_ = (yanked_ + 1) % kills_.size();
    text_.erase(yank_from_, cursor_ - yank_from_);
    cursor_ = yank_from_;
    insert(kills_[yanked_]);
}

void EditBuffer::transpose()
{
    const std::size_t start = line_start(text_, cursor_);
    // At the end of a line it is the last two.
    const std::size_t middle = cursor_ == line_end(text_, cursor_) ? previous_grapheme(text_, cursor_) : cursor_;
    if (middle <= start) return;
    const std::size_t from = previous_grapheme(text_, middle);
    const std::size_t to = next_grapheme(text_, middle);
    if (from < start || text_[middle] == '\n') return;
    replace(from, to, cat(std::string_view{text_}.substr(middle, to - middle), std::string_view{text_}.substr(from, middle - from)));
}

void EditBuffer::move(std::size_t to)
{
    cursor_ = to;
    last_ = Action::other;
}

bool EditBuffer::undo()
{
    if (past_.empty()) return false;
    future_.push_back({std::exchange(text_, std::move(past_.back().text)), cursor_});
    cursor_ = past_.back().cursor;
    past_bytes_ -= text_.size();
    past_.pop_back();
    last_ = Action::other;
    return true;
}

bool EditBuffer::redo()
{
    if (future_.empty()) return false;
    past_bytes_ += text_.size();
    past_.push_back({std::exchange(text_, std::move(future_.back().text)), cursor_});
    cursor_ = future_.back().cursor;
    future_.pop_back();
    last_ = Action::other;
    return true;
}

std::size_t line_start(std::string_view text, std::size_t at)
{
    const auto newline = at == 0 ? std::string_view::npos : text.rfind('\n', at - 1);
    return newline == std::string_view::npos ? 0 : newline + 1;
}

std::size_t line_end(std::string_view text, std::size_t at) { return std::min(text.find('\n', at), text.size()); }

std::size_t word_left(std::string_view text, std::size_t at)
{
    while (at > 0 && !is_word(text[at - 1])) --at;
    while (at > 0 && is_word(text[at - 1])) --at;
    return at;
}

std::size_t word_right(std::string_view text, std::size_t at)
{
    while (at < text.size() && !is_word(text[at])) ++at;
    while (at < text.size() && is_word(text[at])) ++at;
    return at;
}

std::size_t blank_left(std::string_view text, std::size_t at)
{
    while (at > 0 && is_space(text[at - 1])) --at;
    while (at > 0 && !is_space(text[at - 1])) --at;
    return at;
}

}  // namespace oi
