// The tool's schema: terse, for every request carries it.
#include "llm/tool.h"

#include "base/text.h"
#include "llm/images/image_limits.h"

namespace oi::llm {

void write_tool_schema(json::Writer& w, std::span<const std::string> languages)
{
    w.object([&] {
        w.field("type", "object");
        w.key("properties");
        w.object([&] {
            w.key("language");
            w.object([&] {
                w.field("type", "string");
                if (languages.empty()) return;
                w.key("enum");
                w.array([&] {
                    for (const auto& language : languages) w.value(language);
                });
            });
            w.key("code");
            w.object([&] { w.field("type", "string"); });
        });
        w.key("required");
        w.array([&] {
            w.value("language");
            w.value("code");
        });
    });
}

void write_function_tools(json::Writer& w, std::span<const std::string> languages)
{
    w.key("tools");
    w.array([&] {
        w.object([&] {
            w.field("type", "function");
            w.key("function");
            w.object([&] {
                w.field("name", "execute");
                w.field("description", tool_description);
                w.key("parameters");
                write_tool_schema(w, languages);
            });
        });
    });
}

void write_call_arguments(json::Writer& w, std::string_view language, std::string_view code)
{
    w.object([&] {
        w.field("language", language);
        w.field("code", code);
    });
}

bool declares_tool(const Request& request, const Endpoint& endpoint)
{
    return request.offers_tools && endpoint.code_form == CodeForm::calls;
}

DialogueForm dialogue_form(const Request& request, const Endpoint& endpoint)
{
    return {.code = declares_tool(request, endpoint) ? CodeForm::calls : CodeForm::fences,
            .takes_images = endpoint.takes_images,
            .limits = image_limits(endpoint.vendor, endpoint.provider ? endpoint.provider->name : "")};
}

std::string system_text(const Request& request, const Endpoint& endpoint)
{
    std::string text{trim(request.system)};
    if (!request.offers_tools || endpoint.code_form == CodeForm::calls) return text;
    return cat(text, text.empty() ? "" : "\n\n", fence_instructions(request.languages));
}

}  // namespace oi::llm
