// Reading the contents of Jupyter's outputs; see output.h.
#include "kernel/jupyter/output.h"

#include "base/base64.h"
#include "base/text.h"
#include "kernel/display.h"

namespace oi::kernel::jupyter {
namespace {

// A text may be a list of its lines.
std::string text_of(const json::Value& value)
{
    if (value.IsString()) return std::string{json::view(value)};
    if (!value.IsArray()) return json::to_text(value);
    std::string all;
    for (const auto& line : value.GetArray())
        if (line.IsString()) all += json::view(line);
    return all;
}

bool is_base64(std::string_view type) { return type.starts_with("image/") && type != "image/svg+xml"; }

template <class Visit>
void each_payload(const json::Value& content, Visit visit)
{
    const auto* payload = json::find(content, "payload");
    if (!payload || !payload->IsArray()) return;
    for (const auto& entry : payload->GetArray()) visit(entry, json::text(entry, "source"));
}

}  // namespace

std::vector<Chunk> display_chunks(const json::Value& data)
{
    Bundle bundle;
    if (data.IsObject())
        for (const auto& entry : data.GetObject()) {
            const auto type = json::view(entry.name);
            const bool is_json = type == "application/json" || type.ends_with("+json");
            std::string text = is_json ? json::to_text(entry.value) : text_of(entry.value);
            bundle[std::string{type}] = is_base64(type) ? from_base64(text) : std::move(text);
        }
    return to_chunks(bundle);
}

std::string error_text(const json::Value& content)
{
    std::string text;
    if (const auto* lines = json::find(content, "traceback"); lines && lines->IsArray())
        for (const auto& line : lines->GetArray())
            if (line.IsString()) text += cat(text.empty() ? "" : "\n", json::view(line));
    if (is_blank(text)) text = cat(json::text(content, "ename", "error"), ": ", json::text(content, "evalue"));
    text = without_escapes(valid_utf8(std::move(text)));
    if (!text.ends_with('\n')) text += '\n';
    return text;
}

std::vector<Chunk> page_chunks(const json::Value& content)
{
    std::vector<Chunk> chunks;
    each_payload(content, [&](const json::Value& entry, std::string_view source) {
        const auto* data = json::find(entry, "data");
        if (source != "page" || !data) return;
        for (auto& chunk : display_chunks(*data)) {
            if (chunk.type == Kind::console) chunk.content = without_escapes(chunk.content);
            chunks.push_back(std::move(chunk));
        }
    });
    return chunks;
}

bool asks_to_exit(const json::Value& content)
{
    bool asks = false;
    each_payload(content, [&](const json::Value& entry, std::string_view source) {
        asks = asks || (source == "ask_exit" && !json::boolean(entry, "keepkernel"));
    });
    return asks;
}

}  // namespace oi::kernel::jupyter
