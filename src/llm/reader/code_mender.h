// CodeMender: takes code out of what models wrap around it: a fence, a second call, a template's marks.
#pragma once

#include "llm/reader/call_meaning.h"
#include "llm/reader/call_scan.h"

#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace oi::llm {

// One piece of code, fed as it arrives. Ordinary code passes at once; only a beginning that may be a wrapping, and an end
// that may be a mark, wait.
class CodeMender {
public:
    explicit CodeMender(std::span<const std::string> languages) : languages_{languages} {}

    void feed(std::string_view piece);
    std::string take();  // what may leave now
    // What is left: with nothing taken so far it may be several pieces, or another language. Ready for the next code after it.
    CodeCalls finish(std::string_view language);

private:
    enum class State : unsigned char { deciding, passing, wrapped };
    void decide();
    void scan();

    std::span<const std::string> languages_;
    State state_ = State::deciding;
    std::string held_;
    std::optional<CallScan> scan_;
    std::size_t scanned_ = 0;
};

}  // namespace oi::llm
