// Provider: how one vendor writes a request and reads its reply. It is pure: Transport owns sockets, clocks and
// retries, so every provider test is a recorded stream.
#pragma once

#include "core/language_model.h"
#include "llm/accounts/authorizer.h"
#include "llm/reader/chunk_maker.h"
#include "llm/delta.h"
#include "llm/thinking.h"
#include "net/http.h"
#include "net/sse.h"

#include <memory>
#include <string>
#include <string_view>

namespace oi::llm {

class ReplyMemory;
struct Provider;

// Whether the usage must be asked for in a streamed request (OpenAI's stream_options), or comes by itself.
enum class UsageReport : std::uint8_t { asked, unasked };

// What OpenAI's format calls the most that an answer may have.
enum class LimitField : std::uint8_t { max_tokens, max_completion_tokens };

// What a streamed reply is made of: server-sent events, one JSON text a line, or Amazon's binary messages.
enum class Framing : std::uint8_t { events, lines, frames };

// Where a request goes, and what of the settings the wire needs.
struct Endpoint {
    const Provider* provider = nullptr;
    std::string vendor;         // for people: "OpenAI"
    std::string prefix;         // "openai"; empty in tests of a format
    std::string model;          // as the vendor calls it
    std::string base_url;       // without a slash at the end
    std::string unix_socket{};  // where it listens instead of the address's host; empty: at that host
    std::string key;            // empty: none is sent
    std::string key_env;        // the variable that may hold it, for hints; empty: none
    std::string api_version;
    double temperature = -1;  // below 0: not sent
    long max_tokens = 0;      // 0: not sent, or the vendor's least where it must be
    long context_window = 0;  // tokens; 0: unknown
    UsageReport usage_report = UsageReport::asked;
    LimitField limit_field = LimitField::max_tokens;
    bool asks_for_summaries = true;  // of what the model thinks; Responses only
    CodeForm code_form = CodeForm::calls;
    bool takes_images = false;
    std::string reasoning_effort{};            // empty: the vendor's own
    Thinking thinking{};                       // how this vendor is asked to think, and what of its thoughts it wants back
    ReplyMemory* memory = nullptr;             // of this model's replies; nullptr: none is kept
    std::shared_ptr<Authorizer> authorizer{};  // nullptr: the key, if any, is proof enough
};

// Reads one reply; made anew for each.
class Decoder {
public:
    virtual ~Decoder() = default;

    // One event, or line, of a streamed reply. An Error is the vendor's own (an error inside a stream with status 200) or
    // protocol: malformed JSON. The event's bytes are overwritten.
    virtual Result<void> event(const net::SseEvent& event, const DeltaSink& sink) = 0;
    // A reply that came as one JSON text, from a server that does not stream.
    virtual Result<void> whole(std::string body, const DeltaSink& sink) = 0;
    virtual bool is_complete() const = 0;  // the vendor has said all of it
    virtual bool may_end() const = 0;      // the answer is whole, although something about it may still come
};

struct Provider {
    std::string_view name;      // the part before the slash in `--model name/model`
    std::string_view title;     // for people
    std::string_view key_env;   // variables that may hold the key, separated by blanks; empty: this provider needs none
    std::string_view base_url;  // may hold {VARIABLE}; empty: a format that is no vendor of its own
    net::HttpRequest (*encode)(const Request& request, const Endpoint& endpoint);
    std::unique_ptr<Decoder> (*decoder)();
    Error (*classify)(const net::HttpResponse& failure, const Endpoint& endpoint);  // its kind decides what is tried again
    std::string (*models_url)(const Endpoint& endpoint) = nullptr;                  // of GET; nullptr: the base and /models
    Framing framing = Framing::events;
    bool assistant_images = false;  // pictures go back as the model's own
    // Fills in address and authorizer where they take more than a variable each. Contacts nobody. nullptr: they do not.
    Result<void> (*find_account)(Endpoint& endpoint) = nullptr;
};

}  // namespace oi::llm
