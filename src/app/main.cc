// The program: reads what is asked for and hands over to the part that does it.
#include "app/chat.h"
#include "app/doctor.h"
#include "app/list_conversations.h"
#include "app/list_languages.h"
#include "app/import_conversations.h"
#include "app/list_models.h"
#include "app/parts.h"
#include "app/pick_conversation.h"
#include "app/search_conversations.h"
#include "app/wiring.h"
#include "base/text.h"
#include "config/invocation.h"
#include "sys/keeper.h"
#include "sys/terminal.h"

#include <csignal>
#include <cstdio>
#include <cstring>
#include <unistd.h>

namespace {

// What was asked for is of no use unless it arrives.
int finish_output()
{
    if (std::fflush(stdout) == 0 && !std::ferror(stdout)) return 0;
    std::fputs("interpreter: the output could not be written\n", stderr);
    return 1;
}

// Of the terminal that stdout is; 0: it is none.
std::size_t columns() { return ::isatty(STDOUT_FILENO) ? static_cast<std::size_t>(oi::sys::terminal_size(STDOUT_FILENO).columns) : 0; }

}  // namespace

int main(int argc, char** argv)
{
    if (const auto code = oi::sys::keeper_main(argc, argv)) return *code;
    if (argc >= 2 && std::strcmp(argv[1], "--as") == 0) return oi::part_main(argc - 2, argv + 2);
    // A reader that went away and a file that may not grow are errors of write, not our death.
    std::signal(SIGPIPE, SIG_IGN);
    std::signal(SIGXFSZ, SIG_IGN);

    auto invocation = oi::config::parse_invocation(argc, argv);
    if (!invocation) {
        std::fprintf(stderr, "interpreter: %s\n", oi::valid_utf8(oi::to_line(invocation.error())).c_str());
        return 2;
    }
    using oi::config::Command;
    switch (invocation->command) {
    case Command::version: std::puts("Open Interpreter " OI_VERSION); return finish_output();
    case Command::help: {
        const auto help = invocation->wanted.empty() ? oi::config::Help::everyday : oi::config::Help::all;
        std::fputs(oi::config::help_text(help, columns()).c_str(), stdout);
        return finish_output();
    }
    case Command::conversations: {
        if (oi::can_pick(*invocation)) {
            const auto code = oi::pick_conversation(*invocation);
            if (code) return *code;
            break;
        }
        const int code = oi::list_conversations();
        return code != 0 ? code : finish_output();
    }
    case Command::search: {
        const int code = oi::search_conversations(invocation->wanted, *oi::open_store());
        return code != 0 ? code : finish_output();
    }
    case Command::import: {
        const int code = oi::import_conversations(invocation->wanted, *oi::open_store());
        return code != 0 ? code : finish_output();
    }
    case Command::languages: return oi::list_languages(*invocation);
    case Command::doctor: return oi::doctor(*invocation);
    case Command::models: return oi::list_models(*invocation);
    case Command::chat:
    case Command::resume:
    case Command::demo: break;
    }
    return oi::chat(*invocation);
}
