// Ollama window: what Ollama knows of how much a model takes in.
#pragma once

#include <string>
#include <string_view>

namespace oi::llm {

// The window in tokens that the model was trained with, as the server at `base` ("http://127.0.0.1:11434/v1") tells in
// /api/show; 0: it does not say. Blocks for two seconds at most.
long ollama_window(std::string_view base, const std::string& model);

}  // namespace oi::llm
