// Python: CPython 3.8 or later, the one that the person works with.
#include "kernel/languages.h"
#include "kernel/process_kernel.h"
#include "kernel/python_finder.h"

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

Result<std::unique_ptr<Kernel>> start(const Host& host)
{
    const std::string program = kernel::find_python(host);
    if (program.empty()) return fail(ErrorKind::not_found, "python3: no such program", "apt install python3");
    return kernel::ProcessKernel::start({.name = "Python",
                                         .argv = {program, "-c", bootstrap},
                                         .driver = "python.py",
                                         .hint = "Python 3.8 or later is needed: apt install python3",
                                         .tells_variables = true},
                                        host);
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
