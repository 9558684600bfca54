// Running a helper; see helper.h.
#include "kernel/helper.h"

#include "base/text.h"
#include "sys/files.h"
#include "sys/keeper.h"

#include <array>
#include <cstring>
#include <fcntl.h>
#include <filesystem>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

namespace oi::kernel {

namespace {

constexpr std::size_t kept_output = 1 << 20;
constexpr std::size_t largest_file = 64 << 20;

// A file in memory, at its beginning: no pipe that somebody would have to keep filling.
Result<sys::Fd> as_file(std::string_view text)
{
    sys::Fd file{::memfd_create("input", MFD_CLOEXEC)};
    if (!file.is_open()) return fail_errno("memfd_create");
    OI_CHECK(sys::write_all(file.get(), text));
    ::lseek(file.get(), 0, SEEK_SET);
    return file;
}

// What is there now, the rest dropped once there is enough.
void read_some(int fd, std::string& output)
{
    char block[65536];
    const ssize_t got = ::read(fd, block, sizeof block);
    if (got > 0) output.append(block, std::min(static_cast<std::size_t>(got), kept_output - std::min(kept_output, output.size())));
}

// The reports of the keeper: the end, or nullopt when there is none yet. not_found: it never started.
Result<std::optional<sys::Exit>> read_reports(sys::Keeper& keeper, const std::string& program)
{
    using What = sys::KeeperReport::What;
    while (const auto report = keeper.next()) {
        if (report->what == What::failed) return fail(ErrorKind::not_found, cat(program, ": ", std::strerror(report->value)));
        if (report->what == What::exited) return std::optional{sys::Exit{report->value, report->signal}};
    }
    if (keeper.is_gone()) return fail(ErrorKind::io, cat(program, ": its keeper is gone"));
    return std::optional<sys::Exit>{};
}

}  // namespace

Result<Finished> run_helper(const Host& host, std::vector<std::string> argv, std::string_view input, std::chrono::milliseconds limit,
                            const std::stop_token& stop)
{
    const std::string program = argv.front();
    if (host.trace) host.trace(cat("run ", join(argv, " ")));
    Command command{std::move(argv), host.environment, sys::nearest_folder(host.folder)};
    if (host.sandbox) {
        OI_TRY(command, host.sandbox->confine(std::move(command), host.policy));
    }
    OI_TRY(const auto stdin_file, as_file(input));
    OI_TRY(auto output, sys::make_pipe());
    sys::set_nonblocking(output.read.get(), true);
    const std::array<sys::Inherit, 3> inherit{{{stdin_file.get(), 0}, {output.write.get(), 1}, {output.write.get(), 2}}};
    OI_TRY(auto keeper, sys::Keeper::start(command, inherit));
    output.write.reset();
    const sys::StopSignal signal{stop};
    const auto deadline = sys::Clock::now() + limit;
    Finished finished;
    for (;;) {
        std::array<pollfd, 2> watched{{{output.read.get(), POLLIN, 0}, {keeper.fd(), POLLIN, 0}}};
        const auto woke = sys::wait(watched, deadline, signal);
        if (woke == sys::Woke::stopped) return fail(ErrorKind::cancelled, "the cell was stopped");
        if (woke == sys::Woke::deadline) return fail(ErrorKind::timeout, cat(program, " was not done within ", limit.count() / 1000, " s"));
        if (watched[0].revents != 0) read_some(output.read.get(), finished.output);
        if (watched[0].revents == POLLHUP) output.read.reset();
        if (watched[1].revents == 0) continue;
        OI_TRY(const auto end, read_reports(keeper, program));
        if (!end) continue;
        for (std::size_t before = SIZE_MAX; output.read.is_open() && before != finished.output.size();) {
            before = finished.output.size();
            read_some(output.read.get(), finished.output);
        }
        finished.exit = *end;
        return finished;
    }
}

Result<ScratchFolder> ScratchFolder::make(const Host& host)
{
    const bool is_confined = host.sandbox && host.policy.files != SandboxPolicy::Files::all;
    if (is_confined && host.policy.files == SandboxPolicy::Files::read_only)
        return fail(ErrorKind::unsupported, "a read-only sandbox has no folder through which files could be exchanged");
    // A sandbox has a /tmp of its own.
    std::string path =
        is_confined ? cat(host.policy.workspace, "/.interpreter-XXXXXX") : cat(sys::environment("TMPDIR", "/tmp"), "/interpreter-XXXXXX");
    if (!::mkdtemp(path.data())) return fail_errno(path);
    sys::Fd folder{::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)};
    if (!folder.is_open()) return fail_errno(path);
    return ScratchFolder{std::move(path), std::move(folder)};
}

Result<void> ScratchFolder::write(std::string_view name, std::string_view content) const
{
    return sys::write_file(cat("/proc/self/fd/", folder_.get(), "/", name), content, 0600);
}

Result<std::string> ScratchFolder::read(const std::string& name) const
{
    const sys::Fd file{::openat(folder_.get(), name.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)};
    struct stat info {};
    if (!file.is_open() || ::fstat(file.get(), &info) != 0) return fail_errno(name);
    if (!S_ISREG(info.st_mode)) return fail(ErrorKind::invalid, cat(name, ": not a regular file"));
    return sys::read_file(cat("/proc/self/fd/", file.get()), largest_file);
}

ScratchFolder::~ScratchFolder()
{
    std::error_code gone;
    if (!path_.empty()) std::filesystem::remove_all(path_, gone);
}

}  // namespace oi::kernel
