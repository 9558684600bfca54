// One life of a kernel; see kernel_process.h.
#include "kernel/kernel_process.h"

#include "base/text.h"
#include "kernel/warm_parents.h"
#include "sys/files.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <climits>
#include <csignal>
#include <fcntl.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

namespace oi::kernel {

namespace {
constexpr std::size_t pipe_size = 1 << 20;
constexpr std::size_t frames_block = 1 << 16;
constexpr std::size_t most_prompt = 1000;
}  // namespace

namespace {

// A file in memory.
Result<sys::Fd> make_file(std::string_view text)
{
    sys::Fd file{::memfd_create("cell.so", MFD_CLOEXEC)};
    if (!file.is_open()) return fail_errno("memfd_create");
    while (!text.empty()) {
        const ssize_t wrote = ::write(file.get(), text.data(), text.size());
        if (wrote < 0) return fail_errno("memfd_create: write");
        text.remove_prefix(static_cast<std::size_t>(wrote));
    }
    return file;
}

}  // namespace

Result<std::unique_ptr<KernelProcess>> KernelProcess::start(const sys::Command& command, std::string_view library, WarmParents* parents)
{
    OI_TRY(auto to_driver, sys::make_socket_pair());
    OI_TRY(auto from_driver, sys::make_pipe());
    OI_TRY(auto output, sys::make_pipe());
    ::fcntl(output.read.get(), F_SETPIPE_SZ, pipe_size);  // an ordinary user's limit; refused: it stays small
    for (const int fd : {to_driver.read.get(), from_driver.read.get(), output.read.get()}) sys::set_nonblocking(fd, true);
    Keyboard keyboard = Keyboard::open();
    std::vector<sys::Inherit> inherit{
        {output.write.get(), 1}, {output.write.get(), 2}, {to_driver.write.get(), frames_in_fd}, {from_driver.write.get(), frames_out_fd}};
    if (keyboard.terminal() >= 0) inherit.push_back({keyboard.terminal(), 0});
    sys::Fd file;
    if (!library.empty()) {
        OI_TRY(file, make_file(library));
        inherit.push_back({file.get(), library_fd});
    }
    auto forked = parents ? parents->fork(command, inherit) : std::nullopt;
    const bool has_driver = forked.has_value();
    if (!forked) {
        OI_TRY(auto keeper, sys::Keeper::start(command, inherit));
        forked.emplace(std::move(keeper));
    }
    std::unique_ptr<KernelProcess> process{new KernelProcess{std::move(*forked), std::move(to_driver.read), std::move(from_driver.read),
                                                             std::move(output.read), std::move(keyboard)}};
    process->has_driver_ = has_driver;
    return process;
}

KernelProcess::KernelProcess(sys::Keeper keeper, sys::Fd to_driver, sys::Fd from_driver, sys::Fd output, Keyboard keyboard)
    : keeper_{std::move(keeper)},
      to_driver_{std::move(to_driver)},
      from_driver_{std::move(from_driver)},
      output_{std::move(output)},
      keyboard_{std::move(keyboard)},
      block_{new char[pipe_size]}
{
}

Result<sys::Woke> KernelProcess::step(const ChunkSink& sink, const FrameHandler& on_frame, sys::Deadline deadline,
                                      const sys::StopSignal& stop)
{
    std::array<pollfd, 5> watched{{{output_.get(), POLLIN, 0},
                                   {from_driver_.get(), POLLIN, 0},
                                   {keeper_.fd(), POLLIN, 0},
                                   {outgoing_.empty() ? -1 : to_driver_.get(), POLLOUT, 0},
                                   keyboard_.watched()}};
    const sys::Deadline look_at = keyboard_.look_at();
    const bool is_look_first = look_at && (!deadline || *look_at < *deadline);
    const sys::Woke woke = sys::wait(watched, is_look_first ? look_at : deadline, stop);
    if (woke == sys::Woke::stopped || (woke == sys::Woke::deadline && !is_look_first)) return woke;
    if (watched[3].revents != 0) write_frames();
    if (watched[1].revents != 0) {
        OI_TRY(const bool go_on, read_frames(sink, on_frame));
        if (!go_on) return woke;
    }
    if (watched[2].revents != 0) read_reports();
    if (death_) {
        end_output(sink);
        return sys::Woke::ready;
    }
    if (watched[0].revents != 0) read_output(pipe_size, sink);
    if (watched[4].revents & POLLOUT) keyboard_.write();
    if (watched[4].revents & POLLIN) read_terminal(sink);
    if (look_at && sys::Clock::now() >= *look_at) look();
    return sys::Woke::ready;
}

void KernelProcess::begin_cell()
{
    is_at_line_start_ = true;
    line_.clear();
    keyboard_.begin_cell();
}

void KernelProcess::look() { question_ = keyboard_.look(keeper_.pid(), pid_, line_); }

void KernelProcess::read_terminal(const ChunkSink& sink)
{
    std::string text = terminal_text_.feed(keyboard_.read());
    if (!text.empty()) hand_over(std::move(text), sink, From::terminal);
}

void KernelProcess::answer(std::string_view line, const ChunkSink& sink)
{
    std::string text = keyboard_.answer(line);
    const bool is_end_of_line = text == "\n" && !line.empty();
    if (!text.empty()) hand_over(std::move(text), sink);
    is_line_ended_ = is_end_of_line;
}

// Remembers the line in progress, which may be somebody's prompt: its end, if it is long.
void KernelProcess::hand_over(std::string text, const ChunkSink& sink, From from)
{
    if (std::exchange(is_line_ended_, false) && text.front() == '\n') text.erase(0, 1);
    if (text.empty()) return;
    const std::string_view tail = utf8_suffix(text, most_prompt);
    const auto line_start = tail.find_last_of("\r\n");
    if (line_start != std::string_view::npos || tail.size() == most_prompt) line_.clear();
    line_ += tail.substr(line_start + 1);
    if (line_.size() > most_prompt) line_ = utf8_suffix(line_, most_prompt);
    is_at_line_start_ = text.ends_with('\n');
    keyboard_.heard(line_, from == From::terminal);
    sink(output_chunk(std::move(text)));
}

void KernelProcess::read_output(std::size_t at_most, const ChunkSink& sink)
{
    const ssize_t got = ::read(output_.get(), block_.get(), std::min(at_most, pipe_size));
    if (got == 0) output_.reset();  // everyone has closed it; the end is told by the keeper
    if (got <= 0) return;
    std::string text = text_.feed({block_.get(), static_cast<std::size_t>(got)});
    if (!text.empty()) hand_over(std::move(text), sink, From::pipe);
    else is_at_line_start_ = false;
}

void KernelProcess::drain(const ChunkSink& sink)
{
    // The line in progress is more likely continued by the terminal, where its prompt stands.
    const bool is_terminal_first = !line_.empty();
    if (is_terminal_first) read_terminal(sink);
    // Only what is there now: a background job may write for ever.
    int waiting = 0;
    if (output_.is_open()) ::ioctl(output_.get(), FIONREAD, &waiting);
    for (auto left = static_cast<std::size_t>(waiting); left > 0;) {
        read_output(left, sink);
        left -= std::min(left, pipe_size);
    }
    if (!is_terminal_first) read_terminal(sink);
}

void KernelProcess::end_output(const ChunkSink& sink)
{
    drain(sink);
    for (auto* text : {&text_, &terminal_text_})
        if (std::string rest = text->flush(); !rest.empty()) sink(output_chunk(std::move(rest)));
}

Result<bool> KernelProcess::read_frames(const ChunkSink& sink, const FrameHandler& on_frame)
{
    char block[frames_block];
    const ssize_t got = ::read(from_driver_.get(), block, sizeof block);
    if (got < 0) return true;
    if (got == 0) {  // the driver has closed it, or is gone: the keeper will tell
        from_driver_.reset();
        return true;
    }
    frames_.feed({block, static_cast<std::size_t>(got)});
    for (;;) {
        OI_TRY(const auto frame, frames_.next());
        if (!frame) return true;
        // Output in the pipe is older than any other frame; of a line it is more likely what that line has printed.
        if (frame->name != "line" && frame->name != "ready") drain(sink);
        if (!on_frame(*frame)) return false;
    }
}

void KernelProcess::write_frames()
{
    const ssize_t sent = ::send(to_driver_.get(), outgoing_.data(), outgoing_.size(), MSG_NOSIGNAL);
    if (sent > 0) outgoing_.erase(0, static_cast<std::size_t>(sent));
    else if (errno != EAGAIN && errno != EINTR) outgoing_.clear();  // nobody reads any more: the keeper will tell
}

void KernelProcess::read_reports()
{
    using What = sys::KeeperReport::What;
    while (const auto report = keeper_.next()) {
        if (report->what == What::started) pid_ = report->value;
        if (report->what == What::marked) is_marking_ = false;
        if (report->what == What::failed) death_ = Death{{}, report->value};
        if (report->what == What::exited) death_ = Death{{report->value, report->signal}};
    }
    if (keeper_.is_gone() && !death_) death_ = Death{{0, SIGKILL}};
}

std::string KernelProcess::folder() const
{
    char path[PATH_MAX];
    const ssize_t length = ::readlink(cat("/proc/", pid_, "/cwd").c_str(), path, sizeof path);
    if (length <= 0) return {};
    std::string folder(path, static_cast<std::size_t>(length));
    return sys::exists(folder) ? folder : std::string{};
}

void KernelProcess::mark()
{
    is_marking_ = true;
    keeper_.mark();
}

void KernelProcess::interrupt()
{
    send(encode("interrupt", 0));
    write_frames();
    keeper_.interrupt();
}

std::vector<std::string> KernelProcess::survivors() const
{
    std::vector<std::string> names;
    const auto is_other = [&](const sys::ProcessId& process) { return process.pid != pid_ && keyboard_.is_earlier(process); };
    for (const auto& process : sys::descendants(keeper_.pid(), is_other)) {
        if (!sys::is_out_of_reach(process.pid)) continue;
        if (std::string name = sys::describe_process(process.pid); !name.empty()) names.push_back(std::move(name));
    }
    return names;
}

std::vector<std::string> KernelProcess::end()
{
    std::vector<std::string> names;
    for (const pid_t pid : keeper_.end())
        if (std::string name = sys::describe_process(pid); !name.empty()) names.push_back(std::move(name));
    return names;
}

}  // namespace oi::kernel
