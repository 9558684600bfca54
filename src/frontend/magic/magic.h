// Magic commands: lines that begin with % speak to the program, not to the model.
#pragma once

#include <functional>
#include <string>
#include <string_view>

namespace oi {

class Session;

// What a command may use. Called while no turn runs.
struct MagicContext {
    Session& session;
    std::function<void(std::string_view)> say;  // one line for the person
};

bool is_magic(std::string_view line);

// Runs the command of a line that is_magic(). An unknown one names the nearest.
void run_magic(std::string_view line, MagicContext& context);

}  // namespace oi
