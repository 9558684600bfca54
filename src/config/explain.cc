// Tells where settings come from; see explain.h.
#include "config/explain.h"

#include "base/text.h"

#include <algorithm>

namespace oi::config {

namespace {

constexpr std::size_t longest = 100;  // bytes of a value in a line
constexpr std::size_t source_column = 15;

// A value in one line; a secret is only counted.
std::string shown(const SettingRow& row, std::string_view value)
{
    if (value.empty()) return "not set";
    if (row.name == "api_key" || row.name == "jupyter_token") return cat("a secret of ", value.size(), " characters");
    std::string line = valid_utf8(std::string{utf8_prefix(value, longest)});
    line = replace_all(std::move(line), "\n", "\\n");
    line.erase(std::remove_if(line.begin(), line.end(), [](unsigned char c) { return c < 0x20 || c == 0x7f; }), line.end());
    return value.size() > longest ? cat(line, "... (", value.size(), " bytes)") : line;
}

std::string default_of(const SettingRow& row)
{
    if (std::holds_alternative<setting::Flag Settings::*>(row.member)) return "false";
    return to_text(Settings{}, row);
}

std::string value_of(const Invocation& invocation, const SettingRow& row)
{
    if (const auto* flag = std::get_if<setting::Flag Settings::*>(&row.member)) return invocation.settings.*(*flag) ? "true" : "false";
    const std::string text = to_text(invocation.settings, row);
    const bool is_zero = text.empty() && invocation.origin(row.name).source != Source::default_value;
    return is_zero && row.accepts.find("..") != std::string_view::npos ? "0" : text;
}

std::string row_line(std::string_view source, std::string_view where, const std::string& value)
{
    std::string line = cat("  ", source);
    line.resize(std::max(line.size() + 1, source_column), ' ');
    return where.empty() ? cat(line, value, "\n") : cat(line, where, " = ", value, "\n");
}

// "PATH:3:10: llm.model" as a place; the key is that of the setting.
std::string place(const Origin& origin)
{
    const bool is_file = origin.source == Source::profile || origin.source == Source::config_file;
    const auto end = is_file ? origin.where.rfind(": ") : std::string::npos;
    return valid_utf8(origin.where.substr(0, end));
}

std::string one(const Invocation& invocation, const SettingRow& row)
{
    std::string text = cat(row.name, " = ", shown(row, value_of(invocation, row)), "\n");
    for (auto said = invocation.said.rbegin(); said != invocation.said.rend(); ++said)
        if (said->row == &row) text += row_line(name(said->origin.source), place(said->origin), shown(row, said->value));
    return text + row_line("default", "", shown(row, default_of(row)));
}

std::string all(const Invocation& invocation)
{
    std::string text;
    for (const auto& row : setting_rows()) {
        const Origin& origin = invocation.origin(row.name);
        if (origin.source == Source::default_value) continue;
        text += cat(row.name, " = ", shown(row, value_of(invocation, row)), "\n", row_line(name(origin.source), "", place(origin)));
    }
    if (text.empty()) text = "Everything is as it is by default.\n";
    std::string files;
    for (const auto& path : {invocation.config_path, invocation.profile_path})
        if (!path.empty()) files += cat(files.empty() ? "" : ", ", valid_utf8(path));
    text += cat("\nFiles read: ", files.empty() ? "none" : files, "\n");
    if (!invocation.ignored.empty()) text += cat("Variables that mean nothing here: ", join(invocation.ignored, ", "), "\n");
    return text;
}

// What is said of a name that is no setting's: the nearest of all spellings.
Fail no_such(std::string_view key, const std::string& plain)
{
    std::vector<std::string_view> names;
    for (const auto& row : setting_rows()) {
        names.push_back(row.name);
        if (!row.yaml_key.empty()) names.push_back(row.yaml_key);
    }
    const auto near = nearest(plain, names);
    return fail(ErrorKind::invalid, cat("--explain: there is no setting ", key),
                near ? cat("did you mean ", *near, "?") : "interpreter --help=all lists all");
}

Result<const SettingRow*> find(std::string_view key)
{
    if (key.starts_with("-") && !key.starts_with("--"))
        for (const auto& row : setting_rows())
            if (row.short_flag == key) return &row;
    std::string plain{key.substr(std::min(key.find_first_not_of('-'), key.size()))};
    if (const auto* row = find_key(plain)) return row;
    if (const auto* old = find_old_key(plain); old && !old->key.empty()) return find_key(old->key);
    std::replace(plain.begin(), plain.end(), '-', '_');
    if (plain.starts_with("INTERPRETER_")) plain = lower(plain.substr(12));
    if (const auto* row = find_setting(plain)) return row;
    if (plain.starts_with("no_"))
        if (const auto* row = find_setting(plain.substr(3)); row && row->is_flag()) return row;
    return no_such(key, plain);
}

}  // namespace

Result<std::string> explain(const Invocation& invocation, std::string_view key)
{
    if (key.empty()) return all(invocation);
    OI_TRY(const auto* row, find(key));
    return one(invocation, *row);
}

}  // namespace oi::config
