// Files of share/ that are part of the program.
#pragma once

#include <string_view>
#include <vector>

namespace oi {

// The text of share/PATH ("kernels/python.py"); empty when there is no such file.
std::string_view embedded(std::string_view path);

// All paths that start with `prefix`, sorted.
std::vector<std::string_view> embedded_paths(std::string_view prefix);

}  // namespace oi
