// Walks /proc/PID/task/*/children; see process_tree.h. Format: proc(5).
#include "sys/process_tree.h"

#include "base/text.h"
#include "sys/fd.h"

#include <cstring>
#include <dirent.h>
#include <fcntl.h>
#include <pwd.h>
#include <sys/stat.h>
#include <unistd.h>

namespace oi::sys {
namespace {

std::string read_small(const std::string& path)
{
    const Fd file{::open(path.c_str(), O_RDONLY | O_CLOEXEC)};
    std::string content;
    char block[4096];
    ssize_t got = 0;
    while (file.is_open() && (got = ::read(file.get(), block, sizeof block)) > 0) content.append(block, static_cast<std::size_t>(got));
    return content;
}

// A process's children hang on the thread that made them.
std::vector<pid_t> children(pid_t pid)
{
    std::vector<pid_t> result;
    const std::string tasks = cat("/proc/", pid, "/task");
    DIR* folder = ::opendir(tasks.c_str());
    if (!folder) return result;
    while (const dirent* entry = ::readdir(folder)) {
        if (entry->d_name[0] == '.') continue;
        const std::string pids = read_small(cat(tasks, "/", entry->d_name, "/children"));
        for (const auto word : split(pids, ' '))
            if (const auto child = to_integer(word)) result.push_back(static_cast<pid_t>(*child));
    }
    ::closedir(folder);
    return result;
}

}  // namespace

ProcessId identify(pid_t pid)
{
    const std::string stat = read_small(cat("/proc/", pid, "/stat"));
    // The name (field 2) may hold spaces and brackets: count from the last one. Start time is field 22.
    const auto name_end = stat.rfind(')');
    if (name_end == std::string::npos) return {pid, 0};
    const auto fields = split(std::string_view{stat}.substr(name_end + 2), ' ');
    const auto started = fields.size() > 19 ? to_integer(fields[19]) : std::nullopt;
    return {pid, static_cast<std::uint64_t>(started.value_or(0))};
}

namespace {

struct ProcessFacts {
    std::string name;
    char state = 'X';
    uid_t owner = 0;
    bool is_alive() const { return state != 'X' && state != 'Z'; }
    bool is_foreign() const { return ::geteuid() != 0 && owner != ::geteuid(); }
};

ProcessFacts facts_of(pid_t pid)
{
    const std::string stat = read_small(cat("/proc/", pid, "/stat"));
    const auto name_start = stat.find('('), name_end = stat.rfind(')');
    struct stat info {};
    if (name_end == std::string::npos || stat.size() < name_end + 3 || ::stat(cat("/proc/", pid).c_str(), &info) != 0) return {};
    return {valid_utf8(stat.substr(name_start + 1, name_end - name_start - 1)), stat[name_end + 2], info.st_uid};
}

}  // namespace

bool is_out_of_reach(pid_t pid)
{
    const ProcessFacts facts = facts_of(pid);
    return facts.is_alive() && (facts.state == 'D' || facts.is_foreign());
}

std::string describe_process(pid_t pid)
{
    const ProcessFacts facts = facts_of(pid);
    if (!facts.is_alive()) return {};
    std::string why = facts.state == 'D' ? ", in an uninterruptible wait" : cat(", state ", facts.state);
    if (facts.is_foreign()) {
        const passwd* owner = ::getpwuid(facts.owner);
        why = cat(", which belongs to ", owner ? std::string{owner->pw_name} : cat("user ", facts.owner));
    }
    return cat(facts.name, " (pid ", pid, why, ")");
}
std::string name_of(pid_t pid) { return std::string{trim(read_small(cat("/proc/", pid, "/comm")))}; }

std::vector<ProcessId> descendants(pid_t root, const std::function<bool(const ProcessId&)>& skip)
{
    std::vector<ProcessId> found;
    std::size_t next = 0;
    const auto add_children = [&](pid_t parent) {
        for (const pid_t child : children(parent)) {
            const ProcessId process = identify(child);
            if (process.started != 0 && !(skip && skip(process))) found.push_back(process);
        }
    };
    add_children(root);
    while (next < found.size()) add_children(found[next++].pid);
    return found;
}

}  // namespace oi::sys
