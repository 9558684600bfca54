// Completion: one chat request answered: template, grammar and sampling, tokens, and the deltas of OpenAI's stream.
// https://platform.openai.com/docs/api-reference/chat/create
#pragma once

#include "engine/connection.h"
#include "engine/inference.h"

#include <chrono>

namespace oi::engine {

// Answers POST /v1/chat/completions on a stream that has begun, up to its end. Errors are the caller's to report:
// invalid (the request), context_overflow, cancelled (the client has gone), io. A stop leaves what was evaluated in the context.
Result<void> complete_chat(Inference& inference, const std::string& body, Connection& connection);

// Tells the client what is done before the answer begins, a few times a second, and nothing of what takes no time:
// {"progress":{"what":"loading the model","percent":40}}
class ProgressTeller {
public:
    ProgressTeller(Connection& connection, std::string_view what) : connection_{connection}, what_{what} {}
    bool tell(int percent);  // false: the client has gone

private:
    Connection& connection_;
    std::string_view what_;
    std::chrono::steady_clock::time_point told_at_ = std::chrono::steady_clock::now();
    int told_ = -1;
};

}  // namespace oi::engine
