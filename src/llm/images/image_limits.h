// Image limits: what each vendor takes of pictures. Pure.
#pragma once

#include <cstddef>
#include <span>
#include <string_view>

namespace oi::llm {

struct ImageLimits {
    std::string_view vendor;             // a provider's name, or the title of a vendor that speaks another's format
    int side = 2048;                     // pixels; a longer side is of no use to the model, or refused
    std::size_t bytes = 20'000'000;      // of one picture in base64
    std::size_t count = 20;              // pictures in one request: the newest
    std::size_t all_bytes = 40'000'000;  // of all of them in base64
    bool takes_gif = true;
    bool operator==(const ImageLimits&) const = default;
};

std::span<const ImageLimits> image_limit_table();

// The row of the vendor's title, else of the format, else the defaults.
ImageLimits image_limits(std::string_view title, std::string_view format);

}  // namespace oi::llm
