// Trace: lines like those of curl -v.
#include "llm/trace.h"

#include "base/text.h"
#include "net/eventstream.h"

#include <cmath>

namespace oi::llm {

namespace {

// A key that may stand anywhere is masked anywhere; a dummy like "x" is masked in its header only.
constexpr std::size_t shortest_key = 8;

std::string masked(const net::Header& header)
{
    const std::string name = lower(header.name);
    for (const std::string_view secret : {"authorization", "x-api-key", "x-goog-api-key", "api-key", "x-amz-security-token"})
        if (name == secret) return header.value.starts_with("Bearer ") ? "Bearer ***" : "***";
    return header.value;
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
    if (body_.starts_with('\0')) {
        ignore(net::EventStreamParser{}.feed(body_,
                                             [&](const net::SseEvent& event) {
                                                 say(cat("< ", event.type, " ", event.text()));
                                                 return true;
                                             }),
               "the reader of the reply says it");
    } else {
        for (const auto line : split(trim(body_), '\n'))
            if (!is_blank(line)) say(cat("< ", line));
    }
    say(cat("= ", transfer ? "complete" : to_line(transfer.error()), " after ", elapsed(), " ms, ", body_.size(), " bytes"));
}

}  // namespace oi::llm
