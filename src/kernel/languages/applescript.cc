// AppleScript: osascript of macOS; each cell is a script of its own.
#include "kernel/languages.h"
#include "kernel/process_kernel.h"
#include "sys/files.h"

namespace oi::language {

namespace {

constexpr const char* remedy = "AppleScript runs on macOS only";

std::string find_osascript(const Host& host)
{
#ifdef __APPLE__
    return sys::find_program("osascript", host.environment);
#else
    static_cast<void>(host);
    return {};
#endif
}

Result<std::unique_ptr<Kernel>> start(const Host& host)
{
    const std::string program = find_osascript(host);
    if (program.empty()) return fail(ErrorKind::not_found, "osascript: no such program", remedy);
    return kernel::ProcessKernel::start(
        {.name = "AppleScript", .argv = {sys::self_executable(), "--as", "one-shot", program, "-e"}, .driver = "", .hint = remedy}, host);
}

}  // namespace

Language applescript()
{
    return {.name = "applescript",
            .aliases = {"osascript"},
            .display_name = "AppleScript",
            .start = start,
            .file_extension = "applescript",
            .find_runtime = find_osascript,
            .version_cell = "AppleScript's version",
            .keeps_state = false};
}

}  // namespace oi::language
