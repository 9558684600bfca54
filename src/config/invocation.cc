// Puts the sources of settings together, later ones over earlier ones; see invocation.h.
#include "config/invocation.h"

#include "base/text.h"
#include "config/flags.h"
#include "config/profile.h"
#include "sys/files.h"

namespace oi::config {

namespace {

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
    invocation.origins[index_of(row)] = std::move(origin);
    return {};
}

// The profile that is asked for; empty: the person's default one, if there is one.
std::string wanted_profile(const CommandLine& line, const Environment& environment)
{
    std::string wanted = environment(variable_name("profile"));
    for (const auto& flag : line.values)
        if (flag.row->name == "profile") wanted = flag.value;
    return wanted;
}

Result<void> apply_profile(Invocation& invocation, const std::string& wanted)
{
    OI_TRY(const auto profile, find_profile(wanted));
    if (!profile) return {};
    OI_TRY(const auto values, read_profile(*profile));
    for (const auto& [row, value, where] : values) OI_CHECK(set(invocation, *row, value, {Source::profile, where}));
    invocation.profile_path = profile->path;
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

// Values that are understood, but that nothing in this version acts on.
Result<void> refuse_what_has_no_effect(const Invocation& invocation)
{
    if (invocation.settings.safe_mode == "off") return {};
    return fail(ErrorKind::unsupported,
                cat(invocation.origin("safe_mode").where, ": safe mode \"", invocation.settings.safe_mode, "\" is not in this version yet"),
                "leave it out: without -y you are asked before any code runs");
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
    std::string variable = "INTERPRETER_";
    for (const char c : setting) variable += c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    return variable;
}

Environment process_environment()
{
    return [](const std::string& variable) { return sys::environment(variable.c_str()); };
}

Result<Invocation> parse_invocation(std::span<const std::string_view> args, const Environment& environment)
{
    OI_TRY(auto line, parse_flags(args));
    Invocation invocation;
    OI_TRY(invocation.command, choose_command(line));
    if (invocation.command == Command::help || invocation.command == Command::languages) invocation.wanted = line.command_value;
    if (invocation.command == Command::help && invocation.wanted.empty() && line.message == "all") invocation.wanted = "all";
    if (invocation.command == Command::keys) invocation.wanted = trim(cat(line.command_value, " ", line.message));
    if (invocation.command == Command::completion) invocation.wanted = line.command_value.empty() ? line.message : line.command_value;
    if (invocation.command == Command::help && !invocation.wanted.empty() && invocation.wanted != "all" && invocation.wanted != "man")
        return fail(ErrorKind::invalid, cat("--help=", invocation.wanted, ": there is only --help=all"), "interpreter --help");
    if (invocation.command == Command::help || invocation.command == Command::version || invocation.command == Command::completion)
        return invocation;
    const auto pass = [&](Result<void> applied) -> Result<void> {
        if (applied || invocation.command != Command::doctor) return applied;
        invocation.problems.push_back(std::move(applied).error());
        return {};
    };
    // Later wins. A config.yaml would come here, before the profile.
    OI_CHECK(pass(apply_profile(invocation, wanted_profile(line, environment))));
    OI_CHECK(pass(apply_environment(invocation, environment)));
    OI_CHECK(pass(apply_flags(invocation, line)));
    OI_CHECK(pass(refuse_what_has_no_effect(invocation)));
    if (invocation.command == Command::models)
        invocation.models_filter = std::move(line.command_value.empty() ? line.message : line.command_value);
    else if (invocation.command == Command::resume && !line.command_value.empty()) invocation.resume_id = std::move(line.command_value);
    invocation.message = std::move(line.message);
    return invocation;
}

Result<Invocation> parse_invocation(int argc, const char* const* argv)
{
    const std::vector<std::string_view> args(argv + (argc > 0 ? 1 : 0), argv + argc);
    return parse_invocation(args, process_environment());
}

}  // namespace oi::config
