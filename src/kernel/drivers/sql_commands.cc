// The dot commands; see sql_commands.h.
#include "kernel/drivers/sql_commands.h"

#include "base/text.h"
#include "kernel/drivers/csv_import.h"
#include "sys/files.h"

#include <algorithm>
#include <array>

namespace oi::kernel {

namespace {

using Words = std::vector<std::string>;  // without the command's name
using Outcome = Result<CommandOutcome>;

std::string count_tables(const SqlDatabase& database)
{
    long count = 0;
    ignore(database.run("SELECT count(*) FROM sqlite_schema WHERE type IN ('table', 'view') AND name NOT LIKE 'sqlite_%'", {},
                        [&](sqlite3_stmt* row) { count = sqlite3_column_int64(row, 0); }),
           "the number is only for information");
    return cat(count, count == 1 ? " table" : " tables");
}

Outcome open(SqlDatabase& database, const Words& words)
{
    const std::string file = words.empty() ? std::string{SqlDatabase::memory} : words.back();
    const bool is_new = file != SqlDatabase::memory && !sys::exists(sys::absolute(file));
    OI_CHECK(database.open(file));
    return CommandOutcome{cat(is_new ? "new database " : "database ", database.path(), ": ", count_tables(database), "\n"), {}};
}

Outcome tables(SqlDatabase&, const Words& words)
{
    const std::string pattern = words.empty() ? "%" : replace_all(words.front(), "'", "''");
    return CommandOutcome{
        {},
        cat("SELECT schema, name, type, ncol AS columns FROM pragma_table_list WHERE name NOT LIKE 'sqlite_%' AND name LIKE '", pattern,
            "' ORDER BY schema, name")};
}

Outcome schema(SqlDatabase& database, const Words& words)
{
    std::string text;
    OI_CHECK(database.run("SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL AND tbl_name LIKE ? ORDER BY tbl_name, type DESC, name",
                          {words.empty() ? "%" : words.front()}, [&](sqlite3_stmt* row) { text += cat(column_text(row, 0), ";\n"); }));
    if (text.empty()) return fail(ErrorKind::not_found, words.empty() ? "there are no tables" : cat("no table ", words.front()));
    return CommandOutcome{std::move(text), {}};
}

Outcome import(SqlDatabase& database, const Words& words)
{
    Words plain;
    for (const auto& word : words)
        if (!word.starts_with("--")) plain.push_back(word);
    if (plain.size() != 2) return fail(ErrorKind::invalid, "a file and a table are needed: .import FILE.csv TABLE");
    OI_TRY(auto text, import_csv(database, plain[0], plain[1]));
    return CommandOutcome{std::move(text), {}};
}

Outcome print(SqlDatabase&, const Words& words) { return CommandOutcome{join(words, " ") + "\n", {}}; }

Outcome nothing(SqlDatabase&, const Words&) { return CommandOutcome{}; }

Outcome stay(SqlDatabase&, const Words&) { return CommandOutcome{"the session goes on: it ends with the conversation\n", {}}; }

Outcome help(SqlDatabase&, const Words&);

struct SqlCommand {
    std::string_view name;
    std::string_view arguments;
    std::string_view help;  // empty: not listed
    Outcome (*run)(SqlDatabase&, const Words&);
};

constexpr std::array commands{
    SqlCommand{".open", "[FILE]", "work on this database file (made when it is not there); without FILE: the one in memory", open},
    SqlCommand{".tables", "[PATTERN]", "tables and views", tables},
    SqlCommand{".schema", "[TABLE]", "the statements that made them", schema},
    SqlCommand{".import", "FILE.csv TABLE", "rows of a CSV file into a table, which is made when it is not there", import},
    SqlCommand{".values", "QUERY;", "the bare values, a row a line, all of them", nothing},
    SqlCommand{".print", "TEXT", "prints it", print},
    SqlCommand{".help", "", "this list", help},
    // SQLite's shell has them; here tables have their names anyhow.
    SqlCommand{".mode", "", "", nothing},
    SqlCommand{".headers", "", "", nothing},
    SqlCommand{".header", "", "", nothing},
    SqlCommand{".width", "", "", nothing},
    SqlCommand{".nullvalue", "", "", nothing},
    SqlCommand{".quit", "", "", stay},
    SqlCommand{".exit", "", "", stay},
};

Outcome help(SqlDatabase&, const Words&)
{
    std::string text;
    for (const auto& command : commands) {
        if (command.help.empty()) continue;
        std::string left = cat(command.name, " ", command.arguments);
        left.resize(std::max<std::size_t>(left.size(), 24), ' ');
        text += cat(left, " ", command.help, "\n");
    }
    return CommandOutcome{text + "-- database: FILE        as the first line of a cell: the same as .open FILE\n", {}};
}

}  // namespace

std::vector<std::string> command_words(std::string_view line)
{
    std::vector<std::string> words;
    for (std::size_t i = 0; i < line.size();) {
        if (line[i] == ' ' || line[i] == '\t' || line[i] == '\r') {
            ++i;
            continue;
        }
        const bool is_quoted = line[i] == '"' || line[i] == '\'';
        const auto end = std::min(is_quoted ? line.find(line[i], i + 1) : line.find_first_of(" \t\r", i), line.size());
        words.emplace_back(is_quoted ? line.substr(i + 1, end - i - 1) : line.substr(i, end - i));
        i = end + (is_quoted ? 1 : 0);
    }
    return words;
}

Result<CommandOutcome> run_sql_command(SqlDatabase& database, std::string_view line)
{
    auto words = command_words(line);
    const std::string name = words.front();
    words.erase(words.begin());
    if (!words.empty() && words.back() == ";") words.pop_back();
    if (!words.empty() && words.back().size() > 1 && words.back().ends_with(';')) words.back().pop_back();
    const auto found = std::find_if(commands.begin(), commands.end(), [&](const SqlCommand& one) { return one.name == name; });
    if (found == commands.end()) return fail(ErrorKind::invalid, cat(name, ": there is no such command"), ".help lists them");
    auto outcome = found->run(database, words);
    if (!outcome) return fail(outcome.error().kind, cat(name, ": ", outcome.error().what), outcome.error().hint);
    return outcome;
}

}  // namespace oi::kernel
