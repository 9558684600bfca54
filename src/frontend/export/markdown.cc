// A conversation as Markdown.
#include "frontend/export/parts.h"

#include "base/text.h"

namespace oi {

namespace {

using namespace exporting;

std::string_view heading(Role role)
{
    switch (role) {
    case Role::user: return "User";
    case Role::assistant: return "Assistant";
    default: return "Computer";
    }
}

// The last part of "image/png".
std::string_view ending(const Picture& picture) { return std::string_view{picture.type}.substr(picture.type.find('/') + 1); }

std::string body(const Message& message, const ExportOptions& options, std::vector<Exported::File>& files)
{
    switch (message.type) {
    case Kind::code: return fenced(message.content, message.format);
    case Kind::console: return message.content.empty() ? std::string{} : fenced(message.content, "output");
    case Kind::image:
        if (auto found = picture(message, options)) {
            files.push_back({cat(options.stem, "-", files.size() + 1, ".", ending(*found)), std::move(found->bytes)});
            return cat("![](<", files.back().name, ">)\n");
        }
        return cat("Picture: ", message.format.starts_with("base64") ? "its data cannot be read" : message.content, "\n");
    case Kind::file: return cat("File: ", message.content, "\n");
    default: return cat(message.content, message.content.ends_with('\n') ? "" : "\n");
    }
}

}  // namespace

Exported to_markdown(std::span<const Message> messages, const ExportOptions& options)
{
    Exported exported{cat("# ", title(messages, options), "\n")};
    std::optional<Role> speaker;
    for (const auto& message : messages) {
        if (!is_shown(message)) continue;
        const std::string text = body(message, options, exported.files);
        if (text.empty()) continue;
        if (speaker != message.role) exported.text += cat("\n## ", heading(message.role), "\n");
        speaker = message.role;
        exported.text += cat("\n", text);
    }
    return exported;
}

}  // namespace oi
