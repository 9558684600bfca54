// Landlock by its system calls (Documentation/userspace-api/landlock.rst of Linux); see landlock.h.
#include "sandbox/landlock.h"

#include "base/text.h"
#include "sys/fd.h"

#include <cstdint>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace oi::sandbox {

namespace {

// Debian's header is of version 2.
struct RulesetAttributes {
    std::uint64_t handled_files = 0;
    std::uint64_t handled_network = 0;
    std::uint64_t scoped = 0;
};
struct __attribute__((packed)) PathAttributes {
    std::uint64_t allowed = 0;
    std::int32_t parent = -1;
};
constexpr std::uint32_t ask_version = 1;
constexpr int path_beneath = 1;

constexpr std::uint64_t write_file = 1 << 1;
constexpr std::uint64_t changes_of_folders = 0x1ff0;  // remove_dir up to make_sym
constexpr std::uint64_t makes_devices = (1 << 6) | (1 << 11);
constexpr std::uint64_t refer = 1 << 13, truncate = 1 << 14, device_control = 1 << 15;
constexpr std::uint64_t scope_sockets = 1, scope_signals = 2;

std::uint64_t handled_by(int version)
{
    std::uint64_t rights = write_file | changes_of_folders;
    if (version >= 2) rights |= refer;
    if (version >= 3) rights |= truncate;
    if (version >= 5) rights |= device_control;
    return rights;
}

Result<void> allow(int ruleset, const std::string& path, std::uint64_t rights)
{
    const sys::Fd place{::open(path.c_str(), O_PATH | O_CLOEXEC)};
    if (!place.is_open()) return fail_errno(path);
    struct stat info {};
    ::fstat(place.get(), &info);
    if (!S_ISDIR(info.st_mode)) rights &= write_file | truncate | device_control;
    const PathAttributes rule{rights, place.get()};
    if (::syscall(SYS_landlock_add_rule, ruleset, path_beneath, &rule, 0) != 0) return fail_errno(cat("a Landlock rule for ", path));
    return {};
}

}  // namespace

int landlock_version()
{
    const long version = ::syscall(SYS_landlock_create_ruleset, nullptr, 0, ask_version);
    return version > 0 ? static_cast<int>(version) : 0;
}

Result<void> enter_landlock(const std::vector<std::string>& writable)
{
    const int version = landlock_version();
    if (version == 0) return {};
    RulesetAttributes attributes{.handled_files = handled_by(version)};
    std::size_t size = sizeof attributes.handled_files;
    if (version >= 4) size += sizeof attributes.handled_network;
    if (version >= landlock_with_scopes) {
        attributes.scoped = scope_sockets | scope_signals;
        size = sizeof attributes;
    }
    const sys::Fd ruleset{static_cast<int>(::syscall(SYS_landlock_create_ruleset, &attributes, size, 0))};
    if (!ruleset.is_open()) return fail_errno("Landlock");
    for (const auto& path : writable) OI_CHECK(allow(ruleset.get(), path, attributes.handled_files & ~makes_devices));
    if (::syscall(SYS_landlock_restrict_self, ruleset.get(), 0) != 0) return fail_errno("Landlock");
    return {};
}

}  // namespace oi::sandbox
