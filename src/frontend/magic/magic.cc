// The table of % commands, and how a line finds its row.
#include "frontend/magic/magic.h"

#include "base/text.h"
#include "frontend/magic/commands.h"

#include <vector>

namespace oi {

namespace {

constexpr MagicCommand commands[] = {
#define MAGIC(name, arguments, help) {#name, arguments, help, magic_##name},
#include "frontend/magic/magic.def"
#undef MAGIC
};

}  // namespace

std::span<const MagicCommand> magic_commands() { return commands; }

bool is_magic(std::string_view line) { return trim(line).starts_with('%'); }

void run_magic(std::string_view line, MagicContext& context)
{
    line = trim(trim(line).substr(1));
    const auto end = line.find_first_of(" \t\n");
    const std::string_view word = line.substr(0, end);
    const std::string_view arguments = end == std::string_view::npos ? std::string_view{} : trim(line.substr(end));
    std::vector<std::string_view> names;
    for (const MagicCommand& command : commands) {
        if (command.name == word) return command.run(context, arguments);
        names.push_back(command.name);
    }
    const auto near = nearest(word, names);
    context.say(cat("There is no %", word, near ? cat("; did you mean %", *near, "?") : "; %help lists the commands."));
}

}  // namespace oi
