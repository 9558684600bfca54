// Error: the one exception that the library throws, and Failure, the same as a value.
#pragma once

#include "interpreter/export.h"

#include <stdexcept>
#include <string>
#include <utility>

namespace interpreter {

// Why something failed. `kind` is one of: cancelled, timeout, denied, not_found, invalid, unsupported, auth, rate_limited,
// context_overflow, over_budget, network, protocol, io. `what` names the thing that failed in one line; `hint` says what would mend
// it, or is empty.
struct Failure {
    std::string kind;
    std::string what;
    std::string hint{};
    bool operator==(const Failure&) const = default;
};

// what() is the whole line: "WHAT (HINT)".
class INTERPRETER_API Error : public std::runtime_error {
public:
    explicit Error(Failure failure);
    ~Error() override;

    const std::string& kind() const noexcept { return failure_.kind; }
    const std::string& hint() const noexcept { return failure_.hint; }
    const Failure& failure() const noexcept { return failure_; }

private:
    Failure failure_;
};

}  // namespace interpreter
