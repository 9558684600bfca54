// What vendors say when they refuse: their own sentence, what kind of failure it is, and how long they ask to wait.
#pragma once

#include "base/error.h"
#include "base/json.h"
#include "llm/provider.h"
#include "net/http.h"

#include <chrono>

namespace oi::llm {

// A reply whose status is not 2xx. "429 Too Many Requests: <the vendor's sentence>", with a hint and retry_after.
// Kinds: rate_limited and network are passing (429, 408, 5xx, 529); all others stay as they are.
Error vendor_error(const net::HttpResponse& failure, const Endpoint& endpoint);

// An error object inside a reply with status 200: `body` has "error". nullopt when it has none.
std::optional<Error> error_in(const json::Value& body);

// The hint that goes with a kind, for this endpoint.
std::string hint_for(ErrorKind kind, const Endpoint& endpoint);

}  // namespace oi::llm
