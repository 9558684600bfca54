// Starts notify-send; see desktop_notifier.h.
#include "frontend/terminal/desktop_notifier.h"

#include "frontend/terminal/safe_text.h"
#include "sys/files.h"

#include <unistd.h>

namespace oi {

bool DesktopNotifier::notify(std::string_view text)
{
    const bool has_desktop = !sys::environment("DISPLAY").empty() || !sys::environment("WAYLAND_DISPLAY").empty();
    if (!has_desktop || !sys::environment("SSH_CONNECTION").empty()) return false;
    const std::string program = sys::find_program("notify-send");
    if (program.empty()) return false;
    if (last_.pid() > 0) last_.wait(sys::Clock::now());  // it has shown its message long ago
    Command command{.argv = {program, "--app-name=interpreter", "--", "interpreter", safe_line(text)}};
    for (char** variable = ::environ; *variable; ++variable) command.environment.emplace_back(*variable);
    auto started = sys::spawn(command, {});
    if (!started) return false;
    last_ = std::move(*started);
    return true;
}

}  // namespace oi
