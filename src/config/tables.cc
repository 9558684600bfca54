// The tables, expanded, and the checks of values; see tables.h.
#include "config/tables.h"

#include "base/text.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace oi::config {

namespace {

constexpr auto settings_table = [] {
    std::array<SettingRow, setting_count> rows{};
    std::size_t count = 0;
    std::string_view group;
#define GROUP(title) group = title;
#define SETTING(type, name, short_flag, default_value, yaml_key, value_name, accepts, help) \
    rows[count++] = SettingRow{group, #name, short_flag, yaml_key, value_name, accepts, help, &Settings::name};
#include "core/settings.def"
#define SELDOM(setting) \
    for (auto& row : rows) row.is_seldom = row.is_seldom || row.name == #setting;
#include "core/settings.def"
    return rows;
}();

constexpr bool is_rare(std::string_view command)
{
#define RARE(name) \
    if (command == #name) return true;
#include "config/commands.def"
    return false;
}
constexpr CommandRow commands_table[] = {
#define COMMAND(name, short_flag, value, help) {#name, short_flag, value, help, is_rare(#name)},
#include "config/commands.def"
};
constexpr ShortcutRow shortcuts_table[] = {
#define SHORTCUT(name, short_flag, setting, value, help) {#name, short_flag, #setting, value, help},
#include "config/commands.def"
};
constexpr RenamedRow renamed_table[] = {
#define RENAMED(name, short_flag, hint) {name, short_flag, hint},
#include "config/commands.def"
};
constexpr AcceptedRow accepted_table[] = {
#define ACCEPTED(name, short_flag, why) {name, short_flag, why},
#include "config/commands.def"
};
constexpr LaterRow later_table[] = {
#define LATER(name, short_flag, hint) {name, short_flag, hint},
#include "config/commands.def"
};
constexpr OldKeyRow old_keys_table[] = {
#define OLD_KEY(old_key, key) {OldKeyRow::Kind::same, old_key, key, "", ""},
#define OLD_OPPOSITE(old_key, key) {OldKeyRow::Kind::opposite, old_key, key, "", ""},
#define OLD_FIXED(old_key, value, why) {OldKeyRow::Kind::fixed, old_key, "", value, why},
#define OLD_UNUSED(old_key, why) {OldKeyRow::Kind::unused, old_key, "", "", why},
#include "config/old_keys.def"
};
constexpr std::string_view other_variables_table[] = {
#define OTHER_VARIABLE(name) name,
#include "config/old_keys.def"
};
constexpr std::string_view later_keys_table[] = {
#define LATER_KEY(key) key,
#include "config/commands.def"
};

struct Range {
    double least = 0;
    std::optional<double> most;
};

// A value in a message: one line, not for ever.
std::string shown(std::string_view text)
{
    std::string line = valid_utf8(std::string{utf8_prefix(text, 60)});
    for (char& c : line)
        if (static_cast<unsigned char>(c) < 0x20) c = ' ';
    return cat('"', line, '"');
}

// "0..2", "0.."
std::optional<Range> range_of(std::string_view accepts)
{
    const auto dots = accepts.find("..");
    if (dots == std::string_view::npos) return {};
    return Range{to_number(accepts.substr(0, dots)).value_or(0), to_number(accepts.substr(dots + 2))};
}

bool is_within(double value, const Range& range)
{
    return std::isfinite(value) && value >= range.least && (!range.most || value <= *range.most);
}

Result<void> check_range(double value, std::string_view text, const SettingRow& row)
{
    const auto range = range_of(row.accepts);
    if (!range || is_within(value, *range)) return {};
    return fail(ErrorKind::invalid, range->most ? cat(shown(text), " is not in ", range->least, " to ", *range->most)
                                                : cat(shown(text), " is not ", range->least, " or more"));
}

// One assign for each type that a setting can have.
struct Assign {
    Settings& settings;
    const SettingRow& row;
    std::string_view text;

    Result<void> operator()(setting::Text Settings::*member) const
    {
        if (!row.accepts.empty()) {
            const auto words = split(row.accepts, '|');
            if (std::find(words.begin(), words.end(), text) == words.end())
                return fail(ErrorKind::invalid, cat(shown(text), " is not one of ", replace_all(std::string{row.accepts}, "|", ", ")));
        }
        settings.*member = text;
        return {};
    }
    Result<void> operator()(setting::Integer Settings::*member) const
    {
        const auto number = to_integer(text);
        if (!number) return fail(ErrorKind::invalid, cat(shown(text), " is not a whole number"));
        OI_CHECK(check_range(static_cast<double>(*number), text, row));
        settings.*member = *number;
        return {};
    }
    Result<void> operator()(setting::Number Settings::*member) const
    {
        const auto number = to_number(text);
        if (!number) return fail(ErrorKind::invalid, cat(shown(text), " is not a number"));
        OI_CHECK(check_range(*number, text, row));
        settings.*member = *number;
        return {};
    }
    Result<void> operator()(setting::Flag Settings::*member) const { return flag(member); }
    Result<void> operator()(setting::OptionalFlag Settings::*member) const { return flag(member); }

    template <class Member>
    Result<void> flag(Member member) const
    {
        const auto value = to_flag(text);
        if (!value) return fail(ErrorKind::invalid, cat(shown(text), " is neither true nor false"));
        settings.*member = *value;
        return {};
    }
};

struct Show {
    const Settings& settings;
    const SettingRow& row;

    std::string operator()(setting::Text Settings::*member) const { return settings.*member; }
    std::string operator()(setting::Flag Settings::*member) const { return settings.*member ? "true" : ""; }
    std::string operator()(setting::Integer Settings::*member) const { return number(settings.*member); }
    std::string operator()(setting::Number Settings::*member) const { return number(settings.*member); }
    std::string operator()(setting::OptionalFlag Settings::*member) const
    {
        const auto& value = settings.*member;
        return value ? (*value ? "true" : "false") : "";
    }
    template <class T>
    std::string number(T value) const
    {
        const auto range = range_of(row.accepts);
        const bool is_unset = value == 0 || (range && !is_within(static_cast<double>(value), *range));
        return is_unset ? "" : cat(value);
    }
};

}  // namespace

bool SettingRow::is_flag() const
{
    return std::holds_alternative<setting::Flag Settings::*>(member) || std::holds_alternative<setting::OptionalFlag Settings::*>(member);
}

char SettingRow::separator() const
{
    const bool is_list = value_name.ends_with(",...") || value_name.ends_with("|...");
    return is_list ? value_name[value_name.size() - 4] : '\0';
}

std::span<const SettingRow> setting_rows() { return settings_table; }
std::span<const CommandRow> command_rows() { return commands_table; }
std::span<const ShortcutRow> shortcut_rows() { return shortcuts_table; }
std::span<const RenamedRow> renamed_rows() { return renamed_table; }
std::span<const AcceptedRow> accepted_rows() { return accepted_table; }
std::span<const LaterRow> later_rows() { return later_table; }
std::span<const std::string_view> later_keys() { return later_keys_table; }
std::span<const OldKeyRow> old_key_rows() { return old_keys_table; }
std::span<const std::string_view> other_variables() { return other_variables_table; }

const SettingRow* find_setting(std::string_view name)
{
    for (const auto& row : settings_table)
        if (row.name == name) return &row;
    return nullptr;
}

Result<const SettingRow*> setting_named(std::string_view name)
{
    if (const auto* row = find_setting(name)) return row;
    std::vector<std::string_view> names;
    for (const auto& row : setting_rows()) {
        if (!row.yaml_key.empty() && row.yaml_key == name) return &row;
        names.push_back(row.name);
    }
    const auto near = nearest(name, names);
    return fail(ErrorKind::invalid, cat("there is no setting ", name),
                near ? cat("did you mean ", *near, "?") : "interpreter --help=all lists them");
}

const SettingRow* find_key(std::string_view yaml_key)
{
    for (const auto& row : settings_table)
        if (!row.yaml_key.empty() && row.yaml_key == yaml_key) return &row;
    return nullptr;
}

const OldKeyRow* find_old_key(std::string_view key)
{
    for (const auto& row : old_keys_table)
        if (row.old_key == key) return &row;
    return nullptr;
}

std::size_t index_of(const SettingRow& row) { return static_cast<std::size_t>(&row - settings_table.data()); }

Result<void> assign(Settings& settings, const SettingRow& row, std::string_view text)
{
    return std::visit(Assign{settings, row, text}, row.member);
}

std::optional<bool> to_flag(std::string_view text)
{
    const std::string word = lower(text);
    if (word == "true" || word == "yes" || word == "on" || word == "1") return true;
    if (word == "false" || word == "no" || word == "off" || word == "0") return false;
    return {};
}

std::string to_text(const Settings& settings, const SettingRow& row) { return std::visit(Show{settings, row}, row.member); }

}  // namespace oi::config
