// Key forms: which vendor a key comes from, told by how it begins.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace oi::llm {

// What a person pasted, without what they copied with it: blanks, quotes, `export NAME=`, `Bearer `.
std::string bare_key(std::string_view pasted);

// The prefixes of the vendors that such a key may be from, the likeliest first; one: that is the one. Empty: its form says nothing.
std::vector<std::string_view> vendors_of_key(std::string_view key);

struct KeyedVendor {
    std::string_view prefix;
    std::string title;
    std::string_view variables;  // that may hold its key, separated by blanks
};

// The vendors that one key opens, with an address that is known here; those that most people have first.
std::vector<KeyedVendor> keyed_vendors();

}  // namespace oi::llm
