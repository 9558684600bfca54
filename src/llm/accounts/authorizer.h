// Authorizer: what proves to a vendor who asks, where a key in a header is not enough: a signature, or a token to be fetched.
#pragma once

#include "base/error.h"
#include "net/http.h"

#include <stop_token>

namespace oi::llm {

// Not for two threads at once.
class Authorizer {
public:
    virtual ~Authorizer() = default;

    // Writes the proof into a request that leaves now; called anew for each try. May block to fetch a token, at most 30 s;
    // a stop ends that with cancelled. Errors name what is wrong with the credentials, and never quote them.
    virtual Result<void> authorize(net::HttpRequest& request, std::stop_token stop) = 0;

    // The vendor has refused the proof. True: the next one will be another, so one more try is worth it.
    virtual bool renew() = 0;
};

}  // namespace oi::llm
