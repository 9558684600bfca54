// Text to the clipboard; see clipboard.h.
#include "frontend/clipboard.h"

#include "base/text.h"
#include "sys/fd.h"
#include "sys/files.h"
#include "sys/process.h"

#include <csignal>
#include <sys/mman.h>
#include <unistd.h>
#include <vector>

extern char** environ;

namespace oi {

namespace {

using namespace std::chrono_literals;

std::vector<std::string> command()
{
    if (!sys::environment("WAYLAND_DISPLAY").empty() && !sys::find_program("wl-copy").empty()) return {"wl-copy"};
    if (!sys::environment("DISPLAY").empty() && !sys::find_program("xclip").empty()) return {"xclip", "-selection", "clipboard"};
    if (!sys::find_program("pbcopy").empty()) return {"pbcopy"};
    return {};
}

std::vector<std::string> own_environment()
{
    std::vector<std::string> variables;
    for (char** variable = environ; variable && *variable; ++variable) variables.emplace_back(*variable);
    return variables;
}

}  // namespace

Result<std::string> copy_to_clipboard(std::string_view text)
{
    const auto arguments = command();
    if (arguments.empty()) return fail(ErrorKind::not_found, "no clipboard is in reach", "install wl-clipboard or xclip");
    const sys::Fd file{::memfd_create("clipboard", MFD_CLOEXEC)};
    if (!file.is_open()) return fail_errno("memory for the clipboard");
    OI_CHECK(sys::write_all(file.get(), text));
    ::lseek(file.get(), 0, SEEK_SET);
    const sys::Inherit input{file.get(), 0};
    OI_TRY(auto process, sys::spawn({.argv = arguments, .environment = own_environment(), .folder = "/"}, {&input, 1},
                                    sys::find_program(arguments.front())));
    const auto end = process.wait(sys::Clock::now() + 2s);
    if (!end) process.signal(SIGKILL);
    if (!end || *end != sys::Exit{}) {
        if (!end) process.wait({});
        return fail(ErrorKind::io,
                    cat(arguments.front(), " failed", end ? cat(": ", sys::to_text(*end)) : std::string{": it did not end"}));
    }
    return arguments.front();
}

}  // namespace oi
