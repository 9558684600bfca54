// The driver's side of the protocol; see own_driver.h.
#include "kernel/drivers/own_driver.h"

#include "base/text.h"
#include "kernel/kernel_process.h"
#include "sys/fd.h"

#include <cerrno>
#include <csignal>
#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

namespace oi::kernel {

namespace {

volatile std::sig_atomic_t has_signal = 0;  // since the driver started
bool is_told = false;                       // the frame that goes before the signal has come, and belongs to this cell

void take_interrupt(int) { has_signal = 1; }

// While a cell runs and asks for nothing, the only frame that can come is `interrupt`.
bool has_input()
{
    pollfd input{frames_in_fd, POLLIN, 0};
    return ::poll(&input, 1, 0) > 0;
}

// The program is gone when nobody reads: then the keeper ends us.
void send(std::string_view frame) { ignore(sys::write_all(frames_out_fd, frame), "the program is gone"); }

}  // namespace

OwnDriver::OwnDriver()
{
    std::signal(SIGPIPE, SIG_IGN);
    struct sigaction action {};
    action.sa_handler = take_interrupt;
    action.sa_flags = SA_RESTART;
    ::sigaction(SIGINT, &action, nullptr);
    for (const int fd : {frames_in_fd, frames_out_fd}) ::fcntl(fd, F_SETFD, FD_CLOEXEC);
    send(encode("ready", 0));
}

std::optional<Frame> OwnDriver::read_frame()
{
    for (;;) {
        auto frame = frames_.next();
        if (!frame) return {};
        if (*frame) {
            is_told = is_told || (*frame)->name == "interrupt";
            return std::move(**frame);
        }
        char block[1 << 16];
        const ssize_t got = ::read(frames_in_fd, block, sizeof block);
        if (got < 0 && errno == EINTR) continue;
        if (got <= 0) return {};
        frames_.feed({block, static_cast<std::size_t>(got)});
    }
}

std::optional<std::string> OwnDriver::next_cell()
{
    while (auto frame = read_frame()) {
        if (frame->name != "run") continue;
        cell_ = frame->number;
        const auto next = frames_.next();  // that came with it
        is_told = next && *next && (*next)->name == "interrupt";
        return std::move(frame->payload);
    }
    return {};
}

// The signal alone may be that of an earlier cell, or may have come before this cell was read.
bool OwnDriver::is_interrupted() { return is_told || (has_signal != 0 && has_input()); }

void OwnDriver::line(long number) { send(encode("line", number)); }

void OwnDriver::display(const Bundle& bundle)
{
    std::string payload;
    for (const auto& [type, bytes] : bundle) payload += cat(type, " ", bytes.size(), "\n", bytes);
    send(encode("display", ++display_, payload));
    while (const auto frame = read_frame())
        if (frame->name == "reply" && frame->number == display_) return;
}

void OwnDriver::print(std::string_view text) { ignore(sys::write_all(STDOUT_FILENO, text), "the program is gone"); }

void OwnDriver::end(std::string_view result, std::string_view note)
{
    const std::string_view how = is_interrupted() ? "interrupted" : result;
    send(encode("end", cell_, cat(how, note.empty() ? "" : "\n", note)));
}

}  // namespace oi::kernel
