// The program: reads what is asked for and hands over to the part that does it.
#include "app/chat.h"
#include "app/complete.h"
#include "app/config_commands.h"
#include "app/doctor.h"
#include "app/keys.h"
#include "app/list_conversations.h"
#include "app/list_languages.h"
#include "app/import_conversations.h"
#include "app/list_models.h"
#include "app/parts.h"
#include "app/pick_conversation.h"
#include "app/search_conversations.h"
#include "app/setup.h"
#include "app/wiring.h"
#include "base/text.h"
#include "config/invocation.h"
#include "config/man_page.h"
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

constexpr oi::config::MagicRow magic_rows[] = {
#define MAGIC(name, arguments, help) {#name, arguments, help},
#include "frontend/magic/magic.def"
#undef MAGIC
};

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
    for (const auto& note : invocation->notes) std::fprintf(stderr, "interpreter: note: %s\n", oi::valid_utf8(note).c_str());
    using oi::config::Command;
    const auto finished = [](int code) { return code != 0 ? code : finish_output(); };
    switch (invocation->command) {
    case Command::version: std::puts("Open Interpreter " OI_VERSION); return finish_output();
    case Command::help: {
        if (invocation->wanted == "man") {
            std::fputs(oi::config::man_page(OI_VERSION, magic_rows).c_str(), stdout);
            return finish_output();
        }
        const auto help = invocation->wanted.empty() ? oi::config::Help::everyday : oi::config::Help::all;
        std::fputs(oi::config::help_text(help, columns()).c_str(), stdout);
        return finish_output();
    }
    case Command::conversations: {
        if (!oi::can_pick(*invocation)) return finished(oi::list_conversations());
        if (const auto code = oi::pick_conversation(*invocation)) return *code;
        break;
    }
    case Command::search: return finished(oi::search_conversations(invocation->wanted, *oi::open_store()));
    case Command::import: return finished(oi::import_conversations(invocation->wanted, *oi::open_store()));
    case Command::config: return finished(oi::edit_config(*invocation));
    case Command::reset_config: return finished(oi::reset_config(*invocation));
    case Command::profiles: return finished(oi::list_profiles(*invocation));
    case Command::reset_profile: return finished(oi::reset_profile(*invocation));
    case Command::local_models: return finished(oi::show_local_models(*invocation));
    case Command::explain: return finished(oi::explain_settings(*invocation));
    case Command::languages: return oi::list_languages(*invocation);
    case Command::doctor: return oi::doctor(*invocation);
    case Command::completion: return finished(oi::print_completion(*invocation));
    case Command::setup: return oi::setup(*invocation);
    case Command::keys: return finished(oi::keys(*invocation));
    case Command::models: return oi::list_models(*invocation);
    case Command::chat:
    case Command::resume:
    case Command::demo: break;
    }
    return oi::chat(*invocation);
}
