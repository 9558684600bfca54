// Utf8Stream; see utf8_stream.h.
#include "kernel/utf8_stream.h"

#include "base/text.h"

#include <utility>

namespace oi::kernel {

std::string Utf8Stream::feed(std::string_view bytes)
{
    std::string text = std::exchange(unfinished_, {});
    text.append(bytes);
    const std::size_t open = unfinished_utf8(text);
    unfinished_ = text.substr(text.size() - open);
    text.resize(text.size() - open);
    return valid_utf8(std::move(text));
}

std::string Utf8Stream::flush() { return valid_utf8(std::exchange(unfinished_, {})); }

}  // namespace oi::kernel
