// Who is paid, and who is not.
#include "llm/catalogue/pricing.h"

#include "core/cost.h"
#include "llm/vendors.h"
#include "net/http.h"

namespace oi::llm {

namespace {

// Pass on to vendors, also from this machine.
bool is_relay(const Endpoint& endpoint) { return endpoint.prefix == "litellm_proxy" || endpoint.prefix == "openrouter"; }

}  // namespace

bool is_own_server(const Endpoint& endpoint)
{
    const auto host = net::host_of(endpoint.base_url);
    if (endpoint.prefix == "ollama") return host != "ollama.com" && !host.ends_with(".ollama.com");
    const Vendor* vendor = find_vendor(endpoint.prefix);
    return vendor && !is_relay(endpoint) && vendor->keys.empty() && net::is_loopback(net::host_of(vendor->base_url));
}

bool is_local(const Endpoint& endpoint)
{
    return is_own_server(endpoint) || (!is_relay(endpoint) && net::is_loopback(net::host_of(endpoint.base_url)));
}

Price price_at(const Endpoint& endpoint, const ModelFacts& facts)
{
    constexpr Price nothing{.input = 0, .output = 0};
    if (is_own_server(endpoint)) return nothing;
    return is_local(endpoint) && !is_known(facts.price) ? nothing : facts.price;
}

}  // namespace oi::llm
