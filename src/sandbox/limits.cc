// Resource limits and control groups; see limits.h.
#include "sandbox/limits.h"

#include "base/text.h"
#include "sys/fd.h"
#include "sys/files.h"

#include <algorithm>
#include <cerrno>
#include <dirent.h>
#include <fcntl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

namespace oi::sandbox {

namespace {

Result<void> limit(__rlimit_resource resource, long value, const char* name)
{
    if (value <= 0) return {};
    rlimit now{};
    ::getrlimit(resource, &now);
    const rlim_t wanted = std::min(static_cast<rlim_t>(value), now.rlim_max);
    const rlimit both{wanted, wanted};
    if (::setrlimit(resource, &both) != 0) return fail_errno(cat("the limit of ", name));
    return {};
}

// Threads count, as they do for the system.
long tasks_of_user()
{
    long count = 0;
    DIR* processes = ::opendir("/proc");
    if (!processes) return 0;
    while (const dirent* entry = ::readdir(processes)) {
        if (!to_integer(entry->d_name)) continue;
        const std::string tasks = cat("/proc/", static_cast<const char*>(entry->d_name), "/task");
        struct stat info {};
        if (::stat(tasks.c_str(), &info) == 0 && info.st_uid == ::getuid()) count += static_cast<long>(info.st_nlink) - 2;
    }
    ::closedir(processes);
    return count;
}

Result<void> write_to(const std::string& path, std::string_view text)
{
    const sys::Fd file{::open(path.c_str(), O_WRONLY | O_CLOEXEC)};
    if (!file.is_open() || ::write(file.get(), text.data(), text.size()) < 0) return fail_errno(path);
    return {};
}

// Where groups that count processes can be made: version 1, else version 2.
std::string parent_group()
{
    for (const char* root : {"/sys/fs/cgroup/pids", "/sys/fs/cgroup"}) {
        const bool is_first = sys::exists(cat(root, "/tasks"));
        const auto controllers = sys::read_file(cat(root, "/cgroup.subtree_control"));
        if (is_first || (controllers && controllers->find("pids") != std::string::npos)) return root;
    }
    return {};
}

// The kernel does not count the processes of root: only a control group does.
Result<std::string> enter_group(long processes)
{
    const std::string parent = parent_group();
    const auto refuse = [](std::string why) {
        return fail(ErrorKind::unsupported, cat("--max_processes cannot be enforced for root here: ", why), "start it as an ordinary user");
    };
    if (parent.empty()) return refuse("there is no control group that counts processes");
    const std::string group = cat(parent, "/interpreter-", ::getpid());
    if (::mkdir(group.c_str(), 0755) != 0 && errno != EEXIST) return refuse(fail_errno(group).value().what);
    if (auto set = write_to(cat(group, "/pids.max"), cat(processes)); !set) return refuse(set.error().what);
    if (auto in = write_to(cat(group, "/cgroup.procs"), "0"); !in) return refuse(in.error().what);
    return group;
}

}  // namespace

Result<std::string> enter_limits(const Limits& limits, Counting counting)
{
    // Not the address space: Node.js, Java and Go reserve hundreds of gigabytes that they never touch.
    OI_CHECK(limit(RLIMIT_DATA, limits.memory_mebibytes << 20, "memory"));
    OI_CHECK(limit(RLIMIT_CPU, limits.cpu_seconds, "processor time"));
    if (limits.processes <= 0) return std::string{};
    if (::getuid() == 0) return enter_group(limits.processes);
    const long others = counting == Counting::of_user ? tasks_of_user() : 0;
    OI_CHECK(limit(RLIMIT_NPROC, limits.processes + others, "processes"));
    return std::string{};
}

}  // namespace oi::sandbox
