// EngineProcess: a socket in a folder of ours, a keeper, and the engine below it.
#include "llm/local/engine_process.h"

#include "base/text.h"
#include "sys/files.h"

#include <array>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <filesystem>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

namespace oi::llm {

namespace fs = std::filesystem;

namespace {

constexpr std::string_view folder_prefix = "interpreter-engine-";
constexpr int listener_fd = 4;  // 3 is the keeper's

std::optional<sockaddr_un> address_of(const std::string& path)
{
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    if (path.size() >= sizeof address.sun_path) return {};
    std::memcpy(address.sun_path, path.data(), path.size());
    return address;
}

sys::Fd make_socket() { return sys::Fd{::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)}; }

const sockaddr* plain(const sockaddr_un& address) { return reinterpret_cast<const sockaddr*>(&address); }

// Folders of programs that were killed: their sockets refuse. One that has none yet is being made.
void remove_dead_folders(const std::string& parent)
{
    std::error_code error;
    for (fs::directory_iterator entry{parent, error}; !error && entry != fs::directory_iterator{}; entry.increment(error)) {
        const std::string path = entry->path().string();
        if (!entry->path().filename().string().starts_with(folder_prefix)) continue;
        struct stat info {};
        const auto address = address_of(path + "/socket");
        if (!address || ::lstat(path.c_str(), &info) != 0 || !S_ISDIR(info.st_mode) || info.st_uid != ::geteuid()) continue;
        const sys::Fd probe = make_socket();
        if (::connect(probe.get(), plain(*address), sizeof *address) == 0 || errno != ECONNREFUSED) continue;
        std::error_code gone;
        fs::remove_all(path, gone);
    }
}

std::string last_line(const std::string& path)
{
    const auto text = sys::read_file(path);
    if (!text) return {};
    const auto lines = split(*text, '\n');
    for (auto line = lines.rbegin(); line != lines.rend(); ++line)
        if (!is_blank(*line)) return valid_utf8(std::string{utf8_prefix(trim(*line), 300)});
    return {};
}

}  // namespace

std::string find_engine()
{
    constexpr std::string_view name = "interpreter-engine";
    if (const auto named = sys::environment("INTERPRETER_ENGINE"); !named.empty()) return sys::find_program(named);
    const std::string& self = sys::self_executable();
    const std::string folder = self.substr(0, self.rfind('/'));
    for (const std::string& place : {cat(folder, "/", name), cat(folder, "/../../engine/build/bin/", name)})
        if (const auto found = sys::find_program(place); !found.empty()) return found;
    return {};
}

EngineProcess::EngineProcess(std::string program, std::string model_path, long context)
    : program_{std::move(program)}, model_path_{std::move(model_path)}, context_{context}
{
}

EngineProcess::~EngineProcess()
{
    keeper_.reset();
    if (folder_.empty()) return;
    std::error_code gone;
    fs::remove_all(folder_, gone);
}

Result<void> EngineProcess::make_folder()
{
    if (!folder_.empty()) return {};
    for (std::string parent : {sys::environment("XDG_RUNTIME_DIR"), sys::environment("TMPDIR"), std::string{"/tmp"}}) {
        if (parent.empty()) continue;
        remove_dead_folders(parent);
        std::string path = cat(parent, "/", folder_prefix, "XXXXXX");
        if (!address_of(path + "/socket") || !::mkdtemp(path.data())) continue;
        folder_ = path;
        socket_ = path + "/socket";
        return {};
    }
    return fail(ErrorKind::io, "no private folder for the engine could be made", "check XDG_RUNTIME_DIR, TMPDIR and /tmp");
}

Result<sys::Fd> EngineProcess::listen() const
{
    const auto address = address_of(socket_);
    sys::Fd socket = make_socket();
    ::unlink(socket_.c_str());
    if (!address || ::bind(socket.get(), plain(*address), sizeof *address) != 0 || ::listen(socket.get(), 8) != 0)
        return fail_errno(socket_);
    return socket;
}

bool EngineProcess::is_running()
{
    if (!keeper_) return false;
    while (const auto report = keeper_->next()) {
        if (report->what == sys::KeeperReport::What::started || report->what == sys::KeeperReport::What::marked) continue;
        const bool has_failed = report->what == sys::KeeperReport::What::failed;
        const std::string how = has_failed ? std::strerror(report->value) : to_text(sys::Exit{report->value, report->signal});
        const std::string words = last_line(folder_ + "/log");
        last_end_ = words.empty() ? how : cat(how, ": ", words);
        keeper_.reset();
        return false;
    }
    if (!keeper_->is_gone()) return true;
    last_end_ = "it was ended";
    keeper_.reset();
    return false;
}

Result<void> EngineProcess::start()
{
    if (is_running()) return {};
    OI_CHECK(make_folder());
    OI_TRY(const sys::Fd listener, listen());
    const std::string log = folder_ + "/log";
    const sys::Fd words{::open(log.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_APPEND | O_CLOEXEC, 0600)};
    if (!words.is_open()) return fail_errno(log);
    const std::string threads = sys::environment("INTERPRETER_ENGINE_THREADS", "0");
    // Threads that wait for one another sleep: where they spin, a machine that has something else to do is several times slower.
    const sys::Command command{
        .argv = {program_, model_path_, cat(listener_fd), cat(context_), threads},
        .environment = {cat("PATH=", sys::environment("PATH")), cat("HOME=", sys::home_folder()), "GOMP_SPINCOUNT=0"}};
    const std::array<sys::Inherit, 2> inherit{{{words.get(), 2}, {listener.get(), listener_fd}}};
    OI_TRY(sys::Keeper keeper, sys::Keeper::start(command, inherit));
    keeper_.emplace(std::move(keeper));
    return {};
}

std::optional<std::string> EngineProcess::end()
{
    if (keeper_) {
        pollfd report{keeper_->fd(), POLLIN, 0};
        const auto deadline = sys::Clock::now() + std::chrono::milliseconds{500};
        while (is_running())
            if (sys::wait({&report, 1}, deadline) != sys::Woke::ready) return {};
    }
    return last_end_;
}

}  // namespace oi::llm
