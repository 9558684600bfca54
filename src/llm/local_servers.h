// Local servers: whether a model's server already runs on this machine.
#pragma once

#include <chrono>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace oi::llm {

// Where a kind of server usually listens, on 127.0.0.1.
struct LocalPort {
    std::string_view prefix;  // "ollama": what stands before the slash in a model's name
    std::string_view title;
    int port = 0;
};

struct LocalServer {
    std::string title;     // "Ollama"
    std::string model;     // "ollama/llama3": a name that open_model takes
    std::string api_base;  // "http://127.0.0.1:11434/v1"
};

// Ollama, LM Studio, llama.cpp, vLLM, Jan.
std::span<const LocalPort> usual_ports();

// Asks all ports at once which models they have and returns the first in their order that answers sensibly with at least
// one; nullopt when none has within the limit. Our own server is passed over, and whatever does not answer, or not as a
// model's server does. Blocks for `limit` at most; any thread.
std::optional<LocalServer> find_local_server(std::span<const LocalPort> ports = usual_ports(),
                                             std::chrono::milliseconds limit = std::chrono::milliseconds{150});

}  // namespace oi::llm
