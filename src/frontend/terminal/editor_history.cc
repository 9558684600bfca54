// How the line editor walks and searches what was typed before.
#include "base/text.h"
#include "frontend/terminal/editor.h"
#include "frontend/terminal/graphemes.h"

#include <utility>

namespace oi {

namespace {
using Kind = Key::Kind;
}

std::optional<std::size_t> LineEditor::entry_beside(std::size_t at, int direction, std::string_view prefix) const
{
    const std::size_t size = history_->size();
    while (direction < 0 ? at > 0 : at + 1 < size) {
        direction < 0 ? --at : ++at;
        const std::string& entry = history_->at(at);
        if (entry.starts_with(prefix) && entry != buffer_.text()) return at;
    }
    return {};
}

// The next entry that begins with `prefix`, or any where none does; behind the newest comes what was being typed.
LineEditor::Outcome LineEditor::recall(int direction, std::string_view given)
{
    if (!history_ || history_->size() == 0) return Outcome::none;
    const std::string prefix{given};
    if (!recalled_ && direction > 0) return Outcome::none;
    const std::size_t size = history_->size();
    auto next = entry_beside(recalled_.value_or(size), direction, prefix);
    const bool has_prefix = entry_beside(size, -1, prefix).has_value();
    if (!next && !has_prefix) next = entry_beside(recalled_.value_or(size), direction, {});
    if (!next && direction < 0) return Outcome::none;
    if (!recalled_) draft_ = buffer_.whole();
    recalled_ = next;
    show(next ? history_->at(*next) : draft_);
    return Outcome::changed;
}

std::optional<std::string> LineEditor::search_prompt() const
{
    if (!is_searching_) return {};
    return cat(is_found_ ? "search: " : "not found: ", searched_, "  > ");
}

LineEditor::Outcome LineEditor::begin_search(int direction)
{
    if (!history_) return Outcome::none;
    is_searching_ = is_found_ = true;
    direction_ = direction;
    searched_.clear();
    found_.reset();
    before_search_ = buffer_.whole();
    return Outcome::changed;
}

// Shows the first entry from `at` on, `at` included, that has the words.
void LineEditor::search_from(std::size_t at)
{
    const auto found = direction_ < 0 ? history_->search(searched_, at + 1) : history_->search_after(searched_, at);
    is_found_ = found.has_value();
    if (!found) return;
    found_ = found;
    set_text(history_->at(*found));
}

// The same words again, in this direction; entries that look like the one shown are passed over.
void LineEditor::search_on(int direction)
{
    direction_ = direction;
    if (history_->size() == 0) return;
    std::size_t at = found_.value_or(direction < 0 ? history_->size() : 0);
    while (direction < 0 ? at > 0 : at + 1 < history_->size()) {
        const auto found = direction < 0 ? history_->search(searched_, at) : history_->search_after(searched_, at + 1);
        if (!found) break;
        at = *found;
        if (history_->at(at) != buffer_.text()) return search_from(at);
    }
    is_found_ = false;
}

LineEditor::Outcome LineEditor::search_key(const Key& key)
{
    const std::size_t size = history_->size();
    const std::size_t start = found_.value_or(direction_ < 0 ? size : 0);
    switch (key.kind) {
    case Kind::text:
    case Kind::paste:
        searched_ += utf8_prefix(key.text, 200);
        search_from(start);
        return Outcome::changed;
    case Kind::backspace:
        searched_.erase(previous_grapheme(searched_, searched_.size()));
        found_.reset();
        search_from(direction_ < 0 ? size : 0);
        return Outcome::changed;
    case Kind::control:
        if (key.text == "r" || key.text == "s") {
            search_on(key.text == "r" ? -1 : 1);
            return Outcome::changed;
        }
        if (key.text == "c" || key.text == "g") {
            is_searching_ = false;
            set_text(std::exchange(before_search_, {}));
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
