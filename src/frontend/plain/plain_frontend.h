// The plain frontend: the conversation as text without escape codes, for files, pipes, logs and screen readers.
#pragma once

#include "core/message.h"
#include "frontend/attachments.h"
#include "sys/wait.h"

#include <optional>
#include <string>

namespace oi {

class MagicHost;
class Session;

struct PlainOptions {
    std::optional<Message> first_message{};
    bool attaches_files = false;          // whose paths stand in the first message
    ReadPictureSize read_picture_size{};  // without it no picture is attached
    std::string first_command{};          // a % command that is run at once
    bool is_one_shot = false;
    bool can_ask = false;         // somebody is there; counts only if stdin is a terminal too
    bool shows_thoughts = false;  // on `errors`
    bool shows_cost = false;      // a line of tokens and dollars to `errors` after each turn
    MagicHost* magic = nullptr;   // what % commands reach beyond the session; may be null
    int input = 0;
    int output = 1;
    int errors = 2;
};

// Prints what is said to `output`, and what is no part of the conversation to `errors`. Without is_one_shot it reads
// messages line by line, until the end of file. Returns the exit code: one-shot that of the turn, else 0;
// 130 after a second Ctrl-C; 1, without a word, when nobody reads the output any more.
int run_plain(Session& session, sys::Wakeup& events, const PlainOptions& options);

}  // namespace oi
