// Trace: lines like those of curl -v.
#include "llm/trace.h"

#include "base/text.h"

#include <cmath>

namespace oi::llm {

namespace {

// A key that may stand anywhere is masked anywhere; a dummy like "x" is masked in its header only.
constexpr std::size_t shortest_key = 8;

std::string masked(const net::Header& header)
{
    const std::string name = lower(header.name);
    if (name != "authorization" && name != "x-api-key" && name != "x-goog-api-key") return header.value;
    return header.value.starts_with("Bearer ") ? "Bearer ***" : "***";
}

}  // namespace

void Trace::say(std::string text) const { out_(key_.size() < shortest_key ? text : replace_all(std::move(text), key_, "***")); }

double Trace::elapsed() const
{
    const std::chrono::duration<double, std::milli> time = std::chrono::steady_clock::now() - start_;
    return std::round(time.count() * 10) / 10;
}

void Trace::request(const net::HttpRequest& request)
{
    if (!out_) return;
    say(cat("> ", request.method, " ", request.url));
    for (const auto& header : request.headers) say(cat("> ", header.name, ": ", masked(header)));
    say(cat("> ", request.body));
}

void Trace::head(const net::HttpHead& head)
{
    if (!out_) return;
    say(cat("< ", head.status, " ", net::status_name(head.status), " after ", elapsed(), " ms"));
    for (const auto& header : head.headers) say(cat("< ", header.name, ": ", header.value));
}

void Trace::body(std::string_view bytes)
{
    if (out_) body_ += bytes;
}

void Trace::end(const Result<void>& transfer)
{
    if (!out_) return;
    for (const auto line : split(trim(body_), '\n'))
        if (!is_blank(line)) say(cat("< ", line));
    say(cat("= ", transfer ? "complete" : to_line(transfer.error()), " after ", elapsed(), " ms, ", body_.size(), " bytes"));
}

}  // namespace oi::llm
