// The words of a command line, sorted into flags and message. Nothing is looked up elsewhere.
#pragma once

#include "config/tables.h"

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace oi::config {

// One setting that a flag sets, in the order of the command line.
struct FlagValue {
    const SettingRow* row = nullptr;
    std::string value;
    std::string spelled;  // as it was typed: --mod, -m
};

struct CommandLine {
    std::vector<FlagValue> values;
    std::vector<std::string_view> commands;  // names of commands.def
    std::string command_value;               // the ID of --resume=ID, the FILTER of --models=FILTER
    std::vector<std::string> notes;          // for the person: a flag that changes nothing here
    std::string message;                     // all other words, joined with blanks
};

// invalid: an unknown or ambiguous flag, a missing value. unsupported: a flag of the classic program that is not here yet.
Result<CommandLine> parse_flags(std::span<const std::string_view> args);

}  // namespace oi::config
