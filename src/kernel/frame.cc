// Frames; see frame.h.
#include "kernel/frame.h"

#include "base/text.h"

namespace oi::kernel {

namespace {
constexpr std::size_t longest_header = 80;
constexpr long largest_payload = 1L << 30;
}  // namespace

std::string encode(std::string_view name, long number, std::string_view payload)
{
    return cat(name, " ", number, " ", payload.size(), "\n", payload);
}

Result<std::optional<Frame>> FrameReader::next()
{
    const std::string_view rest = std::string_view{buffer_}.substr(read_);
    const auto line_end = rest.substr(0, longest_header).find('\n');
    if (line_end == std::string_view::npos) {
        if (rest.size() >= longest_header) return fail(ErrorKind::protocol, "a driver sent no frame header");
        if (rest.empty()) buffer_.clear(), read_ = 0;
        return std::optional<Frame>{};
    }
    const auto words = split(rest.substr(0, line_end), ' ');
    const auto number = words.size() == 3 ? to_integer(words[1]) : std::nullopt;
    const auto length = words.size() == 3 ? to_integer(words[2]) : std::nullopt;
    if (!number || !length || *length < 0 || *length > largest_payload)
        return fail(ErrorKind::protocol,
                    cat("a driver sent a malformed frame header: ", valid_utf8(std::string{rest.substr(0, line_end)})));
    const std::size_t size = static_cast<std::size_t>(*length);
    if (rest.size() < line_end + 1 + size) return std::optional<Frame>{};
    Frame frame{std::string{words[0]}, *number, std::string{rest.substr(line_end + 1, size)}};
    read_ += line_end + 1 + size;
    if (read_ == buffer_.size()) buffer_.clear(), read_ = 0;
    return std::optional<Frame>{std::move(frame)};
}

}  // namespace oi::kernel
