// Runs $PAGER; see pager.h.
#include "frontend/terminal/pager.h"

#include "base/text.h"
#include "frontend/terminal/foreground.h"
#include "sys/files.h"

namespace oi {

namespace {

std::string pager_command()
{
    if (auto command = sys::environment("PAGER"); !is_blank(command)) return command;
    for (const char* program : {"less", "more"})
        if (!sys::find_program(program).empty()) return program;
    return {};
}

}  // namespace

Result<void> show_in_pager(const std::vector<std::string>& paths)
{
    constexpr int not_found = 127;  // as the shell has it
    const std::string command = pager_command();
    if (command.empty()) return fail(ErrorKind::not_found, "no pager found", "install less, or set PAGER");
    OI_TRY(const int code, run_with_terminal(command, paths));
    if (code == not_found) return fail(ErrorKind::not_found, cat("there is no pager `", command, "`"), "set PAGER to one that is there");
    return {};
}

}  // namespace oi
