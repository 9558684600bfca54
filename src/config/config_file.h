// config.yaml: where it is, where an older one is, and what a new one says.
#pragma once

#include "config/profile.h"

#include <string>
#include <string_view>
#include <vector>

namespace oi::config {

constexpr std::size_t most_bytes = 1 << 20;  // of a file of settings

// config.yaml of the config folder, or the file that --config_file names: a path if it has a slash, else a file of that
// folder. It need not be there.
std::string config_path(std::string_view wanted);

// The config folders of programs of this name that were here before, the newest first.
std::vector<std::string> older_folders();
// What the program before this one went by: only when the person has neither config.yaml nor a default profile here.
// Empty: nothing.
std::string older_config();

// What is to be read; nullopt: there is none. not_found: --config_file names one that is not there.
Result<std::optional<ProfileFile>> find_config(std::string_view wanted);

// Every setting that a file can have, each commented out with its default and what it does.
std::string commented_defaults();

// Reads the file and tries all its values. invalid, unsupported: PATH:LINE:COLUMN: what is wrong.
struct ConfigCheck {
    std::vector<std::string> keys;        // that it sets
    std::vector<std::string> translated;  // see FileValues
};
Result<ConfigCheck> check_config(const std::string& path);

}  // namespace oi::config
