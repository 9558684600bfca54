// Magic commands: lines that begin with % speak to the program, not to the model.
#pragma once

#include "base/error.h"
#include "core/event.h"

#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace oi {

class MagicHost;
class Session;

// What a command may use. Called while no turn runs. What the frontend or the program does not have is empty.
struct MagicContext {
    Session& session;
    std::function<void(std::string_view)> say;  // one line for the person
    MagicHost* host = nullptr;                  // model, settings and store of the program
    // Starts a turn, with the message on the screen as if it had been typed.
    std::function<void(Say)> send{};
    // Shows whole files, in a pager where there is a terminal for it.
    std::function<Result<void>(const std::vector<std::string>& paths)> page{};
    // Lets the person edit a text in their own editor.
    std::function<Result<std::string>(std::string_view text, std::string_view language)> edit{};
    // Gives bytes that the terminal understands to it.
    std::function<void(std::string_view)> tell_terminal{};
    std::function<void()> leave{};  // ends the program
    std::string working{};          // set by a command that started something: who works now
    bool has_failed = false;        // set by one that could not do what it was asked
};

bool is_magic(std::string_view line);
// Whether it is a command that exists: words of a command line that only begin with % are a message.
bool is_magic_command(std::string_view line);

// Runs the command of a line that is_magic(). An unknown one names the nearest.
void run_magic(std::string_view line, MagicContext& context);

}  // namespace oi
