// Trace: lines like those of curl -v.
#include "llm/trace.h"

#include "base/text.h"
#include "llm/recording/mask.h"
#include "net/eventstream.h"

#include <cmath>

namespace oi::llm {

namespace {

// A key that may stand anywhere is masked anywhere; a dummy like "x" is masked in its header only.
constexpr std::size_t shortest_key = 8;

// The value without its scheme, as in "Bearer KEY".
std::string_view secret_of(std::string_view value) { return value.substr(value.find(' ') + 1); }

std::string shown(const net::Header& header)
{
    const auto [name, value] = Mask{{}}.header(header);
    return cat(name, ": ", value);
}

}  // namespace

Trace::Trace(const std::function<void(std::string_view)>& out, std::string_view key) : out_{out} { hide(key); }

void Trace::hide(std::string_view secret)
{
    if (secret.size() >= shortest_key) secrets_.emplace_back(secret);
}

void Trace::say(std::string text) const
{
    for (const auto& secret : secrets_) text = replace_all(std::move(text), secret, "***");
    out_(text);
}

double Trace::elapsed() const
{
    const std::chrono::duration<double, std::milli> time = std::chrono::steady_clock::now() - start_;
    return std::round(time.count() * 10) / 10;
}

void Trace::request(const net::HttpRequest& request)
{
    if (!out_) return;
    for (const auto& header : request.headers)
        if (is_secret_header(header.name)) hide(secret_of(header.value));
    say(cat("> ", request.method, " ", Mask{{}}.url(request.url)));
    for (const auto& header : request.headers) say(cat("> ", shown(header)));
    say(cat("> ", request.body));
}

void Trace::head(const net::HttpHead& head)
{
    if (!out_) return;
    say(cat("< ", head.status, " ", net::status_name(head.status), " after ", elapsed(), " ms"));
    for (const auto& header : head.headers) say(cat("< ", shown(header)));
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
