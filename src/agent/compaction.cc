// The form of a compacted conversation.
#include "agent/compaction.h"

#include "base/text.h"

#include <algorithm>

namespace oi {

const std::string_view summary_request =
    "The conversation has become long. Sum up what you have said, run and seen so far, for yourself: from here on you see only your "
    "summary, my own messages and the last steps. Say what was done and how it came out; what was found, with the exact names, paths, "
    "numbers, commands and errors that still matter; what was decided; what is left to do. Plain text of at most 600 words; run nothing.";

std::vector<Message> compacted(std::span<const Message> messages, const Compaction& compaction, std::string_view variables)
{
    const std::size_t up_to = std::min(compaction.up_to, messages.size());
    std::vector<Message> view;
    for (const auto& message : messages.first(up_to))
        if (message.role == Role::user) view.push_back(message);
    std::string text = cat("[What happened so far, summed up by you when the conversation became long:]\n", trim(compaction.summary));
    if (!variables.empty()) text += cat("\n\n[What the running languages held then:]\n", variables);
    view.push_back(user(std::move(text)));
    view.insert(view.end(), messages.begin() + static_cast<std::ptrdiff_t>(up_to), messages.end());
    return view;
}

// A count costs as much as what it counts, so the place is found by bisection.
std::size_t compaction_end(std::span<const Message> messages, std::size_t from, long kept, const CountTokens& count)
{
    std::vector<std::size_t> starts;  // of what may stay, the shortest first
    for (std::size_t i = messages.size(); i-- > from;)
        if (starts_exchange(messages, i)) starts.push_back(i);
    const auto newest = std::find_if(starts.begin(), starts.end(), [&](std::size_t at) { return messages[at].role != Role::user; });
    if (newest == starts.end()) return starts.empty() ? messages.size() : starts.back();
    const long most = kept + count(messages.first(0));
    const auto too_long =
        std::partition_point(newest + 1, starts.end(), [&](std::size_t at) { return count(messages.subspan(at)) <= most; });
    return *(too_long - 1);
}

}  // namespace oi
