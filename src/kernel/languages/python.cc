// Python: CPython 3.8 or later, the one that the person works with.
#include "base/text.h"
#include "kernel/languages.h"
#include "kernel/process_kernel.h"
#include "kernel/python_finder.h"
#include "sys/process.h"

namespace oi::language {

namespace {

// Runs the driver that comes as the first frame; it stays out of the command line that `ps` shows.
constexpr const char* bootstrap = R"(def _():
    import os
    head = b""
    while head[-1:] != b"\n":
        head += os.read(13, 1)
    left = int(head.split()[2])
    text = b""
    while len(text) < left:
        text += os.read(13, left - len(text))
    exec(compile(text, "<driver>", "exec"), {"__name__": "oi_driver"})
_()
)";

// As `activate` does, so that `!pip` and what a cell starts mean the same environment.
void activate(Host& host, const std::string& environment)
{
    if (sys::lookup(host.environment, "VIRTUAL_ENV") == environment) return;
    const std::string path = cat("PATH=", environment, "/bin:", sys::lookup(host.environment, "PATH"));
    std::erase_if(host.environment, [](const std::string& entry) {
        return entry.starts_with("PATH=") || entry.starts_with("VIRTUAL_ENV=") || entry.starts_with("PYTHONHOME=");
    });
    host.environment.push_back(path);
    host.environment.push_back(cat("VIRTUAL_ENV=", environment));
}

Result<std::unique_ptr<Kernel>> start(const Host& host)
{
    OI_TRY(const auto choice, kernel::choose_python(host));
    Host own = host;
    if (!choice.environment.empty()) activate(own, choice.environment);
    return kernel::ProcessKernel::start({.name = "Python",
                                         .argv = {choice.program, "-c", bootstrap},
                                         .driver = "python.py",
                                         .hint = "Python 3.8 or later is needed: apt install python3",
                                         .tells_variables = true,
                                         .keeps_variables = true,
                                         .keeper = "python_keep.py",
                                         .is_forkable = true,
                                         .notice = choice.origin.empty() ? std::string{} : cat("Python @ ", choice.origin)},
                                        std::move(own));
}

}  // namespace

Language python()
{
    return {.name = "python",
            .aliases = {"py", "python3"},
            .display_name = "Python",
            .start = start,
            .file_extension = "py",
            .find_runtime = kernel::find_python,
            .package = "python3",
            .version_cell = "import sys; print(sys.version.split()[0], sys.executable)"};
}

}  // namespace oi::language
