// What the forms of export share: what is for people, pictures, fences.
#pragma once

#include "frontend/export/export.h"

namespace oi::exporting {

// Whether people see it.
bool is_shown(const Message& message);

struct Picture {
    std::string type;   // "image/png"
    std::string bytes;  // of the file
};
// Of an image message, when it is one that browsers show.
std::optional<Picture> picture(const Message& message, const ExportOptions& options);

// The text between fences that are longer than any run of backticks in it.
std::string fenced(std::string_view text, std::string_view language);

std::string title(std::span<const Message> messages, const ExportOptions& options);

}  // namespace oi::exporting
