// ProviderServer: fork, exec, and the port from the first line of its output.
#include "testing/provider_server.h"

#include "base/text.h"
#include "sys/fd.h"
#include "sys/files.h"
#include "sys/wait.h"

#include <algorithm>
#include <array>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <sys/inotify.h>
#include <sys/prctl.h>
#include <unistd.h>

// <sys/wait.h> is hidden by a header of our own of that name.
extern "C" pid_t waitpid(pid_t, int*, int);

namespace oi::testing {

namespace {

[[noreturn]] void give_up(const char* what)
{
    std::perror(what);
    std::abort();
}

// Where server.py lies, seen from a test binary in build/NAME.
std::string script_path()
{
    for (auto folder = std::filesystem::path{__FILE__}.parent_path(); folder.has_relative_path(); folder = folder.parent_path())
        if (const auto path = folder / "tests" / "provider" / "server.py"; std::filesystem::exists(path)) return path.string();
    return "tests/provider/server.py";
}

}  // namespace

ProviderServer::ProviderServer(const std::string& scenario, const std::vector<std::string>& flags)
{
    record_path_ = sys::environment("TMPDIR", "/tmp") + "/oi-provider-XXXXXX";
    ::close(::mkstemp(record_path_.data()));
    is_tls_ = std::find(flags.begin(), flags.end(), "--tls") != flags.end();

    std::vector<std::string> words{"/usr/bin/python3", "-IS", script_path(), "-", "--record", record_path_};
    words.insert(words.end(), flags.begin(), flags.end());
    std::vector<char*> argv;
    for (auto& word : words) argv.push_back(word.data());
    argv.push_back(nullptr);
    auto input = sys::make_pipe();
    auto output = sys::make_pipe();
    if (!input || !output) give_up("pipe");
    pid_ = ::fork();
    if (pid_ < 0) give_up("fork");
    if (pid_ == 0) {
        ::prctl(PR_SET_PDEATHSIG, SIGKILL);
        ::dup2(input->read.get(), 0);
        ::dup2(output->write.get(), 1);
        ::execv(argv[0], argv.data());
        ::_exit(127);
    }
    output->write.reset();
    std::string line = replace_all(scenario, "\n", " ") + "\n";
    ignore(sys::write_all(input->write.get(), line), "a server that is gone gives no port");
    std::string port;
    for (char c; ::read(output->read.get(), &c, 1) == 1 && c != '\n';) port += c;
    port_ = static_cast<int>(to_integer(port).value_or(0));
    if (port_ == 0) give_up("the provider server did not start");
    input_ = ::dup(input->write.get());
}

ProviderServer::~ProviderServer()
{
    ::close(input_);
    ::kill(pid_, SIGKILL);
    ::waitpid(pid_, nullptr, 0);
    ::unlink(record_path_.c_str());
}

std::string ProviderServer::base() const { return cat(is_tls_ ? "https" : "http", "://127.0.0.1:", port_, "/v1"); }

std::vector<std::string> ProviderServer::records() const
{
    std::vector<std::string> lines;
    const auto text = sys::read_file(record_path_);
    if (!text) return lines;
    for (const auto line : split(*text, '\n'))
        if (!line.empty()) lines.emplace_back(line);
    return lines;
}

std::string ProviderServer::wait_for_record(const std::string& text) const
{
    const sys::Fd changes{::inotify_init1(IN_CLOEXEC | IN_NONBLOCK)};
    ::inotify_add_watch(changes.get(), record_path_.c_str(), IN_MODIFY);
    const auto deadline = sys::Clock::now() + std::chrono::seconds{10};
    for (;;) {
        for (const auto& line : records())
            if (line.find(text) != std::string::npos) return line;
        std::array<pollfd, 1> descriptors{{{changes.get(), POLLIN, 0}}};
        if (sys::wait(descriptors, deadline) == sys::Woke::deadline) return {};
        char bytes[4096];
        while (::read(changes.get(), bytes, sizeof bytes) > 0) {
        }
    }
}

}  // namespace oi::testing
