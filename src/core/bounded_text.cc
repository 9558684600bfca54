// Head, tail and exact counts; see bounded_text.h.
#include "core/bounded_text.h"

#include "base/text.h"

#include <algorithm>

namespace oi {

namespace {

constexpr std::size_t lines_shown = 100;   // that the command in the line between asks for
constexpr std::size_t bytes_shown = 5000;  // the same within one line

std::size_t count_newlines(std::string_view text) { return static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n')); }

// Ends at the end of a line, if that does not cost half of it.
std::string_view whole_lines_at_front(std::string_view text)
{
    const auto end = text.rfind('\n');
    return end == std::string_view::npos || end < text.size() / 2 ? text : text.substr(0, end + 1);
}

std::string_view whole_lines_at_end(std::string_view text)
{
    const auto end = text.find('\n');
    return end == std::string_view::npos || end >= text.size() / 2 ? text : text.substr(end + 1);
}

struct LeftOut {
    std::size_t bytes = 0, all_bytes = 0;
    std::size_t first_line = 0, last_line = 0, all_lines = 0;  // first_line 0: within one line
    std::size_t first_byte = 0;
};

std::string where(const LeftOut& left, const Spooled& whole, std::size_t lines_before)
{
    if (whole.file.empty()) return {};
    if (!whole.end.empty()) return cat("; the beginning is in ", whole.file, ", the end in ", whole.end);
    if (!whole.is_whole) return cat("; what could be written is in ", whole.file);
    if (left.first_line == 0)
        return cat("; read more with: head -c ", left.first_byte + bytes_shown, " ", whole.file, " | tail -c ", bytes_shown);
    const std::size_t first = left.first_line + lines_before;
    const std::size_t last = std::min(left.last_line + lines_before, first + lines_shown - 1);
    return cat("; read more with: sed -n '", first, ",", last, "p' ", whole.file);
}

std::string line_between(const LeftOut& left, const Spooled& whole, std::size_t lines_before)
{
    std::string line = cat("[... ", left.bytes, " of ", left.all_bytes, " bytes left out");
    if (left.first_line > 0) line += cat(", lines ", left.first_line, " to ", left.last_line, " of ", left.all_lines);
    return cat(line, where(left, whole, lines_before), " ...]\n");
}

}  // namespace

void BoundedText::append(std::string_view text)
{
    total_ += text.size();
    newlines_ += count_newlines(text);
    const std::size_t to_head = std::min(text.size(), limit_ - std::min(limit_, head_.size()));
    head_ += text.substr(0, to_head);
    text.remove_prefix(to_head);
    const std::size_t tail_share = limit_ / 2;
    if (text.size() > tail_share) {
        tail_ = text.substr(text.size() - tail_share);
        return;
    }
    tail_ += text;
    if (tail_.size() > 2 * tail_share) tail_.erase(0, tail_.size() - tail_share);
}

std::string BoundedText::text(const Spooled& whole, std::size_t lines_before) const
{
    if (!is_shortened()) return head_;
    // The end of what there is: the tail may not have its share yet.
    const std::string end = tail_.size() < limit_ / 2 ? head_ + tail_ : tail_;
    const bool ends_line = end.ends_with('\n');
    const std::size_t most = newlines_ + 1;
    LeftOut left{.bytes = total_, .all_bytes = total_, .first_line = most, .last_line = most, .all_lines = most, .first_byte = total_};
    // No line is longer than that of a text of which all is left out.
    const auto longest = [&](const Spooled& where) {
        LeftOut within_line = left;
        within_line.first_line = 0;
        return 1 + std::max(line_between(left, where, lines_before).size(), line_between(within_line, where, lines_before).size());
    };
    const Spooled named = longest(whole) <= limit_ / 2 ? whole : Spooled{};
    const std::size_t room = limit_ - std::min(limit_, longest(named));
    const auto head = whole_lines_at_front(utf8_prefix(head_, room - room / 2));
    const auto tail = whole_lines_at_end(utf8_suffix(end, room / 2));
    const std::size_t in_head = count_newlines(head), in_tail = count_newlines(tail);
    const bool tail_begins_line = tail.size() < end.size() ? end[end.size() - tail.size() - 1] == '\n' : false;
    left.bytes = total_ - head.size() - tail.size();
    left.first_byte = head.size();
    left.all_lines = newlines_ + (ends_line ? 0 : 1);
    const std::size_t lines_in_tail = tail.empty() ? 0 : in_tail + (ends_line ? 0 : 1);
    left.last_line = left.all_lines - lines_in_tail + (tail_begins_line || tail.empty() ? 0 : 1);
    left.first_line = newlines_ == in_head + in_tail ? 0 : in_head + 1;
    return cat(head, head.empty() || head.ends_with('\n') ? "" : "\n", line_between(left, named, lines_before), tail);
}

}  // namespace oi
