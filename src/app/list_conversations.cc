// Prints the stored conversations, one a line.
#include "app/list_conversations.h"

#include "app/old_conversations.h"
#include "app/search_conversations.h"
#include "app/wiring.h"
#include "base/text.h"
#include "core/cost.h"

#include <cstdio>

namespace oi {

int list_conversations()
{
    auto store = open_store();
    auto found = store->list(200);
    if (!found) {
        std::fprintf(stderr, "interpreter: %s\n", to_line(found.error()).c_str());
        return 1;
    }
    const auto old = old_conversations();
    if (found->empty() && old.empty()) std::puts("No conversations yet.");
    for (const auto& one : *found) {
        std::puts(cat(one.id, "  ", local_time(one.changed), "  ", one.message_count, one.message_count == 1 ? " message  " : " messages  ",
                      one.cost > 0 ? cat(dollars(one.cost), "  ") : "", one.folder, "  ", one.title.empty() ? one.first_words : one.title)
                      .c_str());
    }
    for (const auto& one : old) std::puts(valid_utf8(cat("old  ", local_time(one.changed), "  ", one.name, "  ", one.path)).c_str());
    if (!found->empty()) std::puts("\nGo on with one: interpreter --resume=ID");
    if (!old.empty())
        std::puts("\nFiles of the classic program; go on with one: interpreter --resume=FILE, with all: interpreter --import");
    return 0;
}

}  // namespace oi
