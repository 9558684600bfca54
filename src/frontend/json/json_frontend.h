// The json frontend: one LMC chunk a line, both ways. It is how programs and tests drive a session.
#pragma once

#include "core/message.h"
#include "sys/wait.h"

#include <optional>

namespace oi {

class Session;

struct JsonOptions {
    std::optional<Message> first_message{};
    bool is_one_shot = false;  // leaves after the first message's turn
    int input = 0;
    int output = 1;
};

// The lines are those of docs/protocol.md. After the end of the input the turns that wait are still done; what they ask
// is answered "nobody". Returns the exit code of the last turn (0 when there was none); 130 after SIGINT, 128 + the
// number after another signal; 1 when nobody reads the output any more.
int run_json(Session& session, sys::Wakeup& events, const JsonOptions& options);

}  // namespace oi
