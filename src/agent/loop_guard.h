// LoopGuard: notices a model that runs the same code with the same result again and again.
#pragma once

#include "core/event.h"

#include <map>
#include <string>
#include <string_view>
#include <utility>

namespace oi {

class LoopGuard {
public:
    // How often this code has now given this result (1 for the first time).
    int count(const Cell& cell, std::string_view result) { return ++seen_[{cell.language + "\n" + cell.code, std::string{result}}]; }
    void forget() { seen_.clear(); }

private:
    std::map<std::pair<std::string, std::string>, int> seen_;
};

}  // namespace oi
