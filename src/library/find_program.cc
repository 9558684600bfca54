// Looking for the program `interpreter`; see find_program.h.
#include "library/find_program.h"

#include "base/text.h"
#include "interpreter/version.h"
#include "sys/files.h"
#include "sys/process.h"

#include <dlfcn.h>
#include <mutex>
#include <vector>

namespace interpreter {

namespace {

std::string folder_of_library()
{
    Dl_info info{};
    if (::dladdr(reinterpret_cast<const void*>(&version), &info) == 0 || !info.dli_fname) return {};
    const std::string path = oi::sys::absolute(info.dli_fname);
    return path.substr(0, path.rfind('/'));
}

oi::Result<std::string> look_for(const std::string& named)
{
    const std::vector<std::string> path{oi::cat("PATH=", oi::sys::environment("PATH"))};
    if (!named.empty()) {
        if (auto found = oi::sys::find_program(oi::sys::absolute(named), path); !found.empty()) return found;
        return oi::fail(oi::ErrorKind::not_found, oi::cat("Options::program: ", named, " is no program"), "name the program interpreter");
    }
    const std::string folder = folder_of_library();
    for (const char* place : {"/interpreter", "/../bin/interpreter", "/../../bin/interpreter"})
        if (auto found = oi::sys::find_program(folder + place, path); !found.empty()) return oi::sys::absolute(found);
    if (auto found = oi::sys::find_program("interpreter", path); !found.empty()) return found;
    return oi::fail(oi::ErrorKind::not_found, "the program interpreter, which runs the code, is not found",
                    "install it, or name it in Options::program");
}

}  // namespace

oi::Result<void> find_program(const std::string& named)
{
    static std::mutex mutex;
    static bool is_found = false;
    const std::lock_guard lock{mutex};
    if (is_found) return {};
    OI_TRY(auto found, look_for(named));
    oi::sys::set_self_executable(std::move(found));
    is_found = true;
    return {};
}

}  // namespace interpreter
