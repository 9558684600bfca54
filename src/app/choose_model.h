// Which model to talk to when nobody said.
#pragma once

#include "base/error.h"
#include "config/invocation.h"
#include "net/http_client.h"

#include <string>
#include <string_view>

namespace oi {

struct ModelChoice {
    std::string name;
    std::string api_base{};     // empty: the vendor's own
    std::string note{};         // a line that says why it was chosen; empty when it was asked for
    long context_window = 0;    // of a local model, as its server says; 0: it does not
    std::string key{};          // that could not be kept, for this run alone; empty: wherever keys are
    std::string_view script{};  // not empty: no model, but this script (see llm/script/script.h)
    net::Send send{};           // carries the requests, in OpenAI's format; empty: HTTP
};

// --model as given; with --local, one of this machine, chosen by the person; else what a key in the environment opens; else a local server
// that answers. With --offline only the local ones are looked for. not_found: there is nothing; `what` is the whole screen that says the
// ways to go on.
Result<ModelChoice> choose_model(const config::Invocation& invocation);

}  // namespace oi
