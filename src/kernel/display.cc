// MIME bundles; see display.h.
#include "kernel/display.h"

#include "base/base64.h"
#include "base/text.h"

namespace oi::kernel {

std::optional<Bundle> parse_bundle(std::string_view payload)
{
    Bundle bundle;
    while (!payload.empty()) {
        const auto line_end = payload.find('\n');
        if (line_end == std::string_view::npos) return {};
        const auto words = split(payload.substr(0, line_end), ' ');
        const auto length = words.size() == 2 ? to_integer(words[1]) : std::nullopt;
        payload.remove_prefix(line_end + 1);
        if (!length || *length < 0 || static_cast<std::size_t>(*length) > payload.size()) return {};
        bundle[std::string{words[0]}] = payload.substr(0, static_cast<std::size_t>(*length));
        payload.remove_prefix(static_cast<std::size_t>(*length));
    }
    return bundle;
}

namespace {

Chunk computer(Kind type, std::string format, std::string content, std::string recipient = {})
{
    return {Role::computer, type, std::move(format), std::move(content), std::move(recipient)};
}

std::string whole_line(std::string text)
{
    if (!text.ends_with('\n')) text += '\n';
    return valid_utf8(std::move(text));
}

}  // namespace

std::vector<Chunk> to_chunks(const Bundle& bundle)
{
    const auto get = [&](std::string_view type) -> const std::string* {
        const auto found = bundle.find(type);
        return found == bundle.end() ? nullptr : &found->second;
    };
    if (const auto* png = get("image/png")) return {computer(Kind::image, "base64.png", base64(*png))};
    if (const auto* jpeg = get("image/jpeg")) return {computer(Kind::image, "base64.jpeg", base64(*jpeg))};
    std::vector<Chunk> chunks;
    const auto* html = get("text/html");
    if (!html) html = get("image/svg+xml");
    if (html) chunks.push_back(computer(Kind::code, "html", valid_utf8(*html), "user"));
    for (const char* type : {"text/plain", "text/markdown", "text/latex", "application/json"}) {
        if (const auto* text = get(type)) {
            chunks.push_back(computer(Kind::console, "output", whole_line(*text)));
            break;
        }
    }
    return chunks;
}

}  // namespace oi::kernel
