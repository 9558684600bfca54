// Finds profiles and checks their keys against the table of settings; see profile.h.
#include "config/profile.h"

#include "base/embedded.h"
#include "base/text.h"
#include "config/yaml.h"
#include "sys/files.h"

#include <algorithm>
#include <array>
#include <dirent.h>
#include <memory>
#include <set>
#include <sys/stat.h>

namespace oi::config {

namespace {

constexpr std::size_t most_bytes = 1 << 20;
constexpr std::array<std::string_view, 3> endings{".yaml", ".yml", ".json"};

bool is_profile_name(std::string_view path)
{
    return std::any_of(endings.begin(), endings.end(), [&](std::string_view ending) { return path.ends_with(ending); });
}

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
    for (const auto path : embedded_paths("profiles/"))
        if (path == cat("profiles/", wanted) || path == cat("profiles/", wanted, ".yaml")) return path;
    return {};
}

// The names that could have been meant: files of the folder and what is built in.
std::set<std::string> all_names(const std::string& folder)
{
    std::set<std::string> names;
    const auto add = [&](std::string_view file) {
        if (is_profile_name(file)) names.emplace(file.substr(0, file.rfind('.')));
    };
    for (const auto path : embedded_paths("profiles/")) add(path.substr(path.rfind('/') + 1));
    const std::unique_ptr<DIR, int (*)(DIR*)> entries{::opendir(folder.c_str()), ::closedir};
    while (const dirent* entry = entries ? ::readdir(entries.get()) : nullptr) add(entry->d_name);
    return names;
}

Fail no_such(std::string_view wanted, const std::string& folder)
{
    const auto names = all_names(folder);
    return fail(ErrorKind::not_found, cat("there is no profile ", wanted, " in ", folder),
                cat("known: ", join({names.begin(), names.end()}, ", "), "; the path of a file has a slash"));
}

Result<void> refuse_other_kinds(std::string_view wanted, const std::string& folder)
{
    const bool is_python = wanted.ends_with(".py") || is_file(cat(folder, "/", wanted, ".py"));
    if (is_python)
        return fail(ErrorKind::unsupported, cat("profile ", wanted, ": Python profiles are not in this version yet"),
                    "write its settings as YAML");
    if (wanted.find("://") != std::string_view::npos)
        return fail(ErrorKind::unsupported, cat("profile ", wanted, ": profiles are not fetched from the network"),
                    "download it and give its path");
    return {};
}

}  // namespace

std::vector<std::string> profile_names()
{
    const auto names = all_names(sys::config_folder() + "/profiles");
    return {names.begin(), names.end()};
}

Result<std::optional<ProfileFile>> find_profile(std::string_view wanted)
{
    const std::string folder = sys::config_folder() + "/profiles";
    if (wanted.empty()) {
        const std::string path = folder + "/default.yaml";
        return is_file(path) ? read(path) : std::optional<ProfileFile>{};
    }
    OI_CHECK(refuse_other_kinds(wanted, ""));
    if (wanted.starts_with("./")) return read(sys::absolute(wanted.substr(2)));
    const bool is_here = is_profile_name(wanted) && is_file(sys::absolute(wanted));
    if (is_here || wanted.find('/') != std::string_view::npos) return read(sys::absolute(wanted));
    if (const std::string path = in_folder(folder, wanted); !path.empty()) return read(path);
    if (const auto path = built_in(wanted); !path.empty())
        return std::optional<ProfileFile>{{cat(path, " (built in)"), std::string{embedded(path)}}};
    OI_CHECK(refuse_other_kinds(wanted, folder));
    if (wanted == "default" || wanted == "default.yaml") return std::optional<ProfileFile>{};
    return no_such(wanted, folder);
}

