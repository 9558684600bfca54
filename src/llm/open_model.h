// Opening a model: from its name and the settings around it to a LanguageModel.
#pragma once

#include "core/language_model.h"
#include "net/http_client.h"

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace oi::llm {

class Recorder;

// What a recorded run did after a request failed.
struct RecordedTries {
    std::function<bool()> repeats;  // whether the next request is the same again
    std::function<bool()> goes_on;  // whether there is a next one
    bool waits = false;             // as long as ever between tries; false: not at all
};

struct ModelOptions {
    std::string name;         // as the person typed it; script:FILE plays a script, replay:FILE a recording
    std::string api_base;     // empty: PREFIX_API_BASE or PREFIX_BASE_URL of the environment, else the vendor's own
    std::string api_key;      // empty: the vendor's variables
    std::string api_version;  // empty: PREFIX_API_VERSION of the environment, else the one this program knows
    double temperature = -1;  // below 0: the vendor's
    long max_tokens = 0;
    long context_window = 0;
    std::string reasoning_effort;                     // empty: the vendor's own
    std::optional<bool> supports_functions;           // unset: yes, until the server says that it takes no tools
    std::optional<bool> supports_vision;              // unset: what is known of the model
    std::chrono::duration<double> retry_for{30};      // how long one request is tried again in all when nobody watches
    bool is_attended = false;                         // somebody watches and can stop or skip the wait: retries have no end
    std::chrono::milliseconds idle_timeout{120'000};  // longest silence of the server
    // Each request and reply as sent, keys masked, in lines; called on the thread of stream(). May be empty.
    std::function<void(std::string_view)> trace;
    net::Send send{};                      // what carries the requests; empty: HTTP
    std::optional<RecordedTries> tries{};  // of a replay: decides instead of the clock
    std::shared_ptr<Recorder> recorder{};  // keeps what passes; may be empty
    // script:FILE only: each request it gets is appended here as a line of JSON. Empty: INTERPRETER_SCRIPT_SENT.
    std::string script_sent;
};

// Contacts nobody. Errors: invalid (no such vendor, a malformed script with its line), not_found (the script),
// auth (a hosted vendor without a key: names the variable and the other ways).
Result<std::unique_ptr<LanguageModel>> open_model(const ModelOptions& options);

}  // namespace oi::llm
