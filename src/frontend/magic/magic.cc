// The table of % commands, and how a line finds its row.
#include "frontend/magic/magic.h"

#include "base/text.h"
#include "frontend/magic/commands.h"

#include <algorithm>
#include <iterator>
#include <utility>
#include <vector>

namespace oi {

namespace {

constexpr MagicCommand commands[] = {
#define MAGIC(name, arguments, help) {#name, arguments, help, magic_##name},
#include "frontend/magic/magic.def"
#undef MAGIC
};

// Other names that people know.
constexpr std::pair<std::string_view, std::string_view> also_called[] = {{"quit", "exit"}, {"debug", "verbose"}};

}  // namespace

std::span<const MagicCommand> magic_commands() { return commands; }

bool is_magic(std::string_view line) { return trim(line).starts_with('%'); }

bool is_magic_command(std::string_view line)
{
    if (!is_magic(line)) return false;
    line = trim(line).substr(1);
    const std::string_view word = line.substr(0, line.find_first_of(" \t\n"));
    return std::any_of(std::begin(commands), std::end(commands), [&](const MagicCommand& command) { return command.name == word; });
}

void run_magic(std::string_view line, MagicContext& context)
{
    line = trim(trim(line).substr(1));
    if (line.starts_with('%')) return magic_shell(context, trim(line.substr(1)));
    const auto end = line.find_first_of(" \t\n");
    std::string_view word = line.substr(0, end);
    const std::string_view arguments = end == std::string_view::npos ? std::string_view{} : trim(line.substr(end));
    for (const auto& [other, name] : also_called)
        if (word == other) word = name;
    std::vector<std::string_view> names;
    for (const MagicCommand& command : commands) {
        if (command.name == word) return command.run(context, arguments);
        names.push_back(command.name);
    }
    const auto near = nearest(word, names);
    context.has_failed = true;
    context.say(cat("There is no %", word, near ? cat("; did you mean %", *near, "?") : "; %help lists the commands."));
}

}  // namespace oi
