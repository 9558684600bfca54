// Profiles: YAML files of settings, found by path or by name.
#pragma once

#include "config/tables.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace oi::config {

struct ProfileFile {
    std::string path;  // "profiles/fast.yaml (built in)" for one that is part of the program
    std::string text;
};

// `wanted` is a path (it has a slash, or is a YAML or JSON file here), else the name of a file in the profiles folder,
// else of a built-in profile. Empty: default.yaml of the profiles folder; nullopt when there is none.
// not_found: no such profile; unsupported: a Python profile, an address.
Result<std::optional<ProfileFile>> find_profile(std::string_view wanted);

// The names of the profiles folder and of the built-in ones, sorted.
std::vector<std::string> profile_names();

// One value of a profile, not checked against its setting yet.
struct ProfileValue {
    const SettingRow* row = nullptr;
    std::string value;
    std::string where;  // PATH:LINE:COLUMN: key
};

// invalid: malformed, an unknown key, a key twice, a value of the wrong type; each with PATH:LINE:COLUMN of what is
// wrong, from 1.
Result<std::vector<ProfileValue>> read_profile(const ProfileFile& file);

}  // namespace oi::config
