// Java: snippets and whole programs in one session of the JDK's JShell, version 17 or later.
#include "kernel/languages.h"
#include "kernel/process_kernel.h"
#include "sys/files.h"

namespace oi::language {

namespace {

constexpr const char* remedy = "a JDK, 17 or later, is needed: apt install default-jdk-headless";

// A JRE alone does not do: the compiler is what runs cells.
std::string find_javac(const Host& host)
{
    if (const auto home = sys::lookup(host.environment, "JAVA_HOME"); !home.empty())
        if (auto path = sys::find_program(std::string{home} + "/bin/javac", host.environment); !path.empty()) return path;
    return sys::find_program("javac", host.environment);
}

Result<std::unique_ptr<Kernel>> start(const Host& host)
{
    const std::string javac = find_javac(host);
    if (javac.empty()) return fail(ErrorKind::not_found, "javac: no such program", remedy);
    return kernel::ProcessKernel::start(
        {.name = "Java", .argv = {sys::self_executable(), "--as", "java", javac}, .driver = "", .hint = remedy, .tells_variables = true},
        host);
}

}  // namespace

Language java()
{
    return {.name = "java",
            .aliases = {"jshell"},
            .display_name = "Java",
            .start = start,
            .file_extension = "java",
            .find_runtime = find_javac,
            .package = "default-jdk-headless",
            .version_cell = "System.out.println(Runtime.version())"};
}

}  // namespace oi::language
