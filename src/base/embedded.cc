// Looks up the files that the build put into the program (cmake/embed.cmake).
#include "base/embedded.h"

#include <algorithm>

extern "C" {
struct OiEmbeddedFile {
    const char* name;
    const char* begin;
    const char* end;
};
extern const OiEmbeddedFile oi_embedded_table[];
}

namespace oi {

std::string_view embedded(std::string_view path)
{
    for (const auto* file = oi_embedded_table; file->name; ++file)
        if (file->name == path) return {file->begin, static_cast<std::size_t>(file->end - file->begin)};
    return {};
}

std::vector<std::string_view> embedded_paths(std::string_view prefix)
{
    std::vector<std::string_view> paths;
    for (const auto* file = oi_embedded_table; file->name; ++file)
        if (std::string_view{file->name}.starts_with(prefix)) paths.emplace_back(file->name);
    std::sort(paths.begin(), paths.end());
    return paths;
}

}  // namespace oi
