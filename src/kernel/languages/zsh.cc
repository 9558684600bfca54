// zsh: one live zsh.
#include "kernel/languages.h"
#include "kernel/process_kernel.h"

namespace oi::language {

namespace {

// At the top level: see the driver.
constexpr const char* loop = R"zsh(zmodload zsh/system
if (( $# )); then
    { eval "$(<&$4)"; } 2>/dev/null
    zmodload zsh/parameter
    typeset -g __oi_in=$1 __oi_out=$2 __oi_library=$3
    typeset -gr __oi_wall=1
    set --
else
    typeset -g __oi_in=13 __oi_out=14 __oi_library=15
    () {
        local byte header piece
        setopt local_options no_multibyte
        while [[ $byte != $'\n' ]]; do sysread -i 13 -s 1 byte || exit 70; header+=$byte; done
        local -i left=${${header##* }%$'\n'}
        while (( left > 0 )); do sysread -i 13 -s $left piece || exit 70; __oi_code+=$piece; left=$(( left - ${#piece} )); done
    }
    eval "$__oi_code"
    __oi_frame ready 0 ''
fi
trap __oi_interrupt INT
trap __oi_insist URG
trap __oi_on_exit EXIT
while :; do
    while __oi_next; do
        { builtin trap '[[ "$zsh_eval_context" != "cmdarg eval trap" ]] || __oi_at $LINENO' DEBUG; __oi_enter; builtin eval "$__oi_code" } always {
            TRY_BLOCK_ERROR=0 TRY_BLOCK_INTERRUPT=0
            builtin trap - DEBUG
        }
    done
done
)zsh";

std::string find_zsh(const Host& host) { return sys::find_program("zsh", host.environment); }

Result<std::unique_ptr<Kernel>> start(const Host& host)
{
    const std::string program = find_zsh(host);
    if (program.empty()) return fail(ErrorKind::not_found, "zsh: no such program", "apt install zsh");
    return kernel::ProcessKernel::start({.name = "zsh",
                                         .argv = {"/usr/bin/env", "LD_PRELOAD=/proc/self/fd/15", program, "-f", "-c", loop, "zsh"},
                                         .driver = "zsh.zsh",
                                         .hint = "apt install --reinstall zsh",
                                         .library = "cell.so"},
                                        host);
}

}  // namespace

Language zsh()
{
    return {.name = "zsh",
            .aliases = {},
            .display_name = "zsh",
            .start = start,
            .file_extension = "zsh",
            .find_runtime = find_zsh,
            .package = "zsh",
            .version_cell = "echo $ZSH_VERSION"};
}

}  // namespace oi::language
