// Checks the entries of a file of settings; see file_values.h.
#include "config/file_values.h"

#include "base/text.h"

#include <algorithm>
#include <map>

namespace oi::config {

namespace {

using Shape = YamlEntry::Shape;

// `key` alone groups others: "llm".
bool is_group(std::string_view key)
{
    return std::any_of(setting_rows().begin(), setting_rows().end(), [&](const SettingRow& row) {
        return row.yaml_key.size() > key.size() && row.yaml_key.starts_with(key) && row.yaml_key[key.size()] == '.';
    });
}

std::string_view last_part(std::string_view key) { return key.substr(key.rfind('.') + 1); }

std::string place(std::string_view path, int line, int column)
{
    if (line == 0) return std::string{path};
    return column == 0 ? cat(path, ":", line) : cat(path, ":", line, ":", column);
}

Fail unknown_key(const std::string& where, const YamlEntry& entry)
{
    const auto later = later_keys();
    if (std::find(later.begin(), later.end(), entry.key) != later.end())
        return fail(ErrorKind::unsupported, cat(where, ": ", entry.key, " is not in this version yet"), "remove it from the file");
    const auto meant = nearest_key(entry.key);
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

// The value as text, or what is wrong with its shape.
Result<std::string> text_of(const std::string& where, const YamlEntry& entry, const SettingRow& row)
{
    const bool is_list = entry.shape == Shape::list || entry.shape == Shape::nested;
    if (is_list && row.separator() == '\0') return fail(ErrorKind::invalid, cat(where, ": ", entry.key, " is one value, not a list"));
    if (entry.shape == Shape::nested) return fail(ErrorKind::invalid, cat(where, ": ", entry.key, " is a list of single values"));
    if (is_list) return join(entry.items, std::string_view{entry.items.empty() ? "" : row.separator() == ',' ? "," : "|"});
    if (std::holds_alternative<setting::Text Settings::*>(row.member)) return entry.value;
    const bool is_digit = entry.value == "0" || entry.value == "1";  // YAML's own words for true do not include them
    if (entry.shape == Shape::quoted || (row.is_flag() && is_digit))
        return fail(ErrorKind::invalid, cat(where, ": ", entry.key, " is ", row.is_flag() ? "true or false" : "a number", ", not ",
                                            entry.shape == Shape::quoted ? "text in quotes" : "a number"));
    return entry.value;
}

class Checker {
public:
    explicit Checker(std::string_view path) : path_{path} {}

    FileValues take() { return std::move(found_); }

    Result<void> check(const YamlEntry& entry)
    {
        const bool is_empty = entry.shape == Shape::nothing;
        if (entry.key == "version" || (is_empty && is_group(entry.key))) return {};
        if (entry.key == start_script) {
            if (is_empty || entry.shape == Shape::plain || entry.shape == Shape::quoted) return {};
            return fail(ErrorKind::invalid, cat(value_place(entry), ": start_script is the text of a Python script"));
        }
        if (const SettingRow* row = find_key(entry.key)) return is_empty ? Result<void>{} : add(entry, *row, entry.key);
        if (is_group(entry.key)) return no_block(value_place(entry), entry.key);
        const OldKeyRow* old = find_old_key(entry.key);
        if (!old) return unknown_key(place(path_, entry.line, entry.column), entry);
        return is_empty ? Result<void>{} : translate(entry, *old);
    }

private:
    std::string value_place(const YamlEntry& entry) const { return place(path_, entry.value_line, entry.value_column); }

    Result<void> translate(const YamlEntry& entry, const OldKeyRow& old)
    {
        switch (old.kind) {
        case OldKeyRow::Kind::same: found_.translated.push_back(cat(old.old_key, " as ", old.key)); break;
        case OldKeyRow::Kind::opposite: found_.translated.push_back(cat(old.old_key, " as the opposite of ", old.key)); break;
        case OldKeyRow::Kind::unused: found_.translated.push_back(cat(old.old_key, " as nothing (", old.why, ")")); return {};
        case OldKeyRow::Kind::fixed:
            if (to_flag(entry.value) == to_flag(old.value)) return {};
            return fail(ErrorKind::unsupported, cat(value_place(entry), ": ", old.old_key, " can only be ", old.value, ": ", old.why),
                        "remove it from the file");
        }
        if (old.kind == OldKeyRow::Kind::same) return add(entry, *find_key(old.key), old.key);
        YamlEntry turned = entry;
        const auto flag = to_flag(entry.value);
        if (!flag) return fail(ErrorKind::invalid, cat(value_place(entry), ": ", old.old_key, " is true or false"));
        turned.value = *flag ? "false" : "true";
        return add(turned, *find_key(old.key), old.key);
    }

    Result<void> add(const YamlEntry& entry, const SettingRow& row, std::string_view key)
    {
        const auto [first, is_new] = seen_.emplace(&row, entry.line);
        if (!is_new)
            return fail(ErrorKind::invalid, cat(place(path_, entry.line, entry.column), ": ", entry.key, " is set twice",
                                                entry.key == key ? "" : cat(", also as ", key), " (first in line ", first->second, ")"));
        OI_TRY(std::string text, text_of(value_place(entry), entry, row));
        found_.values.push_back({&row, std::move(text), cat(value_place(entry), ": ", entry.key)});
        return {};
    }

    std::string_view path_;
    std::map<const SettingRow*, int> seen_;  // to the line
    FileValues found_;
};

}  // namespace

Result<FileValues> check_entries(std::string_view path, std::span<const YamlEntry> entries)
{
    Checker checker{path};
    for (const auto& entry : entries) OI_CHECK(checker.check(entry));
    return checker.take();
}

Result<FileValues> read_file_values(std::string_view path, std::string_view text)
{
    OI_TRY(const auto entries, read_yaml(path, text));
    return check_entries(path, entries);
}

std::optional<std::string_view> nearest_key(std::string_view key)
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

}  // namespace oi::config
