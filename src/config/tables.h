// The rows of settings.def and commands.def as values that can be looped over, and how a text becomes a setting.
#pragma once

#include "base/error.h"
#include "core/settings.h"

#include <optional>
#include <span>
#include <string_view>
#include <variant>

namespace oi::config {

using SettingMember = std::variant<setting::Text Settings::*, setting::Flag Settings::*, setting::Integer Settings::*,
                                   setting::Number Settings::*, setting::OptionalFlag Settings::*>;

struct SettingRow {
    std::string_view group;
    std::string_view name;
    std::string_view short_flag;
    std::string_view yaml_key;
    std::string_view value_name;
    std::string_view accepts;
    std::string_view help;
    SettingMember member;
    bool is_seldom = false;  // --help leaves it out, --help=all shows it

    // --name alone sets it, --no-name unsets it.
    bool is_flag() const;
    // Of a list, ',' or '|': what stands between its items in the value. 0: it is no list.
    char separator() const;
};

struct CommandRow {
    std::string_view name, short_flag, value, help;
    bool is_seldom = false;
};
struct ShortcutRow {
    std::string_view name, short_flag, setting, value, help;
};
struct RenamedRow {
    std::string_view name, short_flag, hint;
};
struct AcceptedRow {
    std::string_view name, short_flag, why;
};
struct LaterRow {
    std::string_view name, short_flag, hint;
};
// A key of the classic program that means something else here; see old_keys.def.
struct OldKeyRow {
    enum class Kind : std::uint8_t { same, opposite, fixed, unused };
    Kind kind;
    std::string_view old_key;
    std::string_view key;    // of `same` and `opposite`: the setting's key
    std::string_view value;  // of `fixed`: the only one
    std::string_view why;    // of `fixed` and `unused`
};

inline constexpr std::size_t setting_count = 0
#define SETTING(...) +1
#include "core/settings.def"
    ;

std::span<const SettingRow> setting_rows();
std::span<const CommandRow> command_rows();
std::span<const ShortcutRow> shortcut_rows();
std::span<const RenamedRow> renamed_rows();
std::span<const AcceptedRow> accepted_rows();
std::span<const LaterRow> later_rows();
std::span<const std::string_view> later_keys();
std::span<const OldKeyRow> old_key_rows();
std::span<const std::string_view> other_variables();  // INTERPRETER_... that are no settings

const SettingRow* find_setting(std::string_view name);
// By its name or its key in YAML. invalid: there is none; the hint names the nearest.
Result<const SettingRow*> setting_named(std::string_view name);
const SettingRow* find_key(std::string_view yaml_key);
const OldKeyRow* find_old_key(std::string_view key);
std::size_t index_of(const SettingRow& row);

// Sets the setting. An Error says in `what` only what is wrong with the value: callers add where it came from.
Result<void> assign(Settings& settings, const SettingRow& row, std::string_view text);

// true, yes, on, 1 and their opposites, in any case.
std::optional<bool> to_flag(std::string_view text);

// The value as a person would type it; empty when it is unset, off or nothing.
std::string to_text(const Settings& settings, const SettingRow& row);

}  // namespace oi::config
