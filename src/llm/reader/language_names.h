// What models call languages and the tool, and what they mean by it.
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace oi::llm {

// The name among `languages` that `word` means ("Python 3", "py": python), else the word in lower case.
std::string canonical_language(std::string_view word, std::span<const std::string> languages);

// Whether the word is what some language is called, here or elsewhere.
bool is_language(std::string_view word, std::span<const std::string> languages);

// "execute", "functions.execute", "default_api.execute" and the like.
bool is_execute_name(std::string_view name);

}  // namespace oi::llm