namespace {

const SettingRow* row_of(std::string_view key)
{
    for (const auto& row : setting_rows())
        if (!row.yaml_key.empty() && row.yaml_key == key) return &row;
    return nullptr;
}

// `key` alone groups others: "llm".
bool is_group(std::string_view key)
{
    return std::any_of(setting_rows().begin(), setting_rows().end(), [&](const SettingRow& row) {
        return row.yaml_key.size() > key.size() && row.yaml_key.starts_with(key) && row.yaml_key[key.size()] == '.';
    });
}

std::string_view last_part(std::string_view key) { return key.substr(key.rfind('.') + 1); }

// The key that was meant: the same word in another place, or a slip of the keys.
std::optional<std::string_view> suggestion(std::string_view key)
{
    std::vector<std::string_view> keys, words;
    for (const auto& row : setting_rows()) {
        if (row.yaml_key.empty()) continue;
        if (last_part(row.yaml_key) == last_part(key) || row.name == last_part(key)) return row.yaml_key;
        keys.push_back(row.yaml_key);
        words.push_back(last_part(row.yaml_key));
    }
    if (const auto near = nearest(key, keys)) return near;
    if (const auto near = nearest(last_part(key), words))
        return keys[static_cast<std::size_t>(std::find(words.begin(), words.end(), *near) - words.begin())];
    return {};
}

Fail unknown_key(const std::string& where, const YamlEntry& entry)
{
    const auto later = later_keys();
    if (std::find(later.begin(), later.end(), entry.key) != later.end())
        return fail(ErrorKind::unsupported, cat(where, ": ", entry.key, " is not in this version yet"), "remove it from the profile");
    const auto meant = suggestion(entry.key);
    return fail(ErrorKind::invalid, cat(where, ": unknown key ", entry.key), meant ? cat("did you mean ", *meant, "?") : "");
}

// A value where a block of keys belongs: `llm: gpt-4`.
Fail no_block(const std::string& where, std::string_view key)
{
    const auto row = std::find_if(setting_rows().begin(), setting_rows().end(),
                                  [&](const SettingRow& each) { return each.yaml_key.starts_with(cat(key, ".")); });
    return fail(ErrorKind::invalid,
                cat(where, ": ", key, " holds a block of settings such as ", row->yaml_key, ", and no value of its own"),
                cat("write ", row->yaml_key, ": VALUE, or ", key, ": with indented lines below"));
}

Result<void> check_shape(const std::string& where, const YamlEntry& entry, const SettingRow& row)
{
    const bool wants_text = std::holds_alternative<setting::Text Settings::*>(row.member);
    if (entry.shape == YamlEntry::Shape::list) return fail(ErrorKind::invalid, cat(where, ": ", entry.key, " is one value, not a list"));
    if (wants_text) return {};
    const bool is_digit = entry.value == "0" || entry.value == "1";  // YAML's own words for true do not include them
    if (entry.shape == YamlEntry::Shape::quoted || (row.is_flag() && is_digit))
        return fail(ErrorKind::invalid, cat(where, ": ", entry.key, " is ", row.is_flag() ? "true or false" : "a number", ", not ",
                                            entry.shape == YamlEntry::Shape::quoted ? "text in quotes" : "a number"));
    return {};
}

}  // namespace

Result<std::vector<ProfileValue>> read_profile(const ProfileFile& file)
{
    OI_TRY(const auto entries, read_yaml(file.path, file.text));
    std::vector<ProfileValue> values;
    for (const auto& entry : entries) {
        const std::string where = cat(file.path, ":", entry.line, ":", entry.column);
        const SettingRow* row = row_of(entry.key);
        const bool is_empty = entry.shape == YamlEntry::Shape::nothing;
        if (entry.key == "version" || (is_empty && is_group(entry.key))) continue;
        const std::string value_where = cat(file.path, ":", entry.value_line, ":", entry.value_column);
        if (!row && is_group(entry.key)) return no_block(value_where, entry.key);
        if (!row) return unknown_key(where, entry);
        if (is_empty) continue;  // a key without a value leaves the setting as it is
        OI_CHECK(check_shape(value_where, entry, *row));
        values.push_back({row, entry.value, cat(value_where, ": ", entry.key)});
    }
    return values;
}

}  // namespace oi::config
