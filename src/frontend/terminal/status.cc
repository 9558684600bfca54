// Words of the status row, shortened where they must be.
#include "frontend/terminal/status.h"

#include "base/text.h"
#include "frontend/terminal/graphemes.h"

#include <algorithm>

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

std::string time_text(std::chrono::seconds elapsed)
{
    const auto seconds = elapsed.count();
    return seconds < 60 ? cat(seconds, " s") : cat(seconds / 60, " min ", seconds % 60, " s");
}

}  // namespace

Spans status_row(const Status& status)
{
    std::string end, keys = "  Ctrl-C stops";
    if (status.elapsed.count() > 0) end += cat("  ", time_text(status.elapsed));
    if (status.silent.count() > 0) end += cat(", silent for ", time_text(status.silent));
    if (status.can_leave) keys = "  Ctrl-B: background" + keys;
    if (status.queued > 0) end += cat("  ", status.queued, status.queued == 1 ? " message waits" : " messages wait");
    if (status.queued > 0 && status.typed.empty()) end += ", Enter: now";
    if (status.steering > 0) end += status.in_cell ? "  your message is next, Enter: stop the code" : "  your message is next";
    if (!status.money.empty()) end += cat("  ", status.money);
    end += keys;
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
