// Finds profiles; see profile.h.
#include "config/profile.h"

#include "base/embedded.h"
#include "base/text.h"
#include "config/config_file.h"
#include "config/python_profile.h"
#include "sys/files.h"

#include <algorithm>
#include <array>
#include <dirent.h>
#include <memory>
#include <set>
#include <sys/stat.h>

namespace oi::config {

namespace {

constexpr std::array<std::string_view, 4> endings{".yaml", ".yml", ".json", ".py"};

bool is_profile_name(std::string_view path)
{
    return std::any_of(endings.begin(), endings.end(), [&](std::string_view ending) { return path.ends_with(ending); });
}

std::string stem(std::string_view file) { return std::string{file.substr(0, file.rfind('.'))}; }

bool is_file(const std::string& path)
{
    struct stat info {};
    return ::stat(path.c_str(), &info) == 0 && !S_ISDIR(info.st_mode);
}

Result<std::optional<ProfileFile>> read(const std::string& path)
{
    OI_TRY(auto text, sys::read_file(path, most_bytes));
    return std::optional<ProfileFile>{{path, std::move(text)}};
}

// `wanted` itself, or with one of the endings; "" when no such file is there.
std::string in_folder(const std::string& folder, std::string_view wanted)
{
    const std::string path = cat(folder, "/", wanted);
    if (is_file(path)) return path;
    for (const auto ending : endings)
        if (is_file(cat(path, ending))) return cat(path, ending);
    return {};
}

std::string_view built_in(std::string_view wanted)
{
    const std::string name = is_profile_name(wanted) ? stem(wanted) : std::string{wanted};  // classic ones may have been scripts
    for (const auto path : embedded_paths("profiles/"))
        if (path == cat("profiles/", name, ".yaml")) return path;
    return {};
}

// The line of a comment that begins with "Note: ", which a profile of the program says when it is used.
std::string note_of(std::string_view text)
{
    constexpr std::string_view mark = "# Note: ";
    for (const auto line : split(text, '\n'))
        if (line.starts_with(mark)) return std::string{line.substr(mark.size())};
    return {};
}

std::string first_comment(std::string_view text)
{
    const std::string_view line = trim(text.substr(0, text.find('\n')));
    return line.starts_with('#') ? valid_utf8(std::string{trim(line.substr(1))}) : std::string{};
}

std::vector<KnownProfile> profiles_in(const std::string& folder)
{
    std::vector<KnownProfile> found;
    const std::unique_ptr<DIR, int (*)(DIR*)> entries{::opendir(folder.c_str()), ::closedir};
    while (const dirent* entry = entries ? ::readdir(entries.get()) : nullptr) {
        const std::string path = cat(folder, "/", entry->d_name);
        if (!is_profile_name(entry->d_name) || !is_file(path)) continue;
        const auto text = sys::read_file(path, most_bytes);
        found.push_back({stem(entry->d_name), path, text ? first_comment(*text) : text.error().what});
    }
    std::sort(found.begin(), found.end(), [](const auto& a, const auto& b) { return a.path < b.path; });
    return found;
}

Fail no_such(std::string_view wanted, const std::string& folder)
{
    return fail(ErrorKind::not_found, cat("there is no profile ", wanted, " in ", folder),
                cat("known: ", join(profile_names(), ", "), "; the path of a file has a slash"));
}

// A profile of a program that was here before.
Result<std::optional<ProfileFile>> in_older_folders(std::string_view wanted)
{
    for (const auto& folder : older_folders()) {
        const std::string path = in_folder(folder + "/profiles", wanted);
        if (path.empty()) continue;
        OI_TRY(auto found, read(path));
        found->note = cat("this profile is from an older version; a copy in ", profiles_folder(), " would be found first");
        return found;
    }
    return std::optional<ProfileFile>{};
}

}  // namespace

std::string profiles_folder() { return sys::config_folder() + "/profiles"; }

Result<std::optional<ProfileFile>> find_profile(std::string_view wanted)
{
    const std::string folder = profiles_folder();
    if (wanted.empty()) {
        const std::string path = folder + "/default.yaml";
        return is_file(path) ? read(path) : std::optional<ProfileFile>{};
    }
    if (wanted.find("://") != std::string_view::npos)
        return fail(ErrorKind::unsupported, cat("profile ", wanted, ": profiles are not fetched from the network"),
                    "download it and give its path");
    if (wanted.starts_with("./")) return read(sys::absolute(wanted.substr(2)));
    const bool is_here = is_profile_name(wanted) && is_file(sys::absolute(wanted));
    if (is_here || wanted.find('/') != std::string_view::npos) return read(sys::absolute(wanted));
    if (const std::string path = in_folder(folder, wanted); !path.empty()) return read(path);
    if (const auto path = built_in(wanted); !path.empty())
        return std::optional<ProfileFile>{{cat(path, " (built in)"), std::string{embedded(path)}, note_of(embedded(path))}};
    OI_TRY(auto older, in_older_folders(wanted));
    if (older) return older;
    return no_such(wanted, folder);
}

std::vector<KnownProfile> known_profiles()
{
    auto known = profiles_in(profiles_folder());
    const std::size_t own = known.size();
    for (const auto path : embedded_paths("profiles/")) {
        const std::string name = stem(path.substr(path.rfind('/') + 1));
        const bool is_hidden = std::any_of(known.begin(), known.begin() + static_cast<std::ptrdiff_t>(own),
                                           [&](const KnownProfile& profile) { return profile.name == name; });
        if (!is_hidden) known.push_back({name, "", first_comment(embedded(path))});
    }
    return known;
}

std::vector<std::string> profile_names()
{
    std::set<std::string> names;
    for (auto& profile : known_profiles()) names.insert(std::move(profile.name));
    return {names.begin(), names.end()};
}

namespace {

Result<FileValues> run_script(const ProfileFile& script, const Settings& so_far)
{
    OI_TRY(const std::string program, python_for_profiles(so_far.python));
    OI_TRY(const auto entries, run_python_profile(script, program, so_far));
    return check_entries(script.path, entries);
}

// The script at its lines of the file, so that what goes wrong in it is found there.
ProfileFile script_of(const ProfileFile& profile, const YamlEntry& entry)
{
    const auto line = static_cast<std::size_t>(std::max(entry.value_line - 1, 0));
    const auto column = static_cast<std::size_t>(std::max(entry.value_column - 1, 0));
    const auto lines = split(profile.text, '\n');
    const bool is_block = line < lines.size() && column < lines[line].size() && (lines[line][column] == '|' || lines[line][column] == '>');
    return {profile.path, cat(std::string(line + (is_block ? 1 : 0), '\n'), entry.value)};
}

}  // namespace

Result<FileValues> read_profile_values(const ProfileFile& profile, const Settings& so_far)
{
    if (profile.is_python()) return run_script(profile, so_far);
    OI_TRY(const auto entries, read_yaml(profile.path, profile.text));
    OI_TRY(auto found, check_entries(profile.path, entries));
    const auto script = std::find_if(entries.begin(), entries.end(), [](const YamlEntry& entry) { return entry.key == start_script; });
    if (script == entries.end() || is_blank(script->value)) return found;
    OI_TRY(auto values, run_script(script_of(profile, *script), so_far));
    values.values.insert(values.values.end(), found.values.begin(), found.values.end());
    values.translated.insert(values.translated.end(), found.translated.begin(), found.translated.end());
    return values;
}

Result<std::vector<FileValue>> read_profile(const ProfileFile& profile, const Settings& so_far)
{
    OI_TRY(auto found, read_profile_values(profile, so_far));
    return std::move(found.values);
}

bool is_built_in(std::string_view name) { return !built_in(name).empty(); }

}  // namespace oi::config
