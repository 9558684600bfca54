// Settings: plain values, expanded from settings.def; copied where they are needed.
#pragma once

#include <optional>
#include <string>

namespace oi {

namespace setting {
using Text = std::string;
using Flag = bool;
using Integer = long;
using Number = double;
using OptionalFlag = std::optional<bool>;
}  // namespace setting

struct Settings {
#define SETTING(type, name, short_flag, default_value, yaml_key, value_name, accepts, help) setting::type name = default_value;
#include "core/settings.def"

    bool operator==(const Settings&) const = default;
};

}  // namespace oi
