// Files and folders; see files.h.
#include "sys/files.h"

#include "base/text.h"
#include "sys/fd.h"

#include <cerrno>
#include <climits>
#include <cstdio>
#include <cstdlib>
#include <fcntl.h>
#include <pwd.h>
#include <sys/stat.h>
#include <unistd.h>

namespace oi::sys {

Result<std::string> read_file(const std::string& path, std::size_t limit)
{
    const Fd file{::open(path.c_str(), O_RDONLY | O_CLOEXEC)};
    if (!file.is_open()) return fail_errno(path);
    std::string content;
    struct stat info {};
    if (::fstat(file.get(), &info) == 0 && info.st_size > 0) content.reserve(static_cast<std::size_t>(info.st_size) + 1);
    char block[65536];
    for (;;) {
        const ssize_t got = ::read(file.get(), block, sizeof block);
        if (got == 0) return content;
        if (got > 0) content.append(block, static_cast<std::size_t>(got));
        else if (errno != EINTR) return fail_errno(path);
        if (content.size() > limit) return fail(ErrorKind::invalid, cat(path, ": larger than ", limit >> 10, " KiB"));
    }
}

Result<void> write_file(const std::string& path, std::string_view content, int mode)
{
    std::string temporary = path + ".XXXXXX";
    const Fd file{::mkostemp(temporary.data(), O_CLOEXEC)};
    if (!file.is_open()) return fail_errno(path);
    if (auto written = write_all(file.get(), content); !written) {
        ::unlink(temporary.c_str());
        return fail(written.error().kind, cat(path, ": ", written.error().what));
    }
    if (::fchmod(file.get(), static_cast<mode_t>(mode)) != 0 || ::rename(temporary.c_str(), path.c_str()) != 0) {
        auto failed = fail_errno(path);
        ::unlink(temporary.c_str());
        return failed;
    }
    return {};
}

Result<void> make_folders(const std::string& path)
{
    if (::mkdir(path.c_str(), 0700) == 0 || errno == EEXIST) return {};
    const auto slash = path.rfind('/');
    if (errno == ENOENT && slash != std::string::npos && slash > 0) {
        OI_CHECK(make_folders(path.substr(0, slash)));
        if (::mkdir(path.c_str(), 0700) == 0 || errno == EEXIST) return {};
    }
    return fail_errno(path);
}

std::string nearest_folder(std::string folder)
{
    while (folder.find('/') != std::string::npos && !exists(folder)) folder.resize(folder.rfind('/'));
    return folder.empty() ? "/" : folder;
}

bool exists(const std::string& path) { return ::access(path.c_str(), F_OK) == 0; }

std::string current_folder()
{
    char path[PATH_MAX];
    return ::getcwd(path, sizeof path) ? path : "/";
}

std::string absolute(std::string_view path)
{
    if (path == "~" || path.starts_with("~/")) return home_folder() + std::string{path.substr(1)};
    if (path.starts_with('/')) return std::string{path};
    return cat(current_folder(), "/", path);
}

std::string environment(const char* name, std::string fallback)
{
    const char* value = std::getenv(name);
    return value && *value ? value : fallback;
}

std::string first_in_environment(std::initializer_list<const char*> names)
{
    for (const char* name : names)
        if (std::string value{trim(environment(name))}; !value.empty()) return value;
    return {};
}

std::string home_folder()
{
    if (auto home = environment("HOME"); !home.empty()) return home;
    const passwd* entry = ::getpwuid(::getuid());
    return entry ? entry->pw_dir : "/";
}

namespace {
std::string xdg(const char* variable, std::string_view fallback)
{
    return cat(environment(variable, cat(home_folder(), "/", fallback)), "/open-interpreter");
}
}  // namespace

std::string config_folder() { return xdg("XDG_CONFIG_HOME", ".config"); }
std::string data_folder() { return xdg("XDG_DATA_HOME", ".local/share"); }
std::string state_folder() { return xdg("XDG_STATE_HOME", ".local/state"); }

std::string find_program(std::string_view name)
{
    const auto is_program = [](const std::string& path) {
        struct stat info {};
        return ::stat(path.c_str(), &info) == 0 && S_ISREG(info.st_mode) && ::access(path.c_str(), X_OK) == 0;
    };
    if (name.find('/') != std::string_view::npos) return is_program(std::string{name}) ? std::string{name} : std::string{};
    const std::string path = environment("PATH", "/usr/local/bin:/usr/bin:/bin");
    for (const auto folder : split(path, ':')) {
        std::string candidate = cat(folder.empty() ? "." : folder, "/", name);
        if (is_program(candidate)) return candidate;
    }
    return {};
}

namespace {
std::string& self_path()
{
    // Never destroyed: a turn may run while the process ends.
    static std::string& path = *[] {
        char target[PATH_MAX];
        const ssize_t length = ::readlink("/proc/self/exe", target, sizeof target);
        return length > 0 ? new std::string(target, static_cast<std::size_t>(length)) : new std::string;
    }();
    return path;
}
}  // namespace

const std::string& self_executable() { return self_path(); }
void set_self_executable(std::string path) { self_path() = std::move(path); }

}  // namespace oi::sys
