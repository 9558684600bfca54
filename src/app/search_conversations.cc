// Prints what a search finds, one place a line; see search_conversations.h.
#include "app/search_conversations.h"

#include "base/text.h"

#include <cstdio>
#include <ctime>

namespace oi {

namespace {

constexpr std::size_t most_hits = 200;

}  // namespace

std::string local_time(std::int64_t seconds)
{
    const auto time = static_cast<std::time_t>(seconds);
    std::tm local{};
    ::localtime_r(&time, &local);
    char text[32];
    std::strftime(text, sizeof text, "%Y-%m-%d %H:%M", &local);
    return text;
}

int search_conversations(const std::string& words, Store& store)
{
    if (is_blank(words)) {
        std::fputs("interpreter: --search: there are no words (interpreter --search WORDS...)\n", stderr);
        return 2;
    }
    const auto hits = store.search(words, most_hits);
    if (!hits) {
        std::fprintf(stderr, "interpreter: %s\n", to_line(hits.error()).c_str());
        return 1;
    }
    if (hits->empty()) std::fprintf(stderr, "Nothing with %s was said or printed.\n", valid_utf8(words).c_str());
    for (const auto& hit : *hits)
        std::puts(cat(hit.conversation, "  ", local_time(hit.at), "  ", name(hit.role), "  ", hit.excerpt).c_str());
    return hits->empty() ? 1 : 0;
}

}  // namespace oi
