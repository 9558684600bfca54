// Image info: what the first bytes of a picture say about it. Pure.
#pragma once

#include <optional>
#include <string_view>

namespace oi {

struct ImageInfo {
    std::string_view mime;  // "image/png"
    int width = 0;          // pixels
    int height = 0;
    bool operator==(const ImageInfo&) const = default;
};

// PNG, JPEG, GIF, WebP and BMP; nullopt: something else, or cut off before it says its size.
std::optional<ImageInfo> image_info(std::string_view bytes);

}  // namespace oi
