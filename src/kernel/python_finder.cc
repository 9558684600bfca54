// Finding Python; see python_finder.h.
#include "kernel/python_finder.h"

#include "base/text.h"
#include "sys/files.h"
#include "sys/process.h"

#include <filesystem>
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

bool is_folder(const std::string& path) { return ::access((path + "/.").c_str(), F_OK) == 0; }

std::string parent(const std::string& folder)
{
    const auto slash = folder.rfind('/');
    return slash == std::string::npos || slash == 0 ? std::string{} : folder.substr(0, slash);
}

// The interpreter of an environment's folder, or "".
std::string python_in(const std::string& prefix)
{
    for (const char* name : {"/bin/python", "/bin/python3"})
        if (auto program = cat(prefix, name); is_program(program)) return program;
    return {};
}

// A folder as the person would write it.
std::string shown(const Host& host, const std::string& path)
{
    const auto home = sys::lookup(host.environment, "HOME");
    if (path.starts_with(host.folder + "/")) return path.substr(host.folder.size() + 1);
    return home.size() > 1 && path.starts_with(cat(home, "/")) ? cat("~", path.substr(home.size())) : path;
}

PythonChoice in_environment(const Host& host, const std::string& prefix)
{
    const bool is_conda = is_folder(prefix + "/conda-meta");
    return {python_in(prefix), cat("of the ", is_conda ? "conda" : "virtual", " environment ", shown(host, prefix)),
            is_conda ? std::string{} : prefix};
}

// The environment that a program lies in, or just where it lies.
PythonChoice at(const Host& host, const std::string& program)
{
    const std::string prefix = parent(parent(program));
    if (!prefix.empty() && (sys::exists(prefix + "/pyvenv.cfg") || is_folder(prefix + "/conda-meta"))) {
        auto choice = in_environment(host, prefix);
        choice.program = program;
        return choice;
    }
    return {program, cat("at ", shown(host, program)), {}};
}

// What the person named: a path, a folder of an environment, a name, or a version.
Result<PythonChoice> named(const Host& host)
{
    std::string path = host.python;
    if (path.starts_with("~/")) path = cat(sys::lookup(host.environment, "HOME"), path.substr(1));
    else if (!path.starts_with('/')) path = cat(host.folder, "/", path);
    path = std::filesystem::path{path + "/"}.lexically_normal().parent_path().string();
    const std::string hint = "give a program, a name on the PATH, or the folder of a virtual environment";
    const bool is_path = host.python.find('/') != std::string::npos;
    if (!is_path)
        for (const auto& name : {host.python, cat("python", host.python)})
            if (auto program = sys::find_program(name, host.environment); !program.empty()) return at(host, program);
    if (is_folder(path)) {
        if (python_in(path).empty())
            return fail(ErrorKind::not_found, cat("--python ", host.python, ": the folder holds no bin/python"), hint);
        return in_environment(host, path);
    }
    if (!is_path || !sys::exists(path)) return fail(ErrorKind::not_found, cat("--python ", host.python, ": no such program"), hint);
    if (!is_program(path)) return fail(ErrorKind::not_found, cat("--python ", host.python, ": the file is no program"), hint);
    return at(host, path);
}

// The nearest `.venv`, the folder's own or one of the project that it lies in; "": there is none.
std::string project_environment(const Host& host)
{
    const auto is_root = [](const std::string& folder) { return sys::exists(folder + "/pyproject.toml") || sys::exists(folder + "/.git"); };
    std::string found;
    for (std::string folder = host.folder; !folder.empty(); folder = parent(folder)) {
        if (found.empty() && !python_in(folder + "/.venv").empty()) found = folder + "/.venv";
        if (is_root(folder) || found == host.folder + "/.venv") return found;
    }
    return {};
}

std::string on_path(const Host& host)
{
    const std::string found = sys::find_program("python3", host.environment);
    if (found.empty()) return is_program("/usr/bin/python3") ? "/usr/bin/python3" : std::string{};
    const std::string real = behind_shim(host, found);
    return real.empty() ? found : real;
}

}  // namespace

Result<PythonChoice> choose_python(const Host& host)
{
    if (!host.python.empty() && !host.python_is_default) return named(host);
    for (const char* variable : {"VIRTUAL_ENV", "CONDA_PREFIX"})
        if (const std::string prefix{sys::lookup(host.environment, variable)}; !prefix.empty() && !python_in(prefix).empty())
            return in_environment(host, prefix);
    if (const auto prefix = project_environment(host); !prefix.empty()) return in_environment(host, prefix);
    if (!host.python.empty()) return named(host);
    const std::string program = on_path(host);
    if (program.empty()) return fail(ErrorKind::not_found, "python3: no such program", "apt install python3");
    if (program == "/usr/bin/python3" || program == "/usr/local/bin/python3") return PythonChoice{program, {}, {}};
    return at(host, program);
}

std::string find_python(const Host& host)
{
    auto choice = choose_python(host);
    return choice ? std::move(choice->program) : std::string{};
}

}  // namespace oi::kernel
