// Words of the status row, shortened where they must be.
#include "frontend/terminal/status.h"

#include "base/text.h"
#include "frontend/terminal/graphemes.h"

#include <algorithm>
#include <utility>
#include <vector>

namespace oi {

namespace {

const Style quiet{.colour = Colour::grey};

std::string shortened(std::string_view text, int columns)
{
    if (columns_of(text) <= columns) return std::string{text};
    if (columns < 4) return {};
    return cat(columns_prefix(text, columns - 3), "...");
}

// The end of what is typed: that is where the typing happens.
std::string typed_end(std::string_view text, int columns)
{
    std::size_t from = 0;
    int all = columns_of(text);
    while (all > columns && from < text.size()) {
        const Grapheme grapheme = first_grapheme(text.substr(from));
        all -= grapheme.width;
        from += grapheme.bytes.size();
    }
    return std::string{text.substr(from)};
}

// What stands at the row's end, the most important last in `rank`.
struct Part {
    std::string text;
    int rank;
};

// Without those parts that there is no room for beside `least` columns of who and what.
std::string end_of_row(std::vector<Part> parts, int room)
{
    constexpr int least = 16;
    const auto all = [&] {
        std::string text;
        for (const Part& part : parts) text += part.text;
        return text;
    };
    while (parts.size() > 1 && columns_of(all()) + least > room)
        parts.erase(std::min_element(parts.begin(), parts.end(), [](const Part& a, const Part& b) { return a.rank < b.rank; }));
    return all();
}

}  // namespace

std::string time_text(std::chrono::seconds elapsed)
{
    const auto seconds = elapsed.count();
    return seconds < 60 ? cat(seconds, " s") : cat(seconds / 60, " min ", seconds % 60, " s");
}

Spans status_row(const Status& status)
{
    std::vector<Part> parts;
    if (status.elapsed.count() > 0) parts.push_back({cat("  ", time_text(status.elapsed)), 6});
    if (status.silent.count() > 0) parts.push_back({cat(", silent for ", time_text(status.silent)), 0});
    if (status.queued > 0) parts.push_back({cat("  ", status.queued, status.queued == 1 ? " message waits" : " messages wait"), 3});
    if (status.queued > 0 && status.typed.empty()) parts.push_back({", Enter: now", 2});
    if (status.steering > 0)
        parts.push_back({status.in_cell ? "  your message is next, Enter: stop the code" : "  your message is next", 4});
    if (!status.money.empty()) parts.push_back({cat("  ", status.money), 1});
    if (status.can_leave) parts.push_back({"  Ctrl-B: background", 5});
    parts.push_back({"  Ctrl-C stops", 7});
    const std::string end = end_of_row(std::move(parts), status.columns - 3);
    int room = status.columns - 1 - 2 - columns_of(end);
    Spans row{{"  "}};
    if (!status.typed.empty()) {
        const std::string typed = typed_end(status.typed, std::max(room / 2, 8));
        row.push_back({"> ", {.bold = true}});
        row.push_back({typed + "  "});
        room -= columns_of(typed) + 4;
    }
    const std::string who = shortened(status.who, std::max(room, 0));
    row.push_back({who, {.colour = Colour::cyan}});
    room -= columns_of(who) + 2;
    if (!status.what.empty() && room > 8) row.push_back({cat("  ", shortened(status.what, room))});
    row.push_back({end, quiet});
    return row;
}

Spans countdown_row(std::string_view reason, std::chrono::seconds left, int columns)
{
    const std::string end = cat("  again in ", left.count(), " s  any key: now  Ctrl-C stops");
    return {{"  "}, {shortened(reason, std::max(columns - 3 - columns_of(end), 0)), {.colour = Colour::yellow}}, {end, quiet}};
}

}  // namespace oi
