// A conversation as the JSON list of classic Open Interpreter, both ways.
#include "frontend/export/export.h"

#include "base/json.h"
#include "base/text.h"
#include "core/chunk.h"

namespace oi {

namespace {

Result<Message> message_from(const json::Value& value, std::size_t number)
{
    const auto wrong = [&](std::string_view what) { return fail(ErrorKind::invalid, cat("message ", number, " ", what)); };
    if (!value.IsObject()) return wrong("is no object");
    const auto role = role_from(json::text(value, "role"));
    if (!role) return wrong("has no role that is known (user, assistant, computer)");
    const auto type = kind_from(json::text(value, "type"));
    if (!type) return wrong("has no type that is known (message, code, console, image, file)");
    const json::Value* content = json::find(value, "content");
    if (!content || !content->IsString()) return wrong("has no content that is text");
    for (const char* key : {"format", "recipient"})
        if (const auto* field = json::find(value, key); field && !field->IsString()) return wrong(cat("has a ", key, " that is no text"));
    return Message{*role, *type, std::string{json::text(value, "format")}, valid_utf8(std::string{json::view(*content)}),
                   std::string{json::text(value, "recipient")}};
}

}  // namespace

std::string to_json_list(std::span<const Message> messages)
{
    std::string text = "[";
    for (const auto& message : messages) text += cat(text.size() > 1 ? ",\n  " : "\n  ", to_json(message));
    return text + "\n]\n";
}

Result<std::vector<Message>> from_json_list(std::string_view text)
{
    OI_TRY(const auto document, json::parse(text));
    if (!document.IsArray()) return fail(ErrorKind::invalid, "it is no list of messages");
    std::vector<Message> messages;
    for (const auto& value : document.GetArray()) {
        OI_TRY(auto message, message_from(value, messages.size() + 1));
        messages.push_back(std::move(message));
    }
    return messages;
}

}  // namespace oi
