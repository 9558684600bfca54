// What OpenAI's formats have in common.
#include "llm/providers/openai_family.h"

#include "base/json.h"
#include "base/text.h"
#include "llm/tool.h"

#include <cstdio>

namespace oi::llm {

std::string call_id(int number)
{
    char id[16];
    std::snprintf(id, sizeof id, "call%05d", number);
    return id;
}

std::string call_arguments(const Call& call)
{
    json::Writer arguments;
    write_call_arguments(arguments, call.language, call.code);
    return arguments.take();
}

std::string data_url(const Image& image) { return cat("data:", image.mime, ";base64,", image.data); }

bool is_openai(const Endpoint& endpoint) { return endpoint.base_url.starts_with("https://api.openai.com/"); }

bool is_reasoning_model(std::string_view model)
{
    model.remove_prefix(model.rfind('/') == std::string_view::npos ? 0 : model.rfind('/') + 1);
    return model.starts_with("o1") || model.starts_with("o3") || model.starts_with("o4") || model.starts_with("gpt-5");
}

namespace {

void write_call(json::Writer& w, const Call& call)
{
    w.object([&] {
        w.field("id", call_id(call.number));
        w.field("type", "function");
        w.key("function");
        w.object([&] {
            w.field("name", "execute");
            w.field("arguments", call_arguments(call));
        });
    });
}

}  // namespace

void write_calls(json::Writer& w, const Turn& turn)
{
    w.key("tool_calls");
    w.array([&] {
        for (const auto& part : turn.parts)
            if (const auto* call = std::get_if<Call>(&part)) write_call(w, *call);
    });
}

void write_image(json::Writer& w, const Image& image)
{
    w.object([&] {
        w.field("type", "image_url");
        w.key("image_url");
        w.object([&] { w.field("url", data_url(image)); });
    });
}

}  // namespace oi::llm
