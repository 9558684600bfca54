// The port to kernels: live sessions of programming languages, and how they are started.
#pragma once

#include "base/error.h"
#include "core/chunk.h"
#include "core/event.h"

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <utility>
#include <vector>

namespace oi {

class Sandbox;

// What a kernel may use. Copied into the kernel.
struct Host {
    std::string folder;  // working folder of the first cell, absolute
    // The whole environment of the kernel, provider keys already removed ("NAME=value").
    std::vector<std::string> environment;
    // Asks for one line from the keyboard; nullopt: end of file. Called on the thread that runs the cell.
    std::function<std::optional<std::string>(const InputAsked&, std::stop_token)> input;
    // Each command started, for --verbose; may be empty.
    std::function<void(std::string_view)> trace;
};

// A Kernel is one live session of one language: what a cell defines, the next cell can use.
class Kernel {
public:
    virtual ~Kernel() = default;  // ends the session and every process it started

    // Runs one cell, handing its output to `sink` in the order it happened: console/active_line,
    // console/output, image, code/html; role computer; content only, valid UTF-8.
    // A cell that raises is no Error: its traceback is output, for the model to read and mend.
    // An Error means the session is gone; the next run starts a fresh one.
    // On stop, interrupts the cell and returns ErrorKind::cancelled within 200 ms; the session survives
    // unless the cell will not yield. One call at a time; any thread.
    virtual Result<void> run(const Cell& cell, const ChunkSink& sink, std::stop_token stop) = 0;

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
};

// The language that `name` means (case does not matter), or nullptr.
const Language* find_language(const std::vector<Language>& languages, std::string_view name);

}  // namespace oi
