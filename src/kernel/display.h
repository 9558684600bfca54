// Display: what a driver shows as a bundle of MIME types becomes chunks for the person and the model.
#pragma once

#include "core/chunk.h"

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace oi::kernel {

// MIME type -> bytes: one thing, told in several ways.
using Bundle = std::map<std::string, std::string, std::less<>>;

// The payload of a `display` frame: "TYPE LENGTH\n" and LENGTH bytes, again and again. nullopt: malformed.
std::optional<Bundle> parse_bundle(std::string_view payload);

// The richest picture (PNG, JPEG), else HTML or SVG for the person and its text for everyone, else the text.
std::vector<Chunk> to_chunks(const Bundle& bundle);

}  // namespace oi::kernel
