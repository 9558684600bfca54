// Server window: the questions of ask_server, over a connection of its own.
#include "llm/local/server_window.h"

#include "llm/catalogue/ask_server.h"
#include "llm/endpoint_for.h"
#include "net/http_client.h"

namespace oi::llm {

long server_window(const ModelOptions& options)
{
    using Clock = std::chrono::steady_clock;
    const auto deadline = Clock::now() + std::chrono::seconds{2};
    const auto endpoint = endpoint_for(options);
    if (!endpoint) return 0;
    net::HttpClient client;
    const auto facts = ask_server(*endpoint, [&](net::HttpRequest request) -> std::string {
        const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - Clock::now());
        if (left.count() <= 0) return {};
        request.connect_timeout = request.idle_timeout = left;
        const auto response = client.fetch(request, {}, 16 << 20);
        return response && response->status == 200 ? response->body : std::string{};
    });
    return facts.context_window;
}

}  // namespace oi::llm
