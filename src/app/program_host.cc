// Changes the running program; see program_host.h. What it tells of itself is in program_facts.cc.
#include "app/program_host.h"

#include "agent/conversation.h"
#include "app/confinement.h"
#include "app/languages.h"
#include "app/late_model.h"
#include "app/live_settings.h"
#include "app/resume.h"
#include "base/text.h"
#include "config/profile.h"
#include "core/cost.h"
#include "llm/catalogue/catalogue.h"

#include <algorithm>

namespace oi {

namespace {

// As on the command line: a budget that nobody can keep is refused.
Result<void> check_budget(const Settings& settings, const ModelInfo& model)
{
    if (settings.max_budget <= 0 || is_known(model.price) || model.name.starts_with("openrouter/")) return {};
    return fail(ErrorKind::over_budget,
                cat("the budget of ", dollars(settings.max_budget), " cannot be kept: there is no price for ", model.name),
                cat("put its row into ", llm::own_catalogue_path(), ", or say %set max_budget 0"));
}

}  // namespace

ProgramHost::ProgramHost(RunningParts parts, config::Invocation invocation) : parts_{std::move(parts)}, invocation_{std::move(invocation)}
{
    invocation_.settings.model = parts_.choice.name;
    invocation_.settings.api_base = parts_.choice.api_base;
}

// What other commands and answers have changed meanwhile.
void ProgramHost::take_over()
{
    invocation_.settings.auto_run = conversation().auto_run();
    invocation_.settings.max_budget = conversation().max_budget();
}

const Settings& ProgramHost::settings()
{
    take_over();
    return invocation_.settings;
}

void ProgramHost::note(Change& change, const Row& row) const
{
    if (config::to_text(change.settings, row) == config::to_text(invocation_.settings, row)) return;
    auto& list = live_kind(row.name) == Live::fixed ? change.later : change.now;
    if (std::ranges::find(list, &row) == list.end()) list.push_back(&row);
}

Result<void> ProgramHost::open_model(const Settings& settings)
{
    const bool is_other = settings.model != parts_.choice.name || settings.api_base != parts_.choice.api_base;
    ModelChoice choice = parts_.choice;
    if (choice.send) {
        if (!settings.model.empty()) choice.name = settings.model;
    } else if (is_other && !parts_.opens_late) {
        OI_TRY(choice, choose_model({.settings = settings}));
    }
    auto trace = make_trace(settings);
    if (trace && parts_.has_screen)
        trace = [&session = parts_.session](std::string_view line) { session.announce(Notice{Notice::Level::note, std::string{line}}); };
    if (parts_.opens_late) {
        parts_.model.replace(std::make_unique<LateModel>(choice, settings, trace));
        parts_.choice = {.name = settings.model, .api_base = settings.api_base, .send = choice.send};
        conversation().change([&](ConversationOptions& options) { options.trace = trace; });
        return {};
    }
    OI_TRY(auto model, open_chosen_model(choice, settings, parts_.audience, trace));
    OI_CHECK(check_budget(settings, model->info()));
    parts_.model.replace(std::move(model));
    parts_.choice = std::move(choice);
    conversation().change([&](ConversationOptions& options) { options.trace = trace; });
    return {};
}

Result<NewGround> ProgramHost::ground_of(const Settings& settings, const std::string& folder) const
{
    OI_CHECK(check_confinable(settings));
    OI_TRY(auto chosen, choose_confinement(settings, folder));
    return NewGround{chosen.sandbox, sandbox_policy(settings, folder), std::move(chosen.line)};
}

// As a turn is, for a session that ends may still be keeping its variables.
void ProgramHost::restart(NewGround ground, std::vector<std::string_view> languages)
{
    parts_.session.perform(
        [ground = std::move(ground), languages = std::move(languages)](Conversation& conversation) -> Result<std::vector<std::string>> {
            return restart_sessions(conversation, ground, languages);
        });
}

Result<void> ProgramHost::carry_out(const Change& change, const config::Origin& origin)
{
    const auto changes = [&](std::string_view name) {
        return std::ranges::any_of(change.now, [&](const Row* row) { return row->name == name; });
    };
    const auto concerns = [&](Live kind) {
        return std::ranges::any_of(change.now, [&](const Row* row) { return live_kind(row->name) == kind; });
    };
    if (changes("python")) OI_CHECK(check_python(change.settings, false));
    NewGround ground;
    if (concerns(Live::sessions)) {
        OI_TRY(ground, ground_of(change.settings, conversation().options().folder));
    }
    if (concerns(Live::model)) OI_CHECK(open_model(change.settings));
    else if (changes("max_budget") && !parts_.opens_late) OI_CHECK(check_budget(change.settings, parts_.model.info()));
    if (!change.now.empty()) apply_live(invocation_.settings, change.settings, conversation());
    invocation_.settings = change.settings;
    if (concerns(Live::display) && tell_display_) tell_display_(change.settings, conversation().options().folder);
    if (concerns(Live::sessions)) {
        const bool is_python_alone = std::ranges::none_of(
            change.now, [](const Row* row) { return live_kind(row->name) == Live::sessions && row->name != "python"; });
        restart(std::move(ground), is_python_alone ? std::vector<std::string_view>{"python"} : std::vector<std::string_view>{});
    }
    if (changes("system_message") || changes("custom_instructions"))
        conversation().change([&](ConversationOptions& options) {
            options.system_message = system_message_of_run(change.settings, options.offered, options.folder);
        });
    for (const Row* row : change.now) invocation_.origins[config::index_of(*row)] = origin;
    return {};
}

MagicHost::Lines ProgramHost::model()
{
    const ModelInfo info = conversation().model();
    std::string line = info.name;
    if (info.context_window > 0) line += cat(", window of ", info.context_window, " tokens");
    if (is_free(info.price)) line += ", costs nothing";
    else if (is_known(info.price))
        line += cat(", ", dollars(info.price.input), " in and ", dollars(info.price.output), " out for a million tokens");
    return {line + ".", "%model NAME goes on with another; interpreter --models lists those of your key."};
}

Result<MagicHost::Lines> ProgramHost::set_model(std::string_view name)
{
    take_over();
    Change change{.settings = invocation_.settings};
    change.settings.model = std::string{name};
    leave_vendor(invocation_.settings, change.settings);
    for (const char* key : {"model", "api_base", "api_key"}) note(change, *config::find_setting(key));
    if (change.now.empty()) return Lines{cat(name, " is the model already.")};
    OI_CHECK(carry_out(change, {config::Source::flag, "%model"}));
    Lines lines = model();
    lines.front() = cat("From now on: ", lines.front());
    lines.pop_back();
    const ModelInfo info = conversation().model();
    if (info.context_window == 0 && !is_known(info.price) && !name.starts_with("script:"))
        lines.push_back("That name is not in the catalogue: its window and price are not known. Is it spelled as the vendor has it?");
    return lines;
}

Result<MagicHost::Lines> ProgramHost::set(std::string_view name, std::string_view value)
{
    take_over();
    OI_TRY(const Row* row, config::setting_named(name));
    if (row->name == "profile") return use_profile(value);
    if (row->name == "model") return set_model(value);
    if (live_kind(row->name) == Live::fixed)
        return fail(ErrorKind::unsupported, cat(row->name, " cannot change while the program runs: ", why_fixed(row->name)));
    Change change{.settings = invocation_.settings};
    if (auto assigned = config::assign(change.settings, *row, value); !assigned)
        return fail(ErrorKind::invalid, cat(row->name, ": ", assigned.error().what), assigned.error().hint);
    note(change, *row);
    OI_CHECK(carry_out(change, {config::Source::flag, "%set"}));
    return Lines{line_of(*row)};
}

Result<MagicHost::Lines> ProgramHost::use_profile(std::string_view name)
{
    take_over();
    OI_TRY(const auto file, config::find_profile(name));
    if (!file) return fail(ErrorKind::not_found, cat("there is no profile ", name));
    OI_TRY(const auto values, config::read_profile(*file));
    Change change{.settings = invocation_.settings};
    for (const auto& value : values)
        if (auto assigned = config::assign(change.settings, *value.row, value.value); !assigned)
            return fail(ErrorKind::invalid, cat(value.where, ": ", assigned.error().what), assigned.error().hint);
    leave_vendor(invocation_.settings, change.settings);
    for (const auto& row : config::setting_rows()) note(change, row);
    const Settings before = invocation_.settings;
    Change now = change;
    for (const Row* row : change.later)  // stays as it is here
        ignore(config::assign(now.settings, *row, config::to_text(before, *row)), "an unset value stays unset");
    OI_CHECK(carry_out(now, {config::Source::profile, file->path}));
    profile_ = file->path;
    Lines lines{cat("The settings of ", file->path, change.now.empty() && change.later.empty() ? " are in force already." : ":")};
    for (const Row* row : change.now) lines.push_back(cat("  ", row->name, ": ", shown(before, *row), " -> ", shown(now.settings, *row)));
    for (const Row* row : change.later)
        lines.push_back(cat("  ", row->name, ": ", shown(change.settings, *row), ", not before the next start: ", why_fixed(row->name)));
    return lines;
}

}  // namespace oi
