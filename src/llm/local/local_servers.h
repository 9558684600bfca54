// Local servers: whether a model's server already runs on this machine.
#pragma once

#include <chrono>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace oi::llm {

// Where a kind of server listens.
struct LocalPort {
    std::string_view prefix;  // "ollama": what stands before the slash in a model's name
    std::string_view title;
    int port = 0;
    std::string host = "127.0.0.1";
    std::string path = "/v1";  // of its imitation of OpenAI
};

struct LocalServer {
    std::string title;     // "Ollama"
    std::string model;     // "ollama/llama3": a name that open_model takes
    std::string api_base;  // "http://127.0.0.1:11434/v1"
};

// A model that a server of this machine has, and can hold a conversation.
struct ServedModel {
    std::string id;           // as the server calls it
    long context_window = 0;  // tokens, as the server says; 0: it does not
};

struct ServerModels {
    LocalPort port;
    std::vector<ServedModel> models;  // in the server's order; may be empty
};

// Ollama, LM Studio, llama.cpp, vLLM, Jan, where they usually listen.
std::span<const LocalPort> usual_ports();

// The same and some more, each where the environment says that it listens: OLLAMA_HOST, PREFIX_API_BASE, PREFIX_BASE_URL
// (http only), else at its usual port.
std::vector<LocalPort> configured_ports();

// Asks all ports at once which models they have and returns the first in their order that answers sensibly with at least
// one; nullopt when none has within the limit. Our own server is passed over, and whatever does not answer, or not as a
// model's server does. Blocks for `limit` at most; any thread.
std::optional<LocalServer> find_local_server(std::span<const LocalPort> ports = usual_ports(),
                                             std::chrono::milliseconds limit = std::chrono::milliseconds{150});

// Asks all ports at once; those that answered as a model's server within the limit, in order. Ours is passed over.
std::vector<ServerModels> find_local_models(std::span<const LocalPort> ports,
                                            std::chrono::milliseconds limit = std::chrono::milliseconds{500});

std::string base_of(const LocalPort& port);  // "http://127.0.0.1:11434/v1"

}  // namespace oi::llm
