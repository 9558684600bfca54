// The port to whoever watches a conversation and answers its questions.
#pragma once

#include "core/event.h"

#include <optional>
#include <stop_token>
#include <string>

namespace oi {

// Called on the thread that runs the turn. show() may block (back-pressure) but must not fail.
// approve() and input() wait for an answer; on stop they return at once (refuse, nullopt).
class Frontend {
public:
    virtual ~Frontend() = default;
    virtual void show(const Event& event) = 0;
    virtual Decision approve(const ApprovalAsked& question, std::stop_token stop) = 0;
    virtual std::optional<std::string> input(const InputAsked& question, std::stop_token stop) = 0;
};

}  // namespace oi
