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

std::size_t compaction_end(std::span<const Message> messages, std::size_t from, long kept, const CountTokens& count)
{
    const long frame = count(messages.first(0));
    std::size_t end = messages.size();
    bool has_newest = false;
    for (std::size_t i = messages.size(); i-- > from;) {
        if (!starts_exchange(messages, i)) continue;
        if (has_newest && count(messages.subspan(i)) - frame > kept) break;
        end = i;
        has_newest |= messages[i].role != Role::user;
    }
    return end;
}

}  // namespace oi
