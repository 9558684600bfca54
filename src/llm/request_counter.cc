// The frames around texts are OpenAI's; other vendors' differ by a token or two a message.
// https://cookbook.openai.com/examples/how_to_count_tokens_with_tiktoken
#include "llm/request_counter.h"

#include "base/text.h"
#include "llm/providers/openai_family.h"
#include "llm/tool.h"

#include <functional>

namespace oi::llm {

namespace {

constexpr long a_message = 3;        // what stands before and after it
constexpr long a_role = 1;           // its name
constexpr long reply_priming = 3;    // the reply begins with the assistant's name
constexpr long a_call = 3;           // beside its name and its arguments
constexpr long tools_frame = 9;      // around the declarations
constexpr long tools_in_system = 4;  // less, when a system message carries them

// OpenAI shows tools to the model as TypeScript.
std::string tool_text(std::span<const std::string> languages)
{
    std::string names;
    for (const auto& language : languages) names += cat(names.empty() ? "" : " | ", "\"", language, "\"");
    return cat("namespace functions {\n\n// ", tool_description, "\ntype execute = (_: {\nlanguage: ", names.empty() ? "string" : names,
               ",\ncode: string,\n}) => any;\n\n} // namespace functions");
}

void mix(std::size_t& hash, std::size_t more) { hash = (hash ^ more) * 0x9E3779B97F4A7C15ULL + (hash >> 31); }

// Of everything that the vendor sees of the first `count` messages and what stands before them.
std::size_t hash_of(const Request& request, std::size_t count)
{
    const std::hash<std::string_view> hash;
    std::size_t sum = request.offers_tools ? 1 : 2;
    mix(sum, hash(request.system));
    for (const auto& language : request.languages) mix(sum, hash(language));
    for (const auto& message : request.messages.first(count)) {
        mix(sum, static_cast<std::size_t>(message.role) * 64 + static_cast<std::size_t>(message.type));
        mix(sum, hash(message.format));
        mix(sum, hash(message.content));
        mix(sum, hash(message.recipient));
    }
    return sum;
}

// Servers exist that report nothing, or nonsense.
bool is_plausible(double reported, double own) { return reported > 0.5 * own && reported < 2 * own; }

}  // namespace

long RequestCounter::text(std::string_view text)
{
    constexpr std::size_t most_known = 100'000;
    const auto [entry, is_new] = known_.try_emplace(std::hash<std::string_view>{}(text), 0);
    if (!is_new) return entry->second;
    const long count = entry->second = count_text(family_, text);
    if (known_.size() > most_known) known_.clear();
    return count;
}

long RequestCounter::count_part(const Part& part, const Endpoint& endpoint)
{
    const auto pictures = [&](const std::vector<Image>& images) {
        long sum = 0;
        for (const auto& image : images) sum += image_tokens(family_, endpoint.model, image.width, image.height);
        return sum;
    };
    if (const auto* words = std::get_if<Text>(&part)) return text(words->text);
    if (const auto* image = std::get_if<Image>(&part)) return image_tokens(family_, endpoint.model, image->width, image->height);
    if (const auto* call = std::get_if<Call>(&part)) return a_call + 1 + text(call_arguments(*call));
    const auto& result = std::get<CallResult>(part);
    return a_message + a_role + text(result.text) + pictures(result.images);
}

long RequestCounter::count_turn(const Turn& turn, const Endpoint& endpoint)
{
    long sum = 0;
    bool has_own_message = false;  // results are messages themselves
    for (const auto& part : turn.parts) {
        has_own_message |= !std::holds_alternative<CallResult>(part);
        sum += count_part(part, endpoint);
    }
    return sum + (has_own_message ? a_message + a_role : 0);
}

long RequestCounter::count_all(const Request& request, const Endpoint& endpoint)
{
    long sum = reply_priming;
    std::string system = system_text(request, endpoint);
    const bool has_tool = declares_tool(request, endpoint);
    if (has_tool) sum += tools_frame + text(tool_text(request.languages));
    if (!system.empty()) {
        if (has_tool) {
            sum -= tools_in_system;
            if (!system.ends_with('\n')) system += '\n';
        }
        sum += a_message + a_role + text(system);
    }
    for (const auto& turn : make_dialogue(request.messages, dialogue_form(request, endpoint))) sum += count_turn(turn, endpoint);
    return sum;
}

void RequestCounter::count_for(const Endpoint& endpoint)
{
    if (model_ == endpoint.model) return;
    model_ = endpoint.model;
    family_ = token_family(model_);
    known_.clear();
    anchor_.reset();
}

long RequestCounter::count(const Request& request, const Endpoint& endpoint)
{
    count_for(endpoint);
    const long all = count_all(request, endpoint);
    if (!anchor_ || anchor_->mark.message_count > request.messages.size() ||
        hash_of(request, anchor_->mark.message_count) != anchor_->mark.hash)
        return all;
    if (anchor_->own < 0) {
        Request counted = request;
        counted.messages = request.messages.first(anchor_->mark.message_count);
        anchor_->own = count_all(counted, endpoint);
    }
    if (!is_plausible(static_cast<double>(anchor_->reported), static_cast<double>(anchor_->own))) return all;
    // Where the tokenizer is not public, what has come since is scaled as what was counted.
    const double scale = is_exact(family_) ? 1 : static_cast<double>(anchor_->reported) / static_cast<double>(anchor_->own);
    return anchor_->reported + static_cast<long>(static_cast<double>(all - anchor_->own) * scale);
}

RequestCounter::Mark RequestCounter::mark(const Request& request)
{
    return {.message_count = request.messages.size(), .hash = hash_of(request, request.messages.size())};
}

void RequestCounter::learn(const Mark& request, const Endpoint& endpoint, long reported)
{
    count_for(endpoint);
    if (reported > 0) anchor_ = Anchor{.mark = request, .reported = reported};
}

}  // namespace oi::llm
