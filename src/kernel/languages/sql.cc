// SQL: SQLite, in our own executable.
#include "kernel/languages.h"
#include "kernel/process_kernel.h"
#include "sys/files.h"

namespace oi::language {

namespace {

Result<std::unique_ptr<Kernel>> start(const Host& host)
{
    return kernel::ProcessKernel::start({.name = "SQL",
                                         .argv = {sys::self_executable(), "--as", "sql"},
                                         .driver = "",
                                         .hint = "the program starts itself for this: is it still where it was?"},
                                        host);
}

}  // namespace

Language sql()
{
    return {.name = "sql",
            .aliases = {"sqlite", "sqlite3"},
            .display_name = "SQL",
            .start = start,
            .file_extension = "sql",
            .version_cell = ".values SELECT 'SQLite ' || sqlite_version();"};
}

}  // namespace oi::language
