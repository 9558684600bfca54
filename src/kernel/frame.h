// Frame: one message between us and a driver (docs/protocol.md): "NAME NUMBER LENGTH\n" and LENGTH bytes.
#pragma once

#include "base/error.h"

#include <optional>
#include <string>
#include <string_view>

namespace oi::kernel {

struct Frame {
    std::string name;
    long number = 0;
    std::string payload;
    bool operator==(const Frame&) const = default;
};

std::string encode(std::string_view name, long number, std::string_view payload = {});

// Puts frames together from bytes that come in any pieces.
class FrameReader {
public:
    void feed(std::string_view bytes) { buffer_.append(bytes); }
    // The next whole frame; nullopt: more bytes are needed. ErrorKind::protocol: no frame starts here.
    Result<std::optional<Frame>> next();

private:
    std::string buffer_;
    std::size_t read_ = 0;  // bytes of buffer_ that are done with
};

}  // namespace oi::kernel
