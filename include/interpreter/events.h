// Event: what a session tells. Op: what it is told.
#pragma once

#include "interpreter/error.h"
#include "interpreter/message.h"

#include <functional>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace interpreter {

// What requests to the model cost: tokens as the vendor counts them.
struct Usage {
    long input_tokens = 0;  // all of the request, from the vendor's cache or not
    long output_tokens = 0;
    long cached_tokens = 0;       // part of input_tokens that came from the cache
    long cache_write_tokens = 0;  // part of input_tokens that was written to it
    double cost = 0;              // dollars
    long unpriced_requests = 0;   // requests whose price is not known: `cost` is without them
    bool operator==(const Usage&) const = default;
};

// What a scan has to say about a line of code.
struct Finding {
    std::string rule;   // "SC2115"
    std::string level;  // info, warning or danger
    int line = 0;       // from 1; 0: the whole code
    std::string text;
    std::string scanner;  // "shellcheck"; "rules": built in
    bool operator==(const Finding&) const = default;
};

// Code wants to run; the turn waits for Decide with this id. The confirmation chunk before it has the same id.
struct ApprovalAsked {
    int id = 0;
    std::string language;               // as the model wrote it
    std::string code;                   // empty with some warnings
    std::string folder;                 // where it would run
    std::string warning;                // why this is asked although code may run; empty: it is the usual question
    std::vector<std::string> hints;     // what it seems to do ("writes ./out.csv"): never complete
    std::vector<std::string> dangers;   // why it is asked about even with auto_run
    std::vector<Finding> findings;      // of a scan (safe_mode)
    std::vector<std::string> prefixes;  // the commands that Decide::run_commands would allow; empty: it is not on offer
    bool can_scan = false;              // Decide::scan is on offer
};

// A running cell waits for a line from the keyboard: Input with this id.
struct InputAsked {
    int id = 0;
    std::string prompt;
    bool secret = false;  // a password: not to be shown
};

// The next piece of what the model thinks before it answers; no part of the conversation.
struct Reasoning {
    std::string text;
};

// A line for the person; no part of the conversation. `level`: note, warning, or withdrawn (the code that just ended came only half:
// it is taken back and never runs).
struct Notice {
    std::string level;
    std::string text;
};

// What is done before an answer begins ("loading the model 40 %"); it replaces the one before.
struct Progress {
    std::string text;
};

// A request failed and is sent again after that time. `skip` ends the wait; callable from any thread, also when it is over.
struct Countdown {
    std::string reason;
    double seconds = 0;
    std::function<void()> skip{};
};

// The turn is over: the last event of each Say, GoOn, Run, Reset and Compact. Without a failure the model had no more code to run.
// kind "cancelled": it was stopped.
struct TurnDone {
    std::optional<Failure> failure{};
    Usage usage{};         // of this turn
    Usage conversation{};  // of all turns
};

using Event = std::variant<Chunk, ApprovalAsked, InputAsked, Usage, Reasoning, Notice, Progress, Countdown, TurnDone>;

// Starts a turn. While another one runs it waits for its end.
struct Say {
    Message message;
    std::vector<Message> attached{};  // pictures and files that stand before it
};

// A turn without new words. If the last message is code of the assistant, that is asked about and runs first; then the model goes on.
struct GoOn {};

// A cell of the program's own, in the session that the conversation's cells of that language use. Its output comes as chunks; it is
// no part of the conversation and nobody is asked. TurnDone, kind not_found: there is no such language.
struct Run {
    std::string language;
    std::string code;
};

// Answers ApprovalAsked. An id that nobody waits for is ignored.
struct Decide {
    enum class Verdict {
        run,
        run_all,       // this and all later code of the conversation, as auto_run
        refuse,        // the model is told, with `reason`
        nobody,        // there is no one to ask: the turn ends, with the failure "denied" unless auto_run was on
        run_language,  // this and all later code in its language
        run_commands,  // this and later code of nothing but the commands of ApprovalAsked::prefixes
        scan,          // scan it first, then ask again
    };
    int id = 0;
    Verdict verdict = Verdict::refuse;
    std::optional<std::string> edited_code{};  // runs instead, and replaces it in the conversation
    std::string reason{};
};

// Answers InputAsked; no line: end of file.
struct Input {
    int id = 0;
    std::optional<std::string> line{};
};

// Words for the turn that runs: the model's answer stops, running code goes on to its end, then the model is told. Without a turn it
// is Say.
struct Steer {
    Say words;
};

// Stops the turn and its code within 200 ms: TurnDone, kind "cancelled". The conversation and its language sessions stay.
struct Interrupt {};

// The running code goes on by itself, the turn without it.
struct Background {};

// Ends the session of that language, and with it all its variables; empty: of every language. The next code starts a new one.
struct Restart {
    std::string language{};
};

// Stops the turn, forgets the conversation and ends all language sessions.
struct Reset {};

// Sums up what the model is sent of the conversation. The messages stay.
struct Compact {};

using Op = std::variant<Say, GoOn, Run, Decide, Input, Steer, Interrupt, Background, Restart, Reset, Compact>;

}  // namespace interpreter
