// Runs rsvg-convert; see svg.h.
#include "frontend/svg.h"

#include "base/text.h"
#include "sys/files.h"
#include "sys/process.h"
#include "sys/wait.h"

#include <array>
#include <csignal>
#include <unistd.h>

namespace oi {

namespace {

using namespace std::chrono_literals;
constexpr auto longest = 10s;
constexpr std::size_t most_bytes = 64 << 20;

Result<std::string> read_all(const sys::Fd& from, sys::Deadline deadline, const sys::StopSignal& stop)
{
    std::string bytes;
    std::array<char, 65536> block{};
    for (;;) {
        pollfd ready{from.get(), POLLIN, 0};
        const auto woke = sys::wait({&ready, 1}, deadline, stop);
        if (woke == sys::Woke::stopped) return fail(ErrorKind::cancelled, "the drawing");
        if (woke == sys::Woke::deadline) return fail(ErrorKind::timeout, "rsvg-convert was not done within 10 s");
        const ssize_t got = ::read(from.get(), block.data(), block.size());
        if (got < 0 && errno == EINTR) continue;
        if (got <= 0) return bytes;
        bytes.append(block.data(), static_cast<std::size_t>(got));
        if (bytes.size() > most_bytes) return fail(ErrorKind::invalid, "rsvg-convert makes too large a picture of it");
    }
}

}  // namespace

bool is_svg(std::string_view page)
{
    page = trim(page.substr(0, 4096));
    if (page.starts_with("<svg")) return true;
    return (page.starts_with("<?xml") || page.starts_with("<!DOCTYPE svg")) && page.find("<svg") != std::string_view::npos;
}

Result<std::string> png_of_svg(const std::string& path, std::stop_token stop)
{
    const std::string program = sys::find_program("rsvg-convert");
    if (program.empty()) return fail(ErrorKind::not_found, "rsvg-convert is not installed (package librsvg2-bin)");
    const sys::StopSignal signal{std::move(stop)};
    const auto deadline = sys::Clock::now() + longest;
    OI_TRY(auto pipe, sys::make_pipe());
    const sys::Inherit output{pipe.write.get(), 1};
    OI_TRY(auto process, sys::spawn({.argv = {program, "--format=png", "--keep-aspect-ratio", "--width=1600", "--height=1200", path},
                                     .environment = {"LC_ALL=C.UTF-8", cat("HOME=", sys::home_folder())},
                                     .folder = "/"},
                                    {&output, 1}));
    pipe.write.reset();
    auto png = read_all(pipe.read, deadline, signal);
    if (!png) process.signal(SIGKILL);
    const auto end = process.wait({});
    OI_CHECK(png);
    if (!end || *end != sys::Exit{} || png->empty()) return fail(ErrorKind::invalid, "rsvg-convert cannot read it");
    return png;
}

}  // namespace oi
