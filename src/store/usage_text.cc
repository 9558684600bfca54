// Usage to text and back.
#include "store/usage_text.h"

#include "base/json.h"

namespace oi::store {

std::string usage_text(const Usage& usage)
{
    json::Writer w;
    w.object([&] {
        w.field("input", std::int64_t{usage.input_tokens});
        w.field("output", std::int64_t{usage.output_tokens});
        w.field("cached", std::int64_t{usage.cached_tokens});
        w.field("cache_write", std::int64_t{usage.cache_write_tokens});
        w.field("cost", usage.cost);
        w.field("unpriced", std::int64_t{usage.unpriced_requests});
    });
    return w.take();
}

Usage usage_from(std::string_view text)
{
    const auto parsed = json::parse(text);
    if (!parsed) return {};
    const json::Value* cost = json::find(*parsed, "cost");
    return {.input_tokens = json::integer(*parsed, "input"),
            .output_tokens = json::integer(*parsed, "output"),
            .cached_tokens = json::integer(*parsed, "cached"),
            .cache_write_tokens = json::integer(*parsed, "cache_write"),
            .cost = cost && cost->IsNumber() ? cost->GetDouble() : 0,
            .unpriced_requests = json::integer(*parsed, "unpriced")};
}

}  // namespace oi::store
