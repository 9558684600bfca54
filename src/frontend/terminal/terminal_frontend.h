// The terminal frontend: a conversation as text that scrolls by, with a line to type on.
#pragma once

#include "core/message.h"
#include "frontend/attachments.h"
#include "sys/wait.h"

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace oi {

class MagicHost;
class Session;

struct TerminalOptions {
    std::optional<Message> first_message{};  // said at once, if it is known already
    std::string first_command{};             // a % command that is run at once
    std::string model_name{};                // to be shown
    std::string folder{};                    // where code runs
    std::string history_path{};              // empty: no history
    bool is_one_shot = false;                // leaves after the first message's turn
    bool can_ask = true;                     // false: code that needs approval is not run
    bool highlight_active_line = true;
    bool has_title = true;                          // the window's title says what runs
    std::chrono::duration<double> notify_after{0};  // a turn that took so long ends with a notification; 0: none does
    bool has_hints = true;                          // shows in grey what the person may be about to type
    std::string pictures{};                         // how they are shown, a word of the setting; empty: as blocks in few colours
    std::vector<std::string> notes{};               // shown at the start, one row each
    // For Tab: names of a kind ("model", "profile"), asked for when it is pressed; may be empty.
    std::function<std::vector<std::string>(std::string_view kind)> completion_names{};
    ReadPictureSize read_picture_size{};  // without it no picture is attached
    MagicHost* magic = nullptr;           // what % commands reach beyond the session; may be null
    int input = 0;
    int output = 1;
};

// Both descriptors are terminals, and the terminal can move its cursor (TERM is set and not "dumb").
bool can_run_terminal(int input, int output);

// Drives the session until the person leaves; returns the program's exit code: 0 left, 130 interrupted, 129 and 143 for
// SIGHUP and SIGTERM; one-shot: that of the turn. `events` must be notified by the session's on_event. The terminal is
// as it was before when this returns, and also when the program crashes. Where can_run_terminal() says no, it is run_plain().
int run_terminal(Session& session, sys::Wakeup& events, const TerminalOptions& options);

}  // namespace oi
