// Options: how a session is made, and what the program brings to it: a model, languages, functions, hooks.
//
// Callbacks run on a thread of the session, one at a time, never on one of yours, and not always on the same one. Each may use the
// session's events and ops, but must not wait for the end of the turn that it is part of.
//
// An exception that leaves a callback ends the turn (the model's answer, the running code, all of it) and is thrown again, the very
// same object, by whoever takes the events: Session::next, take, chat or stream, after the events before it and in place of TurnDone.
//
// Stopping: the stop_token of a callback is told at once. One that has not returned 150 ms later is left behind: the turn ends
// without it, what it still hands over or throws is dropped, and it keeps its own copy of the callback alive until it returns. So
// neither Interrupt nor ~Session waits for a callback that does not look.
#pragma once

#include "interpreter/message.h"

#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <utility>
#include <vector>

namespace interpreter {

// A model of the program's own. It is given the body of an OpenAI chat.completions request (JSON with model, messages, tools, stream:
// true) and hands over the reply: each call of `sink` takes one chunk of such a stream, the JSON object behind "data: "; a whole
// chat.completion object will do, too. Returning ends the reply. After a stop `sink` drops what it is given.
// The setting `model` is the name in the request (default: "custom") and is what window, price and abilities are looked up by;
// llm_supports_functions, context_window and the like set them.
using Completion =
    std::function<void(const std::string& request, const std::function<void(const std::string& chunk)>& sink, std::stop_token stop)>;

// A live session of a language of the program's own: what a cell defines, the next one can use. Used by one thread at a time.
class Kernel {
public:
    virtual ~Kernel() = default;

    // Runs one cell and hands its output to `output` as it comes: printed text, or any chunk (an image: type "image", format
    // "base64.png"; the line that runs: format "active_line"). What the model shall mend (a syntax error, a failing call) is printed
    // text; an exception ends the turn and reaches the program. On stop: return soon; see above. A cell that ran into the setting
    // cell_timeout is stopped the same way.
    virtual void run(const std::string& code, const std::function<void(const Chunk&)>& output, std::stop_token stop) = 0;

    // What cells have defined, a line each ("rows: list, 200 items").
    virtual std::vector<std::string> variables() { return {}; }
};

struct Language {
    std::string name;              // what the model is told and writes: "sqlite"; case does not matter
    std::string display_name{};    // empty: the name
    std::string file_extension{};  // "sql"
    std::string system_message{};  // told to the model about it; may be empty
    std::vector<std::string> aliases{};
    // Makes the session of a conversation, at its first cell, on a thread of the session. Cells of this language run in the
    // program's own process: no sandbox confines them, and they are never left to the background.
    std::function<std::unique_ptr<Kernel>()> start;
};

// What cells may call: computer.NAME(...) in Python and JavaScript; the model is told name, description and parameters. It runs in
// the program's process, with all that the program may do.
struct Function {
    std::string name;           // a name in Python and JavaScript; not `run` or `files`
    std::string description{};  // for the model
    std::string parameters{};   // JSON schema of the arguments, {"type": "object", "properties": {...}}; empty: none
    // Takes the arguments as a JSON object and gives the result as JSON, which the cell gets as a value.
    std::function<std::string(const std::string& arguments, std::stop_token stop)> call;
};

struct Options {
    // Names and values as in docs/manual/settings.md: {"model", "gpt-4o"}, {"auto_run", "true"}. Later ones win.
    std::vector<std::pair<std::string, std::string>> settings{};
    // Whether config.yaml, its profile and the variables INTERPRETER_... count, below `settings`.
    bool reads_files = false;
    std::string folder{};    // where code starts; empty: the current folder when the session starts
    bool is_stored = false;  // the conversation is kept where the person's are kept; false: in memory alone
    // The program `interpreter`, which starts and guards the language sessions; of the same version. Empty: looked for beside the
    // library, in ../bin, then on PATH. What the first session that starts has found counts for the whole process.
    std::string program{};
    // Called when there are events after there were none, on a thread of the session; must not block and not call into the session.
    std::function<void()> on_event{};

    Completion completion{};            // empty: the model of the settings
    std::vector<Language> languages{};  // beside the built-in ones; one with a built-in name takes its place
    std::vector<Function> functions{};
    // Each message of the conversation when it is complete, whoever it is from, in order.
    std::function<void(const Message&)> on_message{};
    // Before each cell of the conversation runs, with leave already given. Other code: it runs instead, without a question, and
    // replaces it in the conversation. An exception: it does not run, and the turn ends.
    std::function<std::optional<std::string>(const std::string& language, const std::string& code)> before_cell{};
};

}  // namespace interpreter
