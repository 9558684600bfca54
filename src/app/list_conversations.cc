// Prints the stored conversations, one a line.
#include "app/list_conversations.h"

#include "app/wiring.h"
#include "base/text.h"

#include <cstdio>
#include <ctime>

namespace oi {

namespace {

std::string local_time(std::int64_t seconds)
{
    const auto time = static_cast<std::time_t>(seconds);
    std::tm local{};
    ::localtime_r(&time, &local);
    char text[32];
    std::strftime(text, sizeof text, "%Y-%m-%d %H:%M", &local);
    return text;
}

}  // namespace

int list_conversations()
{
    auto store = open_store();
    auto found = store->list(200);
    if (!found) {
        std::fprintf(stderr, "interpreter: %s\n", to_line(found.error()).c_str());
        return 1;
    }
    if (found->empty()) std::puts("No conversations yet.");
    for (const auto& one : *found) {
        std::puts(cat(one.id, "  ", local_time(one.changed), "  ", one.message_count, one.message_count == 1 ? " message  " : " messages  ",
                      one.folder, "  ", one.first_words)
                      .c_str());
    }
    if (!found->empty()) std::puts("\nGo on with one: interpreter --resume=ID");
    return 0;
}

}  // namespace oi
