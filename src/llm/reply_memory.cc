// ReplyMemory: parts of the conversation and parts of replies, matched from the end.
#include "llm/reply_memory.h"

#include "base/text.h"

#include <algorithm>
#include <iterator>
#include <unordered_map>
#include <utility>

namespace oi::llm {

namespace {

constexpr std::size_t most_bytes = 64u << 20;

std::string key_of(const Part& part)
{
    if (const auto* text = std::get_if<Text>(&part)) return text_key(text->text);
    if (const auto* call = std::get_if<Call>(&part)) return call_key(call->language, call->code);
    return {};
}

std::size_t size_of(const ReplyRecord& record)
{
    std::size_t size = 0;
    for (const auto& part : record.parts) size += part.key.size() + part.opaque.size();
    return size;
}

// Where a part of a turn stands in its reply.
struct Origin {
    std::size_t reply = 0;  // 0: not known
    std::size_t part = 0;
};

bool follows(const Origin& before, const Origin& after)
{
    return before.reply != 0 && before.reply == after.reply && after.part == before.part + 1;
}

}  // namespace

void ReplyMemory::add(ReplyRecord record)
{
    const bool is_of_use = record.parts.size() > 1 ||
                           std::any_of(record.parts.begin(), record.parts.end(), [](const auto& part) { return !part.opaque.empty(); });
    if (!is_of_use) return;
    bytes_ += size_of(record);
    replies_.push_back({std::move(record), ++count_});
    while (bytes_ > most_bytes && replies_.size() > 1) {
        bytes_ -= size_of(replies_.front().record);
        replies_.pop_front();
    }
}

namespace {

// A turn of calls whose first part goes on with the reply that the turn before the results began.
bool goes_on(const std::vector<Turn>& turns, std::size_t at)
{
    const auto is_result = [](const Part& part) { return std::holds_alternative<CallResult>(part); };
    return at >= 2 && turns[at].role == Role::assistant && std::all_of(turns[at - 1].parts.begin(), turns[at - 1].parts.end(), is_result);
}

void append(std::vector<Part>& parts, std::vector<Part>& more)
{
    parts.insert(parts.end(), std::make_move_iterator(more.begin()), std::make_move_iterator(more.end()));
}

}  // namespace

void ReplyMemory::attach(std::vector<Turn>& turns) const
{
    if (replies_.empty()) return;
    std::unordered_map<std::string_view, std::vector<std::pair<const Reply*, std::size_t>>> known;
    for (const auto& reply : replies_)
        for (std::size_t i = 0; i < reply.record.parts.size(); ++i) known[reply.record.parts[i].key].emplace_back(&reply, i);

    std::vector<std::vector<Origin>> origins(turns.size());
    for (std::size_t t = turns.size(); t-- > 0;) {
        auto& parts = turns[t].parts;
        origins[t].resize(parts.size());
        if (turns[t].role != Role::assistant) continue;
        for (std::size_t p = parts.size(); p-- > 0;) {
            const std::string key = key_of(parts[p]);
            const auto found = known.find(key);
            if (found == known.end() || found->second.empty()) continue;
            const auto [reply, index] = found->second.back();
            found->second.pop_back();
            origins[t][p] = {reply->number, index};
            const std::string_view opaque = reply->record.parts[index].opaque;
            if (auto* text = std::get_if<Text>(&parts[p])) text->opaque = opaque;
            if (auto* call = std::get_if<Call>(&parts[p])) call->opaque = opaque;
        }
    }
    for (std::size_t t = turns.size(); t-- > 2;) {
        if (!goes_on(turns, t) || origins[t].empty() || origins[t - 2].empty()) continue;
        if (!follows(origins[t - 2].back(), origins[t].front())) continue;
        append(turns[t - 2].parts, turns[t].parts);
        origins[t - 2].insert(origins[t - 2].end(), origins[t].begin(), origins[t].end());
        if (t + 1 < turns.size()) {
            append(turns[t - 1].parts, turns[t + 1].parts);
            turns.erase(turns.begin() + static_cast<std::ptrdiff_t>(t), turns.begin() + static_cast<std::ptrdiff_t>(t) + 2);
            origins.erase(origins.begin() + static_cast<std::ptrdiff_t>(t), origins.begin() + static_cast<std::ptrdiff_t>(t) + 2);
        } else {
            turns.pop_back();
            origins.pop_back();
        }
    }
}

}  // namespace oi::llm
