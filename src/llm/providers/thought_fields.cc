// ThoughtFields: pieces of entries, joined.
#include "llm/providers/thought_fields.h"

#include "base/text.h"

#include <algorithm>

namespace oi::llm {

namespace {

// Of these a later piece is the continuation, of others the new value.
bool grows(std::string_view key) { return key == "text" || key == "summary" || key == "data" || key == "signature"; }

}  // namespace

void ThoughtFields::join(Entry& entry, const json::Value& piece)
{
    for (const auto& member : piece.GetObject()) {
        const auto key = json::view(member.name);
        const bool is_text = grows(key);
        if (is_text && !member.value.IsString()) continue;  // null: nothing yet
        const std::string value = is_text ? std::string{json::view(member.value)} : json::to_text(member.value);
        const auto found = std::find_if(entry.fields.begin(), entry.fields.end(), [&](const auto& field) { return field.first == key; });
        if (found == entry.fields.end()) entry.fields.emplace_back(key, value);
        else if (is_text) found->second += value;
        else if (!member.value.IsNull()) found->second = value;
    }
}

void ThoughtFields::add_details(const json::Value& details)
{
    for (const auto& piece : details.GetArray()) {
        if (!piece.IsObject()) continue;
        const auto index = json::integer(piece, "index", -1);
        const auto type = json::text(piece, "type");
        const bool goes_on = !details_.empty() && index >= 0 && details_.back().index == index && details_.back().type == type;
        if (!goes_on) details_.push_back({index, std::string{type}, {}});
        join(details_.back(), piece);
    }
}

std::string ThoughtFields::text() const
{
    if (text_.empty() && details_.empty()) return {};
    json::Writer kept;
    kept.object([&] {
        if (!text_.empty()) kept.field("reasoning_content", valid_utf8(text_));
        if (details_.empty()) return;
        kept.key("reasoning_details");
        kept.array([&] {
            for (const auto& entry : details_)
                kept.object([&] {
                    for (const auto& [key, value] : entry.fields) {
                        kept.key(key);
                        if (grows(key)) kept.value(valid_utf8(value));
                        else kept.raw(value);
                    }
                });
        });
    });
    return kept.take();
}

}  // namespace oi::llm
