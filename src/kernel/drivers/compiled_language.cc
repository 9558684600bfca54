// Languages that are compiled and run; see compiled_language.h.
#include "kernel/drivers/compiled_language.h"

#include "base/text.h"
#include "kernel/drivers/toolchain.h"
#include "kernel/process_kernel.h"
#include "sys/files.h"

namespace oi::kernel {

std::string find_compiler(std::string_view toolchain, const Host& host)
{
    for (const auto name : find_toolchain(toolchain)->compilers)
        if (auto path = sys::find_program(name, host.environment); !path.empty()) return path;
    return {};
}

Language compiled_language(std::string_view toolchain, Language language)
{
    const std::string id{toolchain}, title = language.display_name, package = language.package;
    language.keeps_state = false;
    language.find_runtime = [id](const Host& host) { return find_compiler(id, host); };
    language.start = [=](const Host& host) -> Result<std::unique_ptr<Kernel>> {
        const std::string compiler = find_compiler(id, host);
        if (compiler.empty())
            return fail(ErrorKind::not_found, cat(find_toolchain(id)->compilers.front(), ": no such program"),
                        cat("apt install ", package));
        return ProcessKernel::start({.name = title,
                                     .argv = {sys::self_executable(), "--as", "compile", id, compiler},
                                     .driver = "",
                                     .hint = "the program starts itself for this: is it still where it was?"},
                                    host);
    };
    return language;
}

}  // namespace oi::kernel
