// Edit settings: finds the value's place with the YAML reader, splices the text there, and reads the result again as a check.
#include "config/edit_settings.h"

#include "base/text.h"
#include "config/yaml.h"
#include "sys/files.h"

#include <algorithm>
#include <climits>
#include <cstdlib>
#include <sys/stat.h>

namespace oi::config {

namespace {

std::string in_yaml(std::string_view value)
{
    const bool is_plain = !value.empty() && value.find_first_of(" \t#'\"{}[],&*!|>%@`\\") == std::string_view::npos &&
                          value.find(": ") == std::string_view::npos && !value.ends_with(':') && !value.starts_with('-') &&
                          !value.starts_with('?') && !to_number(value);
    if (is_plain) return std::string{value};
    return cat('"', replace_all(replace_all(std::string{value}, "\\", "\\\\"), "\"", "\\\""), '"');
}

std::string by_hand(const SettingChange& change) { return cat("write it there yourself: ", change.yaml_key, ": ", in_yaml(*change.value)); }

// Where line `number` begins, from 1.
std::size_t line_begin(std::string_view text, int number)
{
    std::size_t at = 0;
    for (int line = 1; line < number && at < text.size(); ++line) at = std::min(text.find('\n', at), text.size() - 1) + 1;
    return at;
}

std::size_t line_end(std::string_view text, std::size_t at) { return std::min(text.find('\n', at), text.size()); }

// The end of the scalar that begins at `at`; npos: it goes on in the next line, or is no scalar of one line.
std::size_t scalar_end(std::string_view text, std::size_t at)
{
    const auto end = line_end(text, at);
    const std::string_view line = text.substr(at, end - at);
    if (line.empty() || std::string_view{"|>{[&*!"}.find(line.front()) != std::string_view::npos) return std::string_view::npos;
    if (line.front() == '"' || line.front() == '\'') {
        for (std::size_t i = 1; i < line.size(); ++i) {
            const bool is_doubled = line.front() == '\'' && line[i] == '\'' && i + 1 < line.size() && line[i + 1] == '\'';
            if (is_doubled || (line.front() == '"' && line[i] == '\\')) ++i;
            else if (line[i] == line.front()) return at + i + 1;
        }
        return std::string_view::npos;
    }
    const auto comment = line.find(" #");
    return at + std::string_view{line.substr(0, comment)}.find_last_not_of(" \t\r") + 1;
}

// Puts `llm:`'s new key as its first child, or the dotted key at the end of the file.
std::string with_line(std::string text, const SettingChange& change, const std::vector<YamlEntry>& entries)
{
    const auto dot = change.yaml_key.rfind('.');
    const std::string_view group = change.yaml_key.substr(0, dot == std::string_view::npos ? 0 : dot);
    const auto sibling = std::find_if(entries.begin(), entries.end(), [&](const YamlEntry& entry) {
        return !group.empty() && entry.key.starts_with(cat(group, ".")) && entry.key.find('.', group.size() + 1) == std::string::npos;
    });
    if (sibling != entries.end()) {
        const auto at = line_begin(text, sibling->line);
        const std::string_view before = std::string_view{text}.substr(at, static_cast<std::size_t>(std::max(sibling->column - 1, 0)));
        const bool is_nested = std::string_view{text}.substr(at + before.size()).starts_with(sibling->key.substr(group.size() + 1));
        if (is_nested && !before.empty() && is_blank(before))
            return text.insert(at, cat(before, change.yaml_key.substr(dot + 1), ": ", in_yaml(*change.value), "\n"));
    }
    if (!text.empty() && !text.ends_with('\n')) text += '\n';
    return cat(text, change.yaml_key, ": ", in_yaml(*change.value), "\n");
}

Result<std::string> apply(std::string_view path, std::string text, const SettingChange& change)
{
    OI_TRY(const auto entries, read_yaml(path, text));
    const auto old = std::find_if(entries.begin(), entries.end(), [&](const YamlEntry& entry) { return entry.key == change.yaml_key; });
    if (old == entries.end()) return change.value ? with_line(std::move(text), change, entries) : std::move(text);
    const auto refuse = [&] {
        return fail(ErrorKind::unsupported,
                    cat(path, ":", old->line, ": ", change.yaml_key, " is written in a way that only you should change"),
                    change.value ? by_hand(change) : "remove it yourself");
    };
    const bool has_value = old->shape == YamlEntry::Shape::plain || old->shape == YamlEntry::Shape::quoted;
    const auto key_line = line_begin(text, old->line);
    const auto begin = line_begin(text, old->value_line) + static_cast<std::size_t>(std::max(old->value_column - 1, 0));
    const auto end = has_value && old->value_line == old->line ? scalar_end(text, begin) : std::string::npos;
    if (end == std::string::npos) return refuse();
    const std::string_view rest = trim(std::string_view{text}.substr(end, line_end(text, end) - end));
    if (!rest.empty() && !rest.starts_with('#')) return refuse();
    if (!change.value) return text.insert(text.find_first_not_of(' ', key_line), "# ");
    return text.replace(begin, end - begin, in_yaml(*change.value));
}

// Nothing but the changed keys may read otherwise than before.
bool is_as_meant(const std::vector<YamlEntry>& before, const std::vector<YamlEntry>& after, std::span<const SettingChange> changes)
{
    const auto change_of = [&](const std::string& key) {
        return std::find_if(changes.begin(), changes.end(), [&](const SettingChange& change) { return change.yaml_key == key; });
    };
    const auto value_in = [](const std::vector<YamlEntry>& entries, std::string_view key) -> std::optional<std::string> {
        const auto found = std::find_if(entries.begin(), entries.end(), [&](const YamlEntry& entry) { return entry.key == key; });
        return found == entries.end() ? std::nullopt : std::optional{found->value};
    };
    for (const auto& change : changes)
        if (value_in(after, change.yaml_key) != change.value) return false;
    for (const auto* entries : {&before, &after})
        for (const auto& entry : *entries)
            if (entry.shape != YamlEntry::Shape::nothing && change_of(entry.key) == changes.end() &&
                value_in(before, entry.key) != value_in(after, entry.key))
                return false;
    return true;
}

}  // namespace

Result<std::string> edited(std::string_view path, std::string text, std::span<const SettingChange> changes)
{
    OI_TRY(const auto before, read_yaml(path, text));
    for (const auto& change : changes) {
        OI_TRY(text, apply(path, std::move(text), change));
    }
    const auto after = read_yaml(path, text);
    if (!after || !is_as_meant(before, *after, changes))
        return fail(ErrorKind::unsupported, cat(path, ": it cannot be changed safely"), by_hand(changes.front()));
    return text;
}

Result<void> edit_settings(const std::string& path, std::span<const SettingChange> changes)
{
    std::string target = path;
    if (char real[PATH_MAX]; ::realpath(path.c_str(), real)) target = real;
    struct stat info {};
    const bool is_there = ::stat(target.c_str(), &info) == 0;
    std::string text = "# Settings: see interpreter --help=all\n";
    if (is_there) {
        OI_TRY(text, sys::read_file(target, 1 << 20));
    } else {
        OI_CHECK(sys::make_folders(target.substr(0, target.rfind('/'))));
    }
    OI_TRY(const std::string changed, edited(path, std::move(text), changes));
    return sys::write_file(target, changed, is_there ? static_cast<int>(info.st_mode & 07777) : 0600);
}

}  // namespace oi::config
