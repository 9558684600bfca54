// Image codec: pictures made smaller, or into a format that vendors take.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace oi::llm {

struct EncodedImage {
    std::string_view mime;  // "image/png" or "image/jpeg"
    std::string bytes;
    int width = 0;
    int height = 0;
};

// The picture with no side longer than `side` pixels, in at most `most_bytes`: PNG when it comes as one and that fits, else
// JPEG (on white where it is transparent). Of an animation the first frame. nullopt: it cannot be decoded, or not be made
// that small.
std::optional<EncodedImage> recode_image(std::string_view bytes, int side, std::size_t most_bytes);

}  // namespace oi::llm
