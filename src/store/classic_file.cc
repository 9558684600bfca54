// Reads classic conversation files; see classic_file.h.
#include "store/classic_file.h"

#include "base/json.h"
#include "base/text.h"

namespace oi::store {

namespace {

void add_new_form(const json::Value& one, Role role, std::vector<Message>& messages)
{
    const auto type = kind_from(json::text(one, "type", "message"));
    const json::Value* content = json::find(one, "content");
    if (!type || !content || *type == Kind::confirmation || *type == Kind::status) return;
    std::string text = content->IsString() ? std::string{json::view(*content)} : json::to_text(*content);
    std::string format{json::text(one, "format")};
    if (*type == Kind::image && format == "base64") format = "base64.png";
    messages.push_back({role, *type, std::move(format), std::move(text), std::string{json::text(one, "recipient")}});
}

void add_old_form(const json::Value& one, Role role, std::vector<Message>& messages)
{
    if (const auto said = json::text(one, "message"); !said.empty()) messages.push_back({role, Kind::message, "", std::string{said}});
    if (const auto source = json::text(one, "code"); !source.empty())
        messages.push_back(code(std::string{json::text(one, "language", "python")}, std::string{source}));
    if (json::find(one, "output")) messages.push_back(output(std::string{json::text(one, "output")}));
}

}  // namespace

Result<std::vector<Message>> read_classic(std::string_view text)
{
    OI_TRY(const auto document, json::parse(text));
    std::vector<Message> messages;
    if (document.IsArray())
        for (const auto& one : document.GetArray()) {
            const auto role = role_from(json::text(one, "role"));
            if (!role || *role == Role::system) continue;
            if (json::find(one, "content")) add_new_form(one, *role, messages);
            else add_old_form(one, *role, messages);
        }
    if (messages.empty())
        return fail(ErrorKind::invalid, "this is no conversation", "it has to be a JSON list of messages with a role and content");
    return messages;
}

}  // namespace oi::store
