// Prepared image: a picture of the conversation as it goes to the vendor, or the line that stands for it.
#pragma once

#include "core/message.h"
#include "llm/images/image_limits.h"

#include <memory>
#include <string>
#include <string_view>

namespace oi::llm {

struct PreparedImage {
    std::string_view mime;
    std::string data;  // base64; empty: it is not sent
    int width = 0;     // pixels, of what is sent
    int height = 0;
    std::string note;  // why it is not sent, for the model to read
};

// The picture of a message (format `path`, or base64 with or without "data:...,"), within `limits`; read from disk when it
// is a path. What was made smaller is kept by content, so that a picture has the same bytes in every request. Any thread.
std::shared_ptr<const PreparedImage> prepare_image(const Message& message, const ImageLimits& limits);

}  // namespace oi::llm
