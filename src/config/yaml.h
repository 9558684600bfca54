// Reading YAML: a file of nested keys as a flat list of dotted keys with their places.
#pragma once

#include "base/error.h"

#include <string>
#include <string_view>
#include <vector>

namespace oi::config {

struct YamlEntry {
    enum class Shape : std::uint8_t {
        plain,    // a scalar without quotes: it may be a number, or true
        quoted,   // a scalar that is text for sure
        list,     // of single values
        nested,   // a list that holds lists or maps
        nothing,  // no value, or a map without keys
    };
    std::string key;  // "llm.model", whether it was nested or written with a dot
    Shape shape = Shape::nothing;
    std::string value;
    std::vector<std::string> items{};  // of a list: its single values
    int line = 0;                      // of the key; both from 1
    int column = 0;                    // in bytes; 0: only the line is known
    int value_line = 0;
    int value_column = 0;
};

// invalid: "PATH:LINE:COLUMN: what" for malformed YAML, a key twice, a second document, merge keys, a file that is no map.
Result<std::vector<YamlEntry>> read_yaml(std::string_view path, std::string_view text);

}  // namespace oi::config
