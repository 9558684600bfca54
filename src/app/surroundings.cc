// What is true of this machine: asked once, told to the model.
#include "app/surroundings.h"

#include "base/text.h"
#include "sys/files.h"

#include <ctime>
#include <pwd.h>
#include <sys/utsname.h>
#include <unistd.h>

namespace oi {

namespace {

std::string distribution()
{
    const auto release = sys::read_file("/etc/os-release");
    if (!release) return {};
    for (const auto line : split(*release, '\n'))
        if (line.starts_with("PRETTY_NAME=")) return cat(", ", replace_all(std::string{line.substr(12)}, "\"", ""));
    return {};
}

}  // namespace

Surroundings surroundings(std::string folder)
{
    utsname kernel{};
    ::uname(&kernel);
    const passwd* entry = ::getpwuid(::getuid());
    char date[16];
    const std::time_t now = std::time(nullptr);
    std::tm local{};
    ::localtime_r(&now, &local);
    std::strftime(date, sizeof date, "%Y-%m-%d", &local);
    return {.operating_system = cat(kernel.sysname, " ", kernel.release, " ", kernel.machine, distribution()),
            .user_name = entry ? entry->pw_name : "unknown",
            .folder = std::move(folder),
            .date = date};
}

}  // namespace oi
