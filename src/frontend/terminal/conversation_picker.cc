// The picker's keys and rows; see conversation_picker.h.
#include "frontend/terminal/conversation_picker.h"

#include "base/text.h"
#include "core/cost.h"
#include "frontend/terminal/graphemes.h"
#include "frontend/terminal/safe_text.h"

#include <algorithm>
#include <limits>

namespace oi {

namespace {

constexpr std::size_t most_listed = 10'000, most_hits = 500;
constexpr std::size_t least_searched = 3;  // letters; fewer find nearly everything
constexpr int narrow = 72, tiny = 40;      // columns: below them details are left out
constexpr const char* keys_of_list = "Enter go on  ^R rename  ^F copy  ^D delete  Esc leave";

std::string cut(std::string_view text, int columns)
{
    if (columns_of(text) <= columns) return std::string{text};
    if (columns <= 3) return std::string{columns_prefix(text, std::max(columns, 0))};
    return cat(columns_prefix(text, columns - 3), "...");
}

std::string padded(std::string text, int columns)
{
    const int missing = columns - columns_of(text);
    return missing > 0 ? text.append(static_cast<std::size_t>(missing), ' ') : text;
}

void erase_last(std::string& text)
{
    if (!text.empty()) text.resize(previous_grapheme(text, text.size()));
}

// What was typed or pasted, on one line.
std::string typed(const Key& key)
{
    return key.kind == Key::Kind::text || key.kind == Key::Kind::paste ? safe_line(key.text) : std::string{};
}

bool is_leaving(const Key& key)
{
    return key.kind == Key::Kind::escape || (key.kind == Key::Kind::control && (key.text == "c" || key.text == "d"));
}

}  // namespace

ConversationPicker::ConversationPicker(Store& store, Remove remove, Date date, Old old)
    : store_{store}, remove_{std::move(remove)}, date_{std::move(date)}, old_{std::move(old)}
{
    load();
}

void ConversationPicker::load()
{
    auto all = store_.list(most_listed);
    if (all) all_ = std::move(*all);
    else tell(all.error());
    if (!old_.listed.empty()) {
        all_.insert(all_.end(), old_.listed.begin(), old_.listed.end());
        std::stable_sort(all_.begin(), all_.end(), [](const auto& left, const auto& right) { return left.changed > right.changed; });
    }
    filter();
}

void ConversationPicker::filter()
{
    excerpts_.clear();
    shown_.clear();
    if (words_.size() >= least_searched)
        if (auto hits = store_.search(words_, most_hits))
            for (auto& hit : *hits) excerpts_.emplace(hit.conversation, std::move(hit.excerpt));
    const std::string wanted = lower(trim(words_));
    for (std::size_t i = 0; i < all_.size(); ++i) {
        const auto& one = all_[i];
        const bool is_named =
            lower(cat(one.title, " ", one.first_words, " ", one.model, " ", one.folder)).find(wanted) != std::string::npos;
        if (is_named || excerpts_.contains(one.id)) shown_.push_back(i);
    }
    at_ = std::min(at_, shown_.empty() ? 0 : shown_.size() - 1);
}

const ConversationSummary* ConversationPicker::current() const { return shown_.empty() ? nullptr : &all_[shown_[at_]]; }

void ConversationPicker::tell(const Error& error) { line_ = safe_line(to_line(error)); }

void ConversationPicker::press(const Key& key)
{
    line_.clear();
    if (mode_ == Mode::rename) press_in_name(key);
    else if (mode_ == Mode::remove) press_in_question(key);
    else press_in_list(key);
}

void ConversationPicker::move(std::ptrdiff_t rows)
{
    const auto last = static_cast<std::ptrdiff_t>(shown_.size()) - 1;
    at_ = static_cast<std::size_t>(std::max<std::ptrdiff_t>(0, std::min(static_cast<std::ptrdiff_t>(at_) + rows, last)));
}

void ConversationPicker::press_in_list(const Key& key)
{
    const auto page = static_cast<std::ptrdiff_t>(page_);
    const auto all = static_cast<std::ptrdiff_t>(shown_.size());
    switch (key.kind) {
    case Key::Kind::up: return move(-1);
    case Key::Kind::down: return move(1);
    case Key::Kind::page_up: return move(-page);
    case Key::Kind::page_down: return move(page);
    case Key::Kind::home: return move(-all);
    case Key::Kind::end: return move(all);
    case Key::Kind::enter:
        if (!take_in()) return;
        chosen_ = current()->id;
        is_done_ = true;
        return;
    case Key::Kind::escape:
        if (words_.empty()) is_done_ = true;
        words_.clear();
        return filter();
    case Key::Kind::control:
        if (key.text == "c") is_done_ = true;
        else if (key.text == "r") act(Mode::rename);
        else if (key.text == "d") act(Mode::remove);
        else if (key.text == "f") fork();
        return;
    case Key::Kind::remove: return act(Mode::remove);
    case Key::Kind::backspace: erase_last(words_); break;
    default:
        if (typed(key).empty()) return;
        words_ += typed(key);
    }
    at_ = 0;
    filter();
}

bool ConversationPicker::take_in()
{
    const auto* one = current();
    if (!one) return false;
    if (one->id >= 0) return true;
    const ConversationId old = one->id;
    const auto id = old_.import(old);
    if (!id) {
        tell(id.error());
        return false;
    }
    std::erase_if(old_.listed, [&](const auto& listed) { return listed.id == old; });
    words_.clear();  // which may not find it under its own first words
    load();
    go_to(*id);
    return true;
}

void ConversationPicker::go_to(ConversationId id)
{
    for (std::size_t i = 0; i < shown_.size(); ++i)
        if (all_[shown_[i]].id == id) at_ = i;
}

void ConversationPicker::act(Mode mode)
{
    if (current() && current()->id < 0 && mode == Mode::remove) {
        line_ = safe_line(cat("A file of the classic program, not deleted from here: ", current()->folder));
        return;
    }
    if (!take_in()) return;
    mode_ = mode;
    name_ = current()->title;
}

void ConversationPicker::press_in_name(const Key& key)
{
    if (key.kind == Key::Kind::backspace) return erase_last(name_);
    if (is_leaving(key)) mode_ = Mode::list;
    else if (key.kind != Key::Kind::enter) name_ += typed(key);
    if (key.kind != Key::Kind::enter) return;
    mode_ = Mode::list;
    if (auto renamed = store_.rename(current()->id, std::string{trim(name_)}); !renamed) return tell(renamed.error());
    load();
}

void ConversationPicker::press_in_question(const Key& key)
{
    mode_ = Mode::list;
    if (key.kind != Key::Kind::text || (key.text != "y" && key.text != "Y")) return;
    if (auto removed = remove_(current()->id); !removed) return tell(removed.error());
    load();
}

void ConversationPicker::fork()
{
    if (!take_in()) return;
    const auto copy = store_.fork(current()->id, std::numeric_limits<std::size_t>::max());
    if (!copy) return tell(copy.error());
    store_.release(*copy);
    load();
    go_to(*copy);
    line_ = "This is the copy: Enter goes on with it";
}

std::string ConversationPicker::name_of(const ConversationSummary& one) const
{
    std::string name = safe_line(one.title.empty() ? one.first_words : one.title);
    const auto found = excerpts_.find(one.id);
    if (found != excerpts_.end() && lower(name).find(lower(words_)) == std::string::npos) name += cat(": ", safe_line(found->second));
    return name;
}

std::string ConversationPicker::row_of(const ConversationSummary& one, int columns) const
{
    const std::string date = columns < tiny ? std::string{} : cat(date_(one.changed), "  ");
    std::string details;
    if (columns >= narrow) {
        const std::string cost = one.cost > 0 ? dollars(one.cost) : std::string{};
        details = cat("  ", padded(cut(safe_line(one.model), 18), 18), padded(one.id < 0 ? std::string{} : cat(" ", one.message_count), 6),
                      " ", padded(cost, 8));
    }
    const int room = std::max(columns - columns_of(date) - columns_of(details), 0);
    return cut(cat(date, padded(cut(name_of(one), room), room), details), columns);
}

std::string ConversationPicker::bottom(int columns) const
{
    if (mode_ == Mode::rename) return cut(cat("Name: ", name_, "_"), columns);
    if (mode_ == Mode::remove) return cut(cat("Delete it with all that was said? y/n  ", name_of(*current())), columns);
    return cut(line_.empty() ? std::string_view{keys_of_list} : std::string_view{line_}, columns);
}

std::vector<std::string> ConversationPicker::rows(sys::TerminalSize size)
{
    const int height = std::max(size.rows, 1);
    const int columns = std::max(size.columns, 1);
    page_ = static_cast<std::size_t>(std::max(height - 3, 1));
    if (at_ < first_) first_ = at_;
    if (at_ >= first_ + page_) first_ = at_ - page_ + 1;
    std::vector<std::string> rows;
    if (height > 2) rows.push_back(cut(words_.empty() ? "Conversations (type to search)" : cat("Search: ", words_, "_"), columns));
    for (std::size_t i = first_; i < std::min(first_ + page_, shown_.size()); ++i) {
        const std::string row = row_of(all_[shown_[i]], columns);
        rows.push_back(i == at_ ? cat("\x1b[7m", row, "\x1b[0m") : row);
    }
    if (shown_.empty() && height > 1) rows.push_back(cut(all_.empty() ? "No conversations yet." : "Nothing is like that.", columns));
    if (height > 2) {
        rows.resize(static_cast<std::size_t>(height) - 1);
        rows.push_back(bottom(columns));
    }
    rows.resize(std::min(rows.size(), static_cast<std::size_t>(height)));
    return rows;
}

}  // namespace oi
