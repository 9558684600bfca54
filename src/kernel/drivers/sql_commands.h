// The dot commands of SQL cells, named as in SQLite's own shell.
#pragma once

#include "kernel/drivers/sql_database.h"

#include <string>
#include <string_view>
#include <vector>

namespace oi::kernel {

// What a command leads to: words to print, or SQL to run and show as if the cell held it.
struct CommandOutcome {
    std::string text;
    std::string query;
};

// `line` begins with the dot. An Error says what is wrong with it, in the words of the person's own line.
Result<CommandOutcome> run_sql_command(SqlDatabase& database, std::string_view line);

// Its words; quotes of either kind hold spaces.
std::vector<std::string> command_words(std::string_view line);

}  // namespace oi::kernel
