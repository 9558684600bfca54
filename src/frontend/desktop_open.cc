// Finds the program and starts it; see desktop_open.h.
#include "frontend/desktop_open.h"

#include "base/text.h"
#include "sys/files.h"
#include "sys/process.h"

#include <csignal>
#include <unistd.h>

namespace oi {

namespace {

using namespace std::chrono_literals;

struct Opener {
    std::string name;
    std::string command;  // of a shell; "$1" is the file
};

std::string first_word(std::string_view command) { return std::string{command.substr(0, command.find(' '))}; }

// Whoever sets BROWSER knows that it works here, also where there is no display (in an editor's terminal on another machine).
Result<Opener> find_opener()
{
    const std::string browsers = sys::environment("BROWSER");
    for (const auto entry : split(browsers, ':')) {
        const std::string program = first_word(trim(entry));
        if (program.empty() || sys::find_program(program).empty()) continue;
        const std::string command{trim(entry)};
        const bool has_place = command.find("%s") != std::string::npos;
        return Opener{program, has_place ? replace_all(command, "%s", "\"$1\"") : cat(command, " \"$1\"")};
    }
    if (!sys::find_program("xdg-open").empty()) {
        if (sys::environment("DISPLAY").empty() && sys::environment("WAYLAND_DISPLAY").empty())
            return fail(ErrorKind::unsupported, "there is no display here (DISPLAY, WAYLAND_DISPLAY)",
                        "BROWSER names a program that needs none");
        return Opener{"xdg-open", "xdg-open \"$1\""};
    }
#ifdef __APPLE__
    return Opener{"open", "open \"$1\""};
#else
    return fail(ErrorKind::not_found, "xdg-open is not installed", "apt install xdg-utils, or set BROWSER");
#endif
}

}  // namespace

Result<std::string> open_on_desktop(const std::string& path)
{
    OI_TRY(const Opener opener, find_opener());
    // The window is the person's: it stays when we end, and keys of our terminal are not for it.
    Command command{.argv = {"/bin/sh", "-c", cat("trap '' HUP INT QUIT TSTP; ", opener.command, " &"), "sh", path}, .folder = "/"};
    for (char** variable = ::environ; *variable; ++variable) command.environment.emplace_back(*variable);
    OI_TRY(auto process, sys::spawn(command, {}));
    if (const auto end = process.wait(sys::Clock::now() + 2s); !end || *end != sys::Exit{})
        return fail(ErrorKind::io, cat(opener.name, " could not be started"));
    return opener.name;
}

}  // namespace oi
