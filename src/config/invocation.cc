// Puts the sources of settings together, later ones over earlier ones; see invocation.h.
#include "config/invocation.h"

#include "base/text.h"
#include "config/config_file.h"
#include "config/file_values.h"
#include "config/flags.h"
#include "config/profile.h"
#include "sys/files.h"

#include <algorithm>

extern char** environ;

namespace oi::config {

namespace {

constexpr std::string_view variable_prefix = "INTERPRETER_";

Command command_named(std::string_view name)
{
#define COMMAND(command, short_flag, value, help) \
    if (name == #command) return Command::command;
#include "config/commands.def"
    return Command::chat;
}

// --help and --version go before everything; two others do not go together.
Result<Command> choose_command(const CommandLine& line)
{
    Command chosen = Command::chat;
    for (const auto name : line.commands) {
        const Command command = command_named(name);
        if (command == Command::help || command == Command::version) return command;
        if (chosen != Command::chat && chosen != command)
            return fail(ErrorKind::invalid, cat("--", line.commands.front(), " and --", name, " do not go together"), "give one of them");
        chosen = command;
    }
    return chosen;
}

Result<void> set(Invocation& invocation, const SettingRow& row, std::string_view value, Origin origin)
{
    if (auto assigned = assign(invocation.settings, row, value); !assigned)
        return fail(assigned.error().kind, cat(origin.where, ": ", assigned.error().what), assigned.error().hint);
    invocation.said.push_back({&row, origin, std::string{value}});
    invocation.origins[index_of(row)] = std::move(origin);
    return {};
}

// What flag or variable say of a setting that has no place in a file.
std::string wanted(std::string_view setting, const CommandLine& line, const Environment& environment)
{
    std::string value = environment(variable_name(setting));
    for (const auto& flag : line.values)
        if (flag.row->name == setting) value = flag.value;
    return value;
}

Result<void> apply_values(Invocation& invocation, const ProfileFile& file, const FileValues& found, Source source)
{
    for (const auto& [row, value, where] : found.values) OI_CHECK(set(invocation, *row, value, {source, where}));
    if (!file.note.empty()) invocation.notes.push_back(cat(file.path, ": ", file.note));
    if (!found.translated.empty())
        invocation.notes.push_back(cat(file.path, ": read in the words of this version: ", join(found.translated, ", ")));
    return {};
}

Result<void> apply_config(Invocation& invocation, const CommandLine& line, const Environment& environment)
{
    OI_TRY(const auto config, find_config(wanted("config_file", line, environment)));
    if (!config) return {};
    OI_TRY(const auto found, read_profile_values(*config, invocation.settings));
    OI_CHECK(apply_values(invocation, *config, found, Source::config_file));
    invocation.config_path = config->path;
    return {};
}

// All that the flags name, else the variable's; an empty name stands for the person's default one.
std::vector<std::string> wanted_profiles(const CommandLine& line, const Environment& environment)
{
    std::vector<std::string> profiles;
    for (const auto& flag : line.values)
        if (flag.row->name == "profile" && std::find(profiles.begin(), profiles.end(), flag.value) == profiles.end())
            profiles.push_back(flag.value);
    if (profiles.empty()) profiles.push_back(environment(variable_name("profile")));
    return profiles;
}

Result<void> apply_profiles(Invocation& invocation, const CommandLine& line, const Environment& environment)
{
    for (const auto& name : wanted_profiles(line, environment)) {
        OI_TRY(const auto profile, find_profile(name));
        if (!profile) continue;
        Settings so_far = invocation.settings;
        if (std::string python = wanted("python", line, environment); !python.empty()) so_far.python = std::move(python);
        OI_TRY(const auto found, read_profile_values(*profile, so_far));
        OI_CHECK(apply_values(invocation, *profile, found, Source::profile));
        invocation.profile_path += cat(invocation.profile_path.empty() ? "" : ", ", profile->path);
    }
    return {};
}

// The setting of which that name, longer than a few letters, is a slip of the keys; empty: of none.
std::string_view slip_of(const std::string& name)
{
    std::vector<std::string_view> names;
    for (const auto& row : setting_rows())
        if (row.name.size() + 1 >= name.size() && row.name.size() <= name.size() + 1) names.push_back(row.name);
    constexpr std::size_t shortest = 5;
    return name.size() < shortest ? std::string_view{} : nearest(name, names).value_or(std::string_view{});
}

// A variable that is nearly a setting's is a slip; any other may be somebody else's, and is only kept for --explain.
Result<void> check_variables(Invocation& invocation, std::span<const std::string> variables)
{
    const auto others = other_variables();
    for (const auto& variable : variables) {
        const std::string name = lower(std::string_view{variable}.substr(variable_prefix.size()));
        const bool is_known = find_setting(name) && variable_name(name) == variable;
        if (is_known || std::find(others.begin(), others.end(), variable) != others.end()) continue;
        if (const auto meant = slip_of(name); !meant.empty())
            return fail(ErrorKind::invalid, cat("unknown variable ", variable), cat("did you mean ", variable_name(meant), "?"));
        invocation.ignored.push_back(variable);
    }
    return {};
}

Result<void> apply_environment(Invocation& invocation, const Environment& environment)
{
    for (const auto& row : setting_rows()) {
        const std::string variable = variable_name(row.name);
        const std::string value = environment(variable);
        if (!value.empty()) OI_CHECK(set(invocation, row, value, {Source::environment, variable}));
    }
    return {};
}

Result<void> apply_flags(Invocation& invocation, const CommandLine& line)
{
    for (const auto& [row, value, spelled] : line.values) OI_CHECK(set(invocation, *row, value, {Source::flag, spelled}));
    return {};
}

}  // namespace

std::string_view name(Source source)
{
    constexpr std::array<std::string_view, 5> names{"default", "config file", "profile", "environment", "flag"};
    return names[static_cast<std::size_t>(source)];
}

const Origin& Invocation::origin(std::string_view setting) const { return origins[index_of(*find_setting(setting))]; }

std::string variable_name(std::string_view setting)
{
    std::string variable{variable_prefix};
    for (const char c : setting) variable += c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    return variable;
}

Environment process_environment()
{
    return [](const std::string& variable) { return sys::environment(variable.c_str()); };
}

namespace {

// Commands that show or mend files of settings: they work while a file is broken, and read none.
bool is_about_files(Command command)
{
    return command == Command::config || command == Command::reset_config || command == Command::profiles ||
           command == Command::reset_profile || command == Command::local_models;
}

bool reads_no_settings(Command command)
{
    return command == Command::help || command == Command::version || command == Command::completion;
}

// The WORD of COMMAND=WORD.
void take_wanted(Invocation& invocation, const CommandLine& line)
{
    const std::string& value = line.command_value;
    switch (invocation.command) {
    case Command::help: invocation.wanted = value.empty() && line.message == "all" ? "all" : value; break;
    case Command::import: invocation.wanted = value; break;
    case Command::search:
    case Command::keys: invocation.wanted = trim(cat(value, " ", line.message)); break;
    case Command::completion: invocation.wanted = value.empty() ? line.message : value; break;
    case Command::languages:
    case Command::explain:
    case Command::profiles:
    case Command::reset_profile:
    case Command::local_models: invocation.wanted = value; break;
    case Command::models: invocation.models_filter = value.empty() ? line.message : value; break;
    case Command::resume:
        if (!value.empty()) invocation.resume_id = value;
        break;
    default: break;
    }
}

Result<void> check_wanted(const Invocation& invocation)
{
    const auto only = [&](std::string_view command, std::string_view word) -> Result<void> {
        if (invocation.wanted.empty() || invocation.wanted == word) return {};
        return fail(ErrorKind::invalid, cat("--", command, "=", invocation.wanted, ": there is only --", command, "=", word),
                    cat("interpreter --", command));
    };
    if (invocation.command == Command::help && invocation.wanted != "man") return only("help", "all");
    if (invocation.command == Command::profiles) return only("profiles", "open");
    if (invocation.command == Command::local_models) return only("local_models", "open");
    return {};
}

}  // namespace

Result<Invocation> parse_invocation(std::span<const std::string_view> args, const Environment& environment,
                                    std::span<const std::string> variables)
{
    OI_TRY(auto line, parse_flags(args));
    Invocation invocation;
    OI_TRY(invocation.command, choose_command(line));
    take_wanted(invocation, line);
    OI_CHECK(check_wanted(invocation));
    if (reads_no_settings(invocation.command)) return invocation;
    invocation.notes = std::move(line.notes);
    const auto pass = [&](Result<void> applied) -> Result<void> {
        if (applied || invocation.command != Command::doctor) return applied;
        invocation.problems.push_back(std::move(applied).error());
        return {};
    };
    OI_CHECK(pass(check_variables(invocation, variables)));
    // Later wins.
    if (!is_about_files(invocation.command)) {
        OI_CHECK(pass(apply_config(invocation, line, environment)));
        OI_CHECK(pass(apply_profiles(invocation, line, environment)));
    }
    OI_CHECK(pass(apply_environment(invocation, environment)));
    OI_CHECK(pass(apply_flags(invocation, line)));
    invocation.message = std::move(line.message);
    return invocation;
}

Result<Invocation> parse_invocation(int argc, const char* const* argv)
{
    const std::vector<std::string_view> args(argv + (argc > 0 ? 1 : 0), argv + argc);
    std::vector<std::string> variables;
    for (char** variable = environ; *variable; ++variable) {
        const std::string_view entry{*variable};
        if (entry.starts_with(variable_prefix)) variables.emplace_back(entry.substr(0, entry.find('=')));
    }
    return parse_invocation(args, process_environment(), variables);
}

}  // namespace oi::config
