// Transport: sends a model's request, tries again where that may help, and says what it does when asked to.
#pragma once

#include "core/language_model.h"
#include "llm/open_model.h"
#include "llm/provider.h"
#include "llm/reader/reply_reader.h"
#include "net/http_client.h"

namespace oi::llm {

// The only place with retries. One request at a time.
class Transport {
public:
    explicit Transport(const ModelOptions& options);

    // Retries passing failures while nothing has been handed over; each wait is a Countdown. Errors name the vendor.
    Result<Usage> send(const net::HttpRequest& request, const Endpoint& endpoint, std::span<const std::string> languages,
                       const EventSink& sink, std::stop_token stop);

    // A small question besides, sent once, over the same connection; any status is an answer.
    Result<net::HttpResponse> fetch(const net::HttpRequest& request, const Endpoint& endpoint, std::stop_token stop);
    // The wait before a request that goes on where replies broke off. The last of `breaks`: no more time for retries.
    Result<void> wait_after(std::span<const Error> breaks, const EventSink& sink, std::stop_token stop) const;

private:
    Result<Usage> try_once(const net::HttpRequest& request, ReplyReader& reader, const Endpoint& endpoint, std::stop_token stop);
    Result<void> wait(std::chrono::milliseconds time, const Error& reason, const EventSink& sink, std::stop_token stop) const;

    std::optional<std::chrono::milliseconds> retry_for_;  // nullopt: for ever
    std::chrono::milliseconds idle_timeout_;
    std::function<void(std::string_view)> trace_;
    net::Send send_;
    std::optional<RecordedTries> tries_;  // of a replay
};

}  // namespace oi::llm
