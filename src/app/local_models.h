// Local models: what this machine has, as one list, and the choice of one of them.
#pragma once

#include "app/choose_model.h"

#include <cstdint>
#include <vector>

namespace oi {

struct LocalModel {
    std::string name;      // as --model takes it
    std::string api_base;  // empty: a file, or where the environment says
    std::string place;     // "Ollama", "file, 4.7 GB"
    long context_window = 0;
};

// What answers within half a second, then the files of the models folder.
std::vector<LocalModel> local_models();

// --local: the only one there is; else the person is asked, on stderr, where somebody can answer. not_found: there is none, or
// nobody can be asked; `what` is the whole text that says what to do.
Result<ModelChoice> choose_local_model(const Settings& settings);

// The window of a local model that does not say its own, and the longest answer then: the classic program's.
constexpr long unknown_local_window = 3000;
constexpr long unknown_local_answer = 1000;

}  // namespace oi
