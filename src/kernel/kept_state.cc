// The header of a file of kept variables; see kept_state.h.
#include "kernel/kept_state.h"

#include "base/text.h"
#include "sys/fd.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace oi::kernel {
namespace {
constexpr std::size_t longest_header = 64 << 10;
constexpr std::size_t most_told = 600;  // bytes of names
}  // namespace

std::optional<KeptState> read_kept_state(const std::string& path)
{
    // Confined code may have put anything in its place: a link, or a pipe that nobody writes to.
    const sys::Fd file{::open(path.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)};
    struct stat info {};
    if (!file.is_open() || ::fstat(file.get(), &info) != 0 || !S_ISREG(info.st_mode)) return {};
    std::string head(longest_header, '\0');
    const ssize_t got = ::read(file.get(), head.data(), head.size());
    head.resize(got > 0 ? static_cast<std::size_t>(got) : 0);
    const auto lines = split(std::string_view{head}, '\n');
    const auto value = [&](std::size_t line, std::string_view name) {
        return lines.size() > 4 && lines[line].starts_with(name) ? lines[line].substr(name.size()) : std::string_view{};
    };
    const auto cell = to_integer(value(1, "cell ")), count = to_integer(value(2, "kept "));
    if (lines[0] != "open-interpreter state 1" || !cell || !count) return {};
    return KeptState{static_cast<long>(*cell), static_cast<long>(*count), valid_utf8(std::string{value(3, "lost ")})};
}

std::string to_text(const KeptState& state)
{
    std::string text = cat(state.count, state.count == 1 ? " variable" : " variables", " as of cell ", state.cell);
    if (state.lost.empty()) return text;
    const bool is_long = state.lost.size() > most_told;
    return cat(text, "; not kept: ", is_long ? cat(utf8_prefix(state.lost, most_told), "...") : state.lost);
}

}  // namespace oi::kernel
