// Runs a program in the foreground; see foreground.h.
#include "frontend/terminal/foreground.h"

#include <cerrno>
#include <csignal>
#include <spawn.h>
#include <sys/wait.h>

extern char** environ;

namespace oi {

// A shell splits the command, and gets each path as a word of its own.
Result<int> run_with_terminal(const std::string& command, const std::vector<std::string>& paths)
{
    const std::string script = command + " \"$@\"";
    std::vector<const char*> arguments{"sh", "-c", script.c_str(), "sh"};
    for (const auto& path : paths) arguments.push_back(path.c_str());
    arguments.push_back(nullptr);
    posix_spawnattr_t attributes;
    ::posix_spawnattr_init(&attributes);
    sigset_t all;
    sigfillset(&all);
    ::posix_spawnattr_setsigdefault(&attributes, &all);
    ::posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGDEF);
    pid_t child = 0;
    const int failed = ::posix_spawn(&child, "/bin/sh", nullptr, &attributes, const_cast<char**>(arguments.data()), environ);
    ::posix_spawnattr_destroy(&attributes);
    if (failed != 0) {
        errno = failed;
        return fail_errno(command);
    }
    int status = 0;
    while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
    }
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

}  // namespace oi
