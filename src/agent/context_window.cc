// Trimming; see context_window.h.
#include "agent/context_window.h"

#include "base/text.h"
#include "core/rough_tokens.h"

#include <algorithm>

namespace oi {

namespace {

constexpr std::size_t shrunk_output = 240;

long tokens(const Message& message) { return rough_tokens(message); }

std::size_t last_user(std::span<const Message> messages)
{
    for (std::size_t i = messages.size(); i-- > 0;)
        if (messages[i].role == Role::user) return i;
    return 0;
}

void shrink(Message& output)
{
    const std::string_view text = output.content;
    if (text.size() <= 2 * shrunk_output) return;
    output.content =
        cat(utf8_prefix(text, shrunk_output), "\n[... shortened to fit the context window ...]\n", utf8_suffix(text, shrunk_output));
}

}  // namespace

std::vector<Message> fit(std::span<const Message> messages, long budget)
{
    std::vector<Message> kept(messages.begin(), messages.end());
    long sum = rough_tokens(kept);
    const auto over = [&] { return sum > budget; };
    const std::size_t pinned = last_user(kept);
    for (std::size_t i = 0; i < pinned && over(); ++i) {
        if (kept[i].role != Role::computer || kept[i].type != Kind::console) continue;
        sum -= tokens(kept[i]);
        shrink(kept[i]);
        sum += tokens(kept[i]);
    }
    std::size_t dropped = 0;
    while (dropped < pinned && over()) sum -= tokens(kept[dropped++]);
    while (dropped < pinned && kept[dropped].role == Role::computer) ++dropped;  // no output without its code
    kept.erase(kept.begin(), kept.begin() + static_cast<std::ptrdiff_t>(dropped));
    for (std::size_t i = 0; i + 1 < kept.size() && over(); ++i) {
        if (kept[i].role != Role::computer || kept[i].type != Kind::console) continue;
        sum -= tokens(kept[i]);
        shrink(kept[i]);
        sum += tokens(kept[i]);
    }
    return kept;
}

}  // namespace oi
