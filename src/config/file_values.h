// What a file of settings says, checked against the table of settings: keys, old names, shapes of values.
#pragma once

#include "config/tables.h"
#include "config/yaml.h"

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace oi::config {

// One value of a file, not checked against its setting's range yet.
struct FileValue {
    const SettingRow* row = nullptr;
    std::string value;
    std::string where;  // PATH:LINE:COLUMN: key
};

struct FileValues {
    std::vector<FileValue> values;
    std::vector<std::string> translated;  // "model as llm.model": names of the classic program, as they were read
};

// The key of a script in the file, which is no setting; see read_profile_values().
inline constexpr std::string_view start_script = "start_script";

// invalid: an unknown key, a setting twice, a value of the wrong type; unsupported: a key of the classic program that this
// version lacks; each with PATH:LINE:COLUMN of what is wrong, from 1.
Result<FileValues> check_entries(std::string_view path, std::span<const YamlEntry> entries);

// The YAML or JSON of a file; its Errors are those of read_yaml() and check_entries().
Result<FileValues> read_file_values(std::string_view path, std::string_view text);

// The key that was meant: the same word in another place, or a slip of the keys.
std::optional<std::string_view> nearest_key(std::string_view key);

}  // namespace oi::config
