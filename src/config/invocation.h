// Invocation: what the person asked for, from the command line, the environment and a profile together.
#pragma once

#include "base/error.h"
#include "config/tables.h"
#include "core/settings.h"

#include <array>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace oi::config {

// `chat`: no command was named. The others are the rows of commands.def.
enum class Command : std::uint8_t {
    chat,
#define COMMAND(name, short_flag, value, help) name,
#include "config/commands.def"
};

// Later wins.
enum class Source : std::uint8_t { default_value, config_file, profile, environment, flag };
std::string_view name(Source source);

// Where a setting's value comes from: the flag as typed, the variable's name, or PATH:LINE:COLUMN.
struct Origin {
    Source source = Source::default_value;
    std::string where;
};

// What one source said about a setting, whether it counts or not.
struct Said {
    const SettingRow* row = nullptr;
    Origin origin;
    std::string value;
};

struct Invocation {
    Settings settings;
    Command command = Command::chat;
    std::optional<std::string> resume_id;  // of --resume=ID
    std::string models_filter;             // of --models=FILTER; empty: all
    std::string wanted;                    // the WORD of --help=WORD and its like, the words of --search; empty: none
    std::string message;                   // the words of the command line; empty: none
    std::vector<Error> problems;           // of --doctor, which starts with malformed settings too: what is wrong with them
    std::string profile_path;              // the files that were read, with commas between them; empty: none
    std::string config_path;               // the same of the config file
    std::vector<std::string> notes;        // lines for the person: what was read in another way than it stands there
    std::vector<Said> said;                // by all sources, later ones last
    std::vector<std::string> ignored;      // variables INTERPRETER_... that mean nothing here
    std::array<Origin, setting_count> origins{};

    const Origin& origin(std::string_view setting) const;  // the setting's name as in settings.def
};

// The value of a variable, empty when it is not set. An empty variable counts as not set.
using Environment = std::function<std::string(const std::string& name)>;
Environment process_environment();

// `args` without the program's name; `variables` are the names of those that begin with INTERPRETER_. --help and --version
// read no file, nor do the commands that show or mend files of settings. Errors are bad usage: one line, exit status 2.
// invalid: unknown flag or key, a missing or malformed value. not_found: no such profile. unsupported: known, but not in
// this version.
Result<Invocation> parse_invocation(std::span<const std::string_view> args, const Environment& environment,
                                    std::span<const std::string> variables = {});
Result<Invocation> parse_invocation(int argc, const char* const* argv);  // as main() gets them, with process_environment()

// INTERPRETER_MODEL of "model".
std::string variable_name(std::string_view setting);

// What --help and --help=all print, for a terminal that is so wide; 0: lines as long as they are.
enum class Help : std::uint8_t { everyday, all };
std::string help_text(Help help, std::size_t columns = 0);

}  // namespace oi::config
