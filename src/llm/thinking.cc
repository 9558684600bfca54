// Thinking: what the formats share about thoughts and about the vendor's cache.
#include "llm/thinking.h"

#include "base/text.h"
#include "llm/provider.h"
#include "llm/reply_memory.h"
#include "llm/tool.h"

#include <cstdio>

namespace oi::llm {

std::vector<Turn> dialogue_for(const Request& request, const Endpoint& endpoint)
{
    DialogueForm form = dialogue_form(request, endpoint);
    form.assistant_images = endpoint.provider->assistant_images;
    auto turns = make_dialogue(request.messages, form);
    if (endpoint.memory && request.offers_tools) endpoint.memory->attach(turns);
    return turns;
}

std::string_view opaque_of(const Turn& turn)
{
    for (const auto& part : turn.parts) {
        if (const auto* text = std::get_if<Text>(&part); text && !text->opaque.empty()) return text->opaque;
        if (const auto* call = std::get_if<Call>(&part); call && !call->opaque.empty()) return call->opaque;
    }
    return {};
}

// FNV-1a, 64 bits. https://www.rfc-editor.org/rfc/rfc9923
std::string conversation_key(const Request& request)
{
    std::uint64_t hash = 14695981039346656037u;
    const auto add = [&](std::string_view text) {
        for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211u;
    };
    add(request.system);
    if (!request.messages.empty()) add(request.messages.front().content);
    char name[32];
    std::snprintf(name, sizeof name, "oi-%016llx", static_cast<unsigned long long>(hash));
    return name;
}

std::vector<std::size_t> marked_turns(const std::vector<Turn>& turns)
{
    std::vector<std::size_t> marked;
    for (std::size_t i = turns.size(); i-- > 0 && marked.size() < 2;)
        if (turns[i].role == Role::user) marked.insert(marked.begin(), i);
    return marked;
}

void write_cache_mark(json::Writer& w)
{
    w.key("cache_control");
    w.object([&] { w.field("type", "ephemeral"); });
}

namespace {

void write_switch(json::Writer& w, bool is_on)
{
    w.key("thinking");
    w.object([&] { w.field("type", is_on ? "enabled" : "disabled"); });
}

}  // namespace

void write_effort(json::Writer& w, const Endpoint& endpoint)
{
    const std::string& effort = endpoint.reasoning_effort;
    if (effort.empty()) return;
    const bool is_on = effort != "none";
    switch (endpoint.thinking.effort) {
    case EffortField::reasoning_effort: return w.field("reasoning_effort", effort);
    case EffortField::reasoning: w.key("reasoning"); return w.object([&] { w.field("effort", effort); });
    case EffortField::thinking:
        write_switch(w, is_on);
        if (is_on) w.field("reasoning_effort", effort);
        return;
    case EffortField::thinking_switch: return write_switch(w, is_on);
    case EffortField::enable_thinking: return w.field("enable_thinking", is_on);
    }
}

// The opaque piece of this format is an object with the fields as they came.
std::string write_thoughts(json::Writer& w, const Turn& turn, std::string text, const Endpoint& endpoint)
{
    const ThoughtsBack back = endpoint.thinking.back;
    if (back == ThoughtsBack::none) return text;
    const std::string_view opaque = opaque_of(turn);
    const auto kept = opaque.empty() ? Result<json::Document>{} : json::parse(opaque);
    const auto find = [&](std::string_view key) { return kept && kept->IsObject() ? json::find(*kept, key) : nullptr; };
    if (back == ThoughtsBack::details) {
        if (const json::Value* details = find("reasoning_details")) w.field("reasoning_details", *details);
        return text;
    }
    const json::Value* thought = find("reasoning_content");
    if (back == ThoughtsBack::tags) {
        if (!thought || !thought->IsString()) return text;
        return cat("<think>", json::view(*thought), "</think>\n\n", text);
    }
    // Of a call whose thought is not at hand (a conversation that was resumed, code that was edited) these vendors want at least
    // the field, and not empty. https://api-docs.deepseek.com/guides/thinking_mode
    if (thought) w.field("reasoning_content", *thought);
    else if (has_call(turn)) w.field("reasoning_content", " ");
    return text;
}

bool refuses_effort(std::string_view words)
{
    for (const std::string_view word : {"reasoning", "effort", "thinking", "think value", "output_config"})
        if (words.find(word) != std::string_view::npos) return true;
    return false;
}

}  // namespace oi::llm
