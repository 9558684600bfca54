// The port to kernels: live sessions of programming languages, and how they are started.
#pragma once

#include "base/error.h"
#include "core/chunk.h"
#include "core/event.h"
#include "core/sandbox.h"

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <utility>
#include <vector>

namespace oi {

// What a kernel may use. Copied into the kernel.
struct Host {
    std::string folder;  // working folder of the first cell, absolute
    // The whole environment of the kernel, provider keys already removed ("NAME=value").
    std::vector<std::string> environment;
    // Asks for one line from the keyboard; nullopt: end of file. Called on the thread that runs the cell.
    std::function<std::optional<std::string>(const InputAsked&, std::stop_token)> input;
    // Each command started, for --verbose; may be empty.
    std::function<void(std::string_view)> trace{};
    // A line for the person ("Python 3.11.2, of the virtual environment ..."); may be empty.
    std::function<void(std::string_view)> notice{};
    // Answers a call that a running cell makes: the method ("files.edit") and its arguments as JSON; gives JSON. The message
    // of an Error is what the cell raises. Called on the thread that runs the cell; may be empty.
    std::function<Result<std::string>(std::string_view method, std::string_view arguments, std::stop_token)> call{};
    // Confines the processes of the kernel; null: they may do what the person may. Outlives the kernel.
    const Sandbox* sandbox = nullptr;
    SandboxPolicy policy{};
    // Where what cells define is kept for a fresh session after a crash or a resume; empty: it is not kept.
    std::string state_folder{};
    // Later sessions may be forked from a process that has imported what earlier ones did; it lives until the program ends.
    bool is_warm = false;
    // The Python that the person chose, a path or a name; empty: see kernel/python_finder.h.
    std::string python{};
    bool python_is_default = false;  // it was set in a profile: an active environment and `.venv` go before it
};

// When a run shall end before its cell does. Made from a stop_token where that is all.
struct RunControl {
    RunControl(std::stop_token stop_ = {}) : stop{std::move(stop_)} {}  // NOLINT: a stop_token is the usual one
    std::stop_token stop;
    std::stop_token leave{};                   // run() returns, the cell runs on: see Kernel::go_on
    std::chrono::milliseconds limit{0};        // then the cell is interrupted as by stop: ErrorKind::timeout; 0: none
    std::chrono::milliseconds leave_after{0};  // as `leave`; 0: never
};

// A Kernel is one live session of one language: what a cell defines, the next cell can use.
class Kernel {
public:
    virtual ~Kernel() = default;  // ends the session and every process it started

    // Runs one cell, handing its output to `sink` in the order it happened: console/active_line,
    // console/output, image, code/html; role computer; content only, valid UTF-8.
    // A cell that raises is no Error: its traceback is output, for the model to read and mend.
    // ErrorKind::cancelled on stop and ErrorKind::timeout at the limit, both within 200 ms: the cell was interrupted, and
    // the session survives unless the cell will not yield. ErrorKind::left_running on leave: the cell runs on.
    // Any other Error means the session is gone; the next run starts a fresh one. One call at a time; any thread.
    virtual Result<void> run(const Cell& cell, const ChunkSink& sink, RunControl control) = 0;

    // After ErrorKind::left_running: takes what the cell has written since and goes on until it ends, as run() does. Until
    // it has ended, run() is not called. A kernel that never leaves a cell running does not have it.
    virtual Result<void> go_on(const ChunkSink& /*sink*/, RunControl /*control*/) { return {}; }

    // Where the session is now, or its next process will be; empty: not known. Also while a cell is left running.
    virtual std::string folder() const { return {}; }
    // Its process, which takes all that it started with it when it is killed; 0: there is none, or it is not known.
    virtual long pid() const { return 0; }

    // From its next cell on, what cells define is kept there, as by Host::state_folder; empty: no longer. What is just being kept
    // is waited for, a second at most.
    virtual void keep_in(const std::string& /*state_folder*/) {}

    // What cells have defined: a line each ("rows: list, 200 items"), the newest last, at most a hundred. Runs no code of
    // theirs; asked between cells; empty when the language cannot tell within `limit`.
    virtual std::vector<std::string> variables(std::chrono::milliseconds /*limit*/) { return {}; }
};

// A Language says what it is called and how to start a kernel of it. `start` returns at once, while
// the process may still be starting: calling it early hides the start. An Error names the missing
// program and the package that brings it (ErrorKind::not_found).
struct Language {
    std::string name;                  // "python": lower case, what the model is told
    std::vector<std::string> aliases;  // "py", "python3"
    std::string display_name;          // "Python"
    std::function<Result<std::unique_ptr<Kernel>>(const Host&)> start;
    std::string file_extension{};  // "py"
    // The program that would run it here, a path; empty: it is missing. Starts nothing. Empty function: nothing is needed.
    std::function<std::string(const Host&)> find_runtime{};
    std::string package{};       // what brings that program on Debian: "ruby"
    std::string version_cell{};  // a cell that prints the version
    bool keeps_state = true;     // what a cell defines, the next one can use
    bool is_offered = true;      // the model is told of it; one that is not is for those who name it
};

// Whether this machine can run it.
bool is_available(const Language& language, const Host& host);

// The language that `name` means (case does not matter), or nullptr.
const Language* find_language(const std::vector<Language>& languages, std::string_view name);

}  // namespace oi
