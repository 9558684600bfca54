// CellCalls: what a running cell asks of the program while it waits (docs/protocol.md).
#pragma once

#include "agent/conversation.h"

namespace oi {

class CellCalls {
public:
    explicit CellCalls(Conversation& conversation) : conversation_{conversation} {}

    // Answers a call with JSON. `run` {language, code} runs a cell in the session of that language, the one that the
    // conversation's own cells use, and gives its output as a list of messages; everything else is for
    // ConversationOptions::call. On the thread of the cell that asks; a stop ends the cell that it waits for, too.
    // The Error's line is what the cell raises.
    Result<std::string> answer(std::string_view method, std::string_view arguments, std::stop_token stop);

private:
    Result<std::string> run(std::string_view arguments, std::stop_token stop);
    Result<const Language*> callable(std::string_view name) const;
    Result<void> check_danger(const Cell& cell) const;

    Conversation& conversation_;
};

// Marks a language as running a cell for as long as it lives.
class RunningCell {
public:
    RunningCell(std::vector<std::string>& running, std::string language) : running_{running} { running_.push_back(std::move(language)); }
    RunningCell(const RunningCell&) = delete;
    ~RunningCell() { running_.pop_back(); }

private:
    std::vector<std::string>& running_;
};

}  // namespace oi
