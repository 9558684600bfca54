// Shell: one bash, for sh too.
#include "kernel/languages.h"
#include "kernel/process_kernel.h"

namespace oi::language {

namespace {

// On one line and at the top level: see the driver. After an exit the same line starts again with what the
// shell before it left behind.
constexpr const char* loop =
    "if [[ ${1-} ]]; then shift; { source /proc/self/fd/15; } 2>/dev/null; exec 15<&-; __oi_close_on_exec; "
    "else IFS=' ' read -r _ _ __oi_code <&13; LC_ALL=C IFS= read -rN \"$__oi_code\" __oi_code <&13; "
    "builtin eval \"$__oi_code\"; __oi_close_on_exec; __oi_frame ready 0 ''; fi; "
    "while :; do while { __oi_status=$?; set +x +v; if [[ $__oi_debug ]]; then builtin trap - DEBUG; fi; } "
    "2>/dev/null; __oi_next; do if [[ $__oi_debug ]]; then builtin trap \"$__oi_debug\" DEBUG; fi; __oi_enter; builtin eval "
    "\"$__oi_code\"; done; done";

Result<std::unique_ptr<Kernel>> start(const Host& host)
{
    const std::string program = sys::find_program("bash", host.environment);
    if (program.empty()) return fail(ErrorKind::not_found, "bash: no such program", "apt install bash");
    return kernel::ProcessKernel::start({.name = "Shell",
                                         .argv = {program, "--norc", "--noprofile", "-c", loop, "bash"},
                                         .driver = "shell.sh",
                                         .hint = "apt install --reinstall bash",
                                         .keeps_variables = true,
                                         .keeper = "shell_keep.sh"},
                                        host);
}

}  // namespace

Language shell()
{
    return {.name = "shell",
            .aliases = {"bash", "sh"},
            .display_name = "Shell",
            .start = start,
            .file_extension = "sh",
            .find_runtime = [](const Host& host) { return sys::find_program("bash", host.environment); },
            .package = "bash",
            .version_cell = "echo $BASH_VERSION"};
}

}  // namespace oi::language
