// Edit settings: changes single values in a person's settings file, as text: comments, order and quotes stay as they are.
#pragma once

#include "base/error.h"

#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace oi::config {

struct SettingChange {
    std::string_view yaml_key;         // "llm.model"
    std::optional<std::string> value;  // unset: the line is commented out, if there is one
};

// The text with these changes. `path` is named in errors. invalid: the file is malformed. unsupported: the value stands in a way that
// cannot be changed safely (over several lines, in braces): its place, and the line to write by hand.
Result<std::string> edited(std::string_view path, std::string text, std::span<const SettingChange> changes);

// The same for the file, made with its folders when it is not there; a link stays one. Written as a whole or not at all.
Result<void> edit_settings(const std::string& path, std::span<const SettingChange> changes);

}  // namespace oi::config
