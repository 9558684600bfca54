// OLLAMA_HOST: the address of an Ollama server, as Ollama itself reads that variable.
#pragma once

#include <string>
#include <string_view>

namespace oi::llm {

// "host", "host:port", ":port", "0.0.0.0" and whole addresses become a base address; "" stays "". The port is 11434
// where none is said, and that of the scheme where the scheme is said; the address of all interfaces means this machine.
std::string ollama_base(std::string_view host);

}  // namespace oi::llm
