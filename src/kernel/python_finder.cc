// Finding Python; see python_finder.h.
#include "kernel/python_finder.h"

#include "base/text.h"
#include "sys/files.h"
#include "sys/process.h"

#include <unistd.h>

namespace oi::kernel {
namespace {

bool is_program(const std::string& path) { return ::access(path.c_str(), X_OK) == 0; }

std::string first_word(const std::string& path)
{
    const auto content = sys::read_file(path);
    if (!content) return {};
    const auto line = trim(split(*content, '\n').front());
    return std::string{trim(split(line, ' ').front())};
}

// The version that pyenv would take: the variable, `.python-version` of the folder or one above it, the global file.
// https://github.com/pyenv/pyenv#understanding-python-version-selection
std::string pyenv_version(const Host& host, const std::string& root)
{
    if (const auto set = sys::lookup(host.environment, "PYENV_VERSION"); !set.empty()) return std::string{split(set, ':').front()};
    for (std::string folder = host.folder; !folder.empty(); folder.resize(folder.rfind('/') == std::string::npos ? 0 : folder.rfind('/')))
        if (auto version = first_word(folder + "/.python-version"); !version.empty()) return version;
    auto version = first_word(root + "/version");
    return version.empty() ? "system" : version;
}

// What a pyenv shim would run; empty: it is no such shim, or its rule is beyond us.
std::string behind_shim(const Host& host, const std::string& shim)
{
    constexpr std::string_view tail = "/shims/python3";
    if (!shim.ends_with(tail)) return {};
    const std::string root = shim.substr(0, shim.size() - tail.size());
    const std::string version = pyenv_version(host, root);
    const std::string program = cat(root, "/versions/", version, "/bin/python3");
    if (version != "system") return is_program(program) ? program : std::string{};
    std::string rest;
    for (const auto folder : split(sys::lookup(host.environment, "PATH"), ':'))
        if (folder != cat(root, "/shims")) rest += cat(rest.empty() ? "PATH=" : ":", folder);
    return sys::find_program("python3", std::vector{rest});
}

}  // namespace

std::string find_python(const Host& host)
{
    for (const char* variable : {"VIRTUAL_ENV", "CONDA_PREFIX"})
        if (const auto prefix = sys::lookup(host.environment, variable); !prefix.empty())
            if (auto program = cat(prefix, "/bin/python"); is_program(program)) return program;
    if (auto program = cat(host.folder, "/.venv/bin/python"); is_program(program)) return program;
    const std::string found = sys::find_program("python3", host.environment);
    if (found.empty()) return is_program("/usr/bin/python3") ? "/usr/bin/python3" : std::string{};
    const std::string real = behind_shim(host, found);
    return real.empty() ? found : real;
}

}  // namespace oi::kernel
