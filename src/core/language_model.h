// The port to language models: a request goes in, chunks come out as they arrive.
#pragma once

#include "base/error.h"
#include "core/event.h"
#include "core/message.h"

#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <vector>

namespace oi {

// Dollars per million tokens; below 0: not known.
struct Price {
    double input = -1;
    double output = -1;
    double cached_input = -1;  // read from the provider's cache
    double cache_write = -1;   // written to it
    bool operator==(const Price&) const = default;
};

// What a model can take. 0 means unknown.
struct ModelInfo {
    std::string name;         // as the person typed it
    long context_window = 0;  // tokens
    long max_tokens = 0;      // most output tokens
    bool supports_functions = true;
    bool supports_vision = false;
    Price price{};
};

// One request. The referenced messages must outlive the call.
struct Request {
    std::string_view system;
    std::span<const Message> messages;
    std::span<const std::string> languages;  // what `execute` may name
    bool offers_tools = true;                // false: a request for words alone, such as a summary
    std::span<const Error> breaks{};         // how replies before it broke off half-way: it is sent after the wait of a retry
};

class LanguageModel {
public:
    virtual ~LanguageModel() = default;

    // Sends the request and hands what comes back to `sink`, in order, on this thread: Chunk
    // (assistant message or code, content only; end_mark() between two calls), Reasoning, Notice, Progress, Countdown.
    // Success: the reply is complete. Failure: what had arrived has been handed over already; code is whole only if its
    // end_mark() came, and nothing comes behind code that is not. Kinds as in ErrorKind. On stop: closes the connection and returns
    // ErrorKind::cancelled within 100 ms. Retries happen inside, and only before a chunk was handed over; thoughts may come
    // twice. One call at a time.
    virtual Result<Usage> stream(const Request& request, const EventSink& sink, std::stop_token stop) = 0;

    // How many input tokens the provider will count for this request; contacts nobody.
    virtual long count_tokens(const Request& request) = 0;

    // Learns what is not known of the model yet by asking its server, once; to be called before the first request is made to
    // fit. Then info() has it. Blocks for 2 s at most; what could not be learned is said to `sink` once. On stop: returns.
    virtual void learn(const EventSink& /*sink*/, std::stop_token /*stop*/) {}

    // Every model that may answer the next request; the one of info() is among them.
    virtual std::vector<ModelInfo> candidates() const { return {info()}; }

    // What is known now: learn(), and a server that refuses a request as too long, may change it.
    virtual ModelInfo info() const = 0;
};

}  // namespace oi
