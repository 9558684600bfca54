// Ollama window: one POST to /api/show. https://github.com/ollama/ollama/blob/main/docs/api.md
#include "llm/local/ollama_window.h"

#include "base/json.h"
#include "base/text.h"
#include "net/http_client.h"

#include <algorithm>

namespace oi::llm {

long ollama_window(std::string_view base, const std::string& model)
{
    if (base.ends_with("/v1")) base.remove_suffix(3);
    json::Writer w;
    w.object([&] { w.field("model", valid_utf8(model)); });
    net::HttpRequest request;
    request.url = cat(base, "/api/show");
    request.headers = {{"Content-Type", "application/json"}};
    request.body = w.take();
    request.connect_timeout = request.idle_timeout = std::chrono::seconds{2};
    net::HttpClient client;
    const auto response = client.fetch(request, {}, 16 << 20);
    const auto body = response && response->status == 200 ? json::parse(response->body) : Result<json::Document>{};
    const json::Value* facts = body && body->IsObject() ? json::find(*body, "model_info") : nullptr;
    if (!facts || !facts->IsObject()) return 0;
    for (const auto& fact : facts->GetObject())
        if (json::view(fact.name).ends_with(".context_length") && fact.value.IsInt64()) return std::max<long>(fact.value.GetInt64(), 0);
    return 0;
}

}  // namespace oi::llm
