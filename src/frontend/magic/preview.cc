// One line of a message; see preview.h.
#include "frontend/magic/preview.h"

#include "base/text.h"

namespace oi {

namespace {

std::string speaker(const Message& message)
{
    if (message.type == Kind::code) return message.format;
    if (message.type == Kind::console) return "output";
    if (message.type != Kind::message) return std::string{name(message.type)};
    return message.role == Role::user ? "you" : message.role == Role::assistant ? "answer" : "note";
}

bool stands_before_another(std::span<const Message> messages)
{
    return (messages[0].type == Kind::image || messages[0].type == Kind::file) && messages.size() > 1 && messages[1].role == Role::user;
}

}  // namespace

std::string preview(const Message& message)
{
    constexpr std::size_t longest = 50;
    if (message.type == Kind::image && message.format.starts_with("base64")) return "a picture";
    const std::string_view line = split(trim(message.content), '\n').front();
    const std::string_view words = utf8_prefix(line, longest);
    return cat(speaker(message), ": \"", words, words.size() < trim(message.content).size() ? "...\"" : "\"");
}

std::optional<Say> last_message(std::span<const Message> messages)
{
    if (messages.empty()) return {};
    Say said;
    for (; stands_before_another(messages); messages = messages.subspan(1)) said.attached.push_back(messages[0]);
    said.message = messages[0];
    return said;
}

}  // namespace oi
