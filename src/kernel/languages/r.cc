// R: 4.0 or later.
#include "kernel/languages.h"
#include "kernel/process_kernel.h"

namespace oi::language {

namespace {

// Runs the driver that comes as the first frame, in an environment of its own. On one line: R's front end passes it so.
constexpr const char* bootstrap =
    R"(local({ e <- new.env(parent = baseenv()); )"
    R"(d <- dyn.load("/proc/self/fd/15"); e$library <- lapply(c(cell_r_next = "cell_r_next", cell_r_take = "cell_r_take", )"
    R"(cell_r_send = "cell_r_send", cell_r_check = "cell_r_check"), getNativeSymbolInfo, PACKAGE = d); )"
    R"(n <- .C(e$library$cell_r_next, "", 0L, length = 0L)$length; t <- .C(e$library$cell_r_take, raw(n))[[1]]; )"
    R"(eval(parse(text = rawToChar(t), keep.source = FALSE), e); e$serve() }))";

std::string find_r(const Host& host) { return sys::find_program("R", host.environment); }

Result<std::unique_ptr<Kernel>> start(const Host& host)
{
    const std::string program = find_r(host);
    if (program.empty()) return fail(ErrorKind::not_found, "R: no such program", "apt install r-base-core");
    return kernel::ProcessKernel::start({.name = "R",
                                         .argv = {program, "--vanilla", "--no-echo", "-e", bootstrap},
                                         .driver = "r.R",
                                         .hint = "R 4.0 or later is needed: apt install r-base-core",
                                         .litters = true,
                                         .library = "cell.so"},
                                        host);
}

}  // namespace

Language r()
{
    return {.name = "r",
            .aliases = {"rscript"},
            .display_name = "R",
            .start = start,
            .file_extension = "r",
            .find_runtime = find_r,
            .package = "r-base-core",
            .version_cell = "cat(R.version$major, \".\", R.version$minor, \"\\n\", sep = \"\")"};
}

}  // namespace oi::language
