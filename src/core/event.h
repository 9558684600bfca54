// Event and Op: all that passes between a session and whoever drives it (terminal, server, library).
#pragma once

#include "base/error.h"
#include "core/cell.h"
#include "core/chunk.h"
#include "core/review.h"
#include "core/usage.h"

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace oi {

// The answer to a question of approval.
struct Decision {
    enum class Verdict : std::uint8_t {
        run,
        run_all,  // this cell and every later one of this conversation
        refuse,
        nobody,        // there is no one to ask: the turn ends with an error
        run_language,  // this cell and every later one of its language
        run_commands,  // this cell and later ones of nothing but the commands that were offered
        scan,          // not yet: first it is scanned, then asked about again
        edit,          // not yet: edited_code takes the cell's place, is read, and asked about
    };
    Verdict verdict = Verdict::refuse;
    // This runs instead, and the model is told. It is read as the model's code was: where something speaks against it, it is asked
    // about once more.
    std::optional<std::string> edited_code{};
    std::string reason{};  // with refuse: the person's words for the model
    bool operator==(const Decision&) const = default;
};

// A cell wants to run, or (with a warning) wants to go on although something speaks against it.
struct ApprovalAsked {
    int id = 0;  // what Decide answers
    Cell cell;
    std::string folder;          // where it would run
    std::string warning;         // empty, or a line that says why it is asked although auto-run is on
    std::string cause{};         // of a cell: the same; then only this one cell can be allowed
    Reading reading{};           // what it seems to do; prefixes: what run_commands would allow
    std::string scope{};         // the language that run_language would allow; empty: it is not offered
    std::optional<Scan> scan{};  // what scanning has found; empty: it was not scanned
    bool can_scan = false;
};

// A running cell waits for a line from the keyboard.
struct InputAsked {
    int id = 0;
    std::string prompt;
    bool secret = false;  // do not echo, do not store
};

// The next piece of what the model thinks before it answers: shown, no part of the conversation.
struct Reasoning {
    std::string text;
};

// A line for the person that is no part of the conversation.
struct Notice {
    enum class Level : std::uint8_t {
        note,
        warning,
        withdrawn,  // the code that just ended came half: it is taken back and never runs
    };
    Level level = Level::note;
    std::string text;
};

// What is done before the answer begins, "loading the model 40 %": it replaces the one before, and any other event ends it.
struct Progress {
    std::string text;
};

// The program waits before it tries again; `skip` (callable from any thread) ends the wait.
struct Countdown {
    std::string reason;
    std::chrono::steady_clock::time_point until;
    std::function<void()> skip;
};

// The turn is over. Without an error the model had nothing more to run.
struct TurnDone {
    std::optional<Error> error{};  // ErrorKind::cancelled: the person stopped it
    Usage usage{};                 // of all its requests
    Usage conversation{};          // of all requests of the conversation so far
};

using Event = std::variant<Chunk, ApprovalAsked, InputAsked, Usage, Reasoning, Notice, Progress, Countdown, TurnDone>;
using EventSink = std::function<void(const Event&)>;

// Starts a turn.
struct Say {
    Message message;
    std::vector<Message> attached{};  // pictures and files that stand before it
};
// Gives words to the turn that runs: the model's answer stops at once, code that runs goes on to its end, and then the turn goes on with
// them. They are shown as the chunks of a user's message when they have become part of the conversation. While no turn runs it is Say.
// Without words: the code that keeps earlier words waiting is stopped.
struct Steer {
    std::optional<Say> words{};
};
// Answers ApprovalAsked.
struct Decide {
    int id = 0;
    Decision decision;
};
// Answers InputAsked; nullopt: end of file.
struct Input {
    int id = 0;
    std::optional<std::string> line;
};
struct Interrupt {};   // stops the turn; the conversation and the kernels stay
struct Background {};  // the cell that runs goes on as a job, and the turn without it; with none running nothing happens
struct Reset {};       // forgets the conversation and ends the kernels and jobs
struct Compact {};     // makes what the model is sent of the conversation shorter
struct Close {};       // ends the session

using Op = std::variant<Say, Steer, Decide, Input, Interrupt, Background, Reset, Compact, Close>;

}  // namespace oi
