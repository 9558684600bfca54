// Resolving paths and judging deletions; see paths.h.
#include "scan/paths.h"

#include "base/text.h"
#include "sys/process.h"

#include <algorithm>
#include <array>
#include <filesystem>
#include <glob.h>

namespace oi::scan {

namespace {

namespace fs = std::filesystem;

constexpr std::size_t most_files = 1000;    // deleting more is asked about
constexpr std::size_t count_limit = 10000;  // counting ends here

// What programs make again whenever they need it.
constexpr std::array<std::string_view, 12> made_again{"node_modules", "__pycache__", ".venv", "venv",  "target",        "build",
                                                      "dist",         ".cache",      ".tox",  ".next", ".pytest_cache", ".mypy_cache"};

bool is_below(std::string_view path, std::string_view folder)
{
    if (folder == "/") return path != "/";
    return path.size() > folder.size() && path.starts_with(folder) && path[folder.size()] == '/';
}

bool is_at_or_below(std::string_view path, std::string_view folder) { return path == folder || is_below(path, folder); }

bool is_temporary(std::string_view path, const Surroundings& here)
{
    const auto own = sys::lookup(here.environment, "TMPDIR");
    if (own.size() > 1 && own != "/tmp" && is_below(path, own)) return true;
    return !is_at_or_below(path, here.home) && (is_below(path, "/tmp") || is_below(path, "/var/tmp"));
}

// Links on the way are followed, the last part is not: that is what goes.
std::string real_place(const std::string& path)
{
    std::error_code failed;
    const fs::path whole{path};
    const fs::path parent = fs::weakly_canonical(whole.parent_path(), failed);
    if (failed || path == "/") return path;
    return (parent / whole.filename()).lexically_normal().string();
}

std::size_t count_below(const std::string& path, std::size_t limit)
{
    std::error_code failed;
    if (fs::is_symlink(path, failed) || !fs::is_directory(path, failed)) return fs::exists(fs::symlink_status(path, failed)) ? 1 : 0;
    std::size_t count = 0;
    fs::recursive_directory_iterator end;
    for (fs::recursive_directory_iterator at{path, fs::directory_options::skip_permission_denied, failed}; !failed && at != end;
         at.increment(failed)) {
        std::error_code unreadable;
        if (at->is_directory(unreadable) && !at->is_symlink(unreadable)) continue;
        if (++count >= limit) break;
    }
    return count;
}

std::string with_commas(std::size_t number)
{
    std::string digits = std::to_string(number);
    for (std::ptrdiff_t at = static_cast<std::ptrdiff_t>(digits.size()) - 3; at > 0; at -= 3)
        digits.insert(static_cast<std::size_t>(at), ",");
    return digits;
}

std::string files(std::size_t count)
{
    if (count >= count_limit) return cat("more than ", with_commas(count_limit), " files");
    return count == 1 ? "1 file" : cat(with_commas(count), " files");
}

// A path with a pattern: the folder that the pattern is in, and whether it takes all of that.
struct Pattern {
    std::string base;
    bool takes_all = false;
};

Pattern split_pattern(const std::string& path)
{
    const auto glob = path.find_first_of("*?[{");
    const auto slash = path.rfind('/', glob);
    std::string_view rest = std::string_view{path}.substr(slash + 1);
    const auto first = rest.substr(0, rest.find('/'));
    const bool takes_all = first == "*" || first == "**" || first == ".*" || first == "*.*" || first == "{*,.*}" || first == "{.,}*" ||
                           first == ".[!.]*" || first == "..?*";
    return {slash == 0 ? "/" : path.substr(0, slash), takes_all};
}

std::size_t count_matches(const std::string& pattern)
{
    glob_t found{};
    std::size_t count = 0;
    if (::glob(pattern.c_str(), GLOB_NOSORT | GLOB_BRACE, nullptr, &found) == 0)
        for (std::size_t i = 0; i < found.gl_pathc && count < count_limit; ++i)
            count += count_below(found.gl_pathv[i], count_limit - count);
    ::globfree(&found);
    return count;
}

bool is_drive_root(std::string_view path)
{
    while (path.ends_with('*') || path.ends_with('/')) path.remove_suffix(1);
    while (path.starts_with('/')) path.remove_prefix(1);
    return path.size() == 2 && path[1] == ':';
}

// What a place is to the person; empty: nothing that would be asked about.
std::string importance(const std::string& place, const Surroundings& here)
{
    if (place == "/" || is_drive_root(place)) return "everything on this machine";
    if (place == here.home) return "your home folder";
    if (is_below(here.home, place)) return "a folder that your home folder is in";
    if (place == here.workspace) return "all of the folder that this conversation works in";
    if (is_below(here.workspace, place)) return "a folder that the folder of this conversation is in";
    if (is_below(place, here.workspace) || is_temporary(place, here)) return {};
    return "outside of the folder of this conversation";
}

std::string danger_of_unknown(const Touched& deleted, const Surroundings& here)
{
    const PathText& path = deleted.path;
    if (!deleted.has_all_below || path.is_guarded) return {};
    const std::string& name = path.unknown.front();
    const std::string_view rest = trim(path.text);
    if (rest.empty() || rest == "/" || rest == "/*" || rest == "*")
        return cat("deletes ", path.shown, " with all that is in it; what ", name, " is cannot be told from the code",
                   rest.empty() ? "" : cat(", and when it is empty that is ", rest == "*" ? cat(deleted.folder, "/*") : std::string{rest}));
    const std::string place = resolve(path.text, deleted.folder, here.home);
    const std::string what = place.empty() ? std::string{"a place that cannot be told"} : importance(split_pattern(place).base, here);
    const std::string whole = path.has_glob || place.empty() ? what : importance(place, here);
    if (whole.empty()) return {};
    return cat("deletes ", path.shown, "; when ", name, " is not set or empty that is ", place, ": ", whole);
}

}  // namespace

std::string resolve(std::string_view path, std::string_view folder, std::string_view home)
{
    std::string whole{path};
    if (whole == "~" || whole.starts_with("~/")) whole = cat(home, whole.substr(1));
    if (!whole.starts_with('/') && !is_drive_root(whole)) {
        if (folder.empty()) return {};
        whole = cat(folder, "/", whole);
    }
    std::string normal = fs::path{whole}.lexically_normal().string();
    while (normal.size() > 1 && normal.ends_with('/')) normal.pop_back();
    if (normal.starts_with("//")) normal.erase(0, 1);
    return normal;
}

std::string shown(const Touched& touched, const Surroundings& here)
{
    if (!touched.path.is_known()) return cat("`", touched.path.shown, "`");
    const std::string place = resolve(touched.path.text, touched.folder, here.home);
    if (place.empty()) return touched.path.text;
    if (place == here.workspace) return ".";
    if (is_below(place, here.workspace)) return cat("./", place.substr(here.workspace == "/" ? 1 : here.workspace.size() + 1));
    if (is_below(place, here.home)) return cat("~/", place.substr(here.home.size() + 1));
    return place;
}

std::optional<std::string> danger_of(const Touched& deleted, const Surroundings& here)
{
    if (!deleted.path.is_known()) {
        std::string danger = danger_of_unknown(deleted, here);
        return danger.empty() ? std::nullopt : std::optional{std::move(danger)};
    }
    const std::string lexical = resolve(deleted.path.text, deleted.folder, here.home);
    if (lexical.empty()) {
        if (!deleted.has_all_below) return {};
        return cat("deletes ", deleted.path.text, " in a folder that cannot be told from the code");
    }
    const std::string place = real_place(lexical);
    const bool has_pattern = deleted.path.has_glob && place.find_first_of("*?[{") != std::string::npos;
    const Pattern pattern = has_pattern ? split_pattern(place) : Pattern{place, true};
    std::string what = importance(pattern.base, here);
    // A few files by name, in a folder that itself is not to go.
    const bool is_some = (has_pattern && !pattern.takes_all) || deleted.is_filtered;
    if (is_some && pattern.base == here.workspace) what.clear();
    const std::size_t count = what.empty() && !deleted.has_all_below ? 0
                              : has_pattern                          ? count_matches(place)
                                                                     : count_below(place, count_limit);
    if (what.empty()) {
        const auto name = place.substr(place.rfind('/') + 1);
        const bool is_made_again = std::find(made_again.begin(), made_again.end(), name) != made_again.end();
        if (count <= most_files || is_made_again || is_temporary(place, here)) return {};
        return cat("deletes ", place, ": ", files(count));
    }
    return cat("deletes ", place, is_some ? " (what matches)" : "", ": ", what, ", ", count == 0 ? "nothing there now" : files(count));
}

}  // namespace oi::scan
