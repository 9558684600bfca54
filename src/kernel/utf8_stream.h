// Utf8Stream: bytes in any pieces become valid UTF-8 text; a character is never split between two pieces.
#pragma once

#include <string>
#include <string_view>

namespace oi::kernel {

class Utf8Stream {
public:
    // What is complete by now; malformed bytes become U+FFFD.
    std::string feed(std::string_view bytes);
    // What was left unfinished.
    std::string flush();

private:
    std::string unfinished_;
};

}  // namespace oi::kernel
