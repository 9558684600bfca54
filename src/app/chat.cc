// Chooses model and frontend, connects them to a session, runs it.
#include "app/chat.h"

#include "agent/session.h"
#include "app/choose_model.h"
#include "app/confinement.h"
#include "app/current_model.h"
#include "app/program_host.h"
#include "app/resume.h"
#include "app/setup.h"
#include "app/wiring.h"
#include "base/embedded.h"
#include "base/image_info.h"
#include "base/text.h"
#include "config/profile.h"
#include "core/cost.h"
#include "frontend/json/json_frontend.h"
#include "frontend/magic/magic.h"
#include "frontend/plain/plain_frontend.h"
#include "frontend/terminal/terminal_frontend.h"
#include "llm/catalogue/catalogue.h"
#include "sys/files.h"
#include "sys/wait.h"

#include <algorithm>
#include <cstdio>
#include <span>
#include <unistd.h>

namespace oi {

namespace {

constexpr const char* demo_line =
    "Demo. Scripted: the words of the model; none is contacted. Real: the loop, the kernels, your files, every number.";

constexpr const char* no_model_yet =
    "Welcome. There is no model to talk to yet; which shall it be? Ctrl-C leaves.\n"
    "(Just looking? interpreter --demo shows the whole thing without a model.)\n";

int complain(const Error& error, int code)
{
    std::fprintf(stderr, "interpreter: %s\n", valid_utf8(to_line(error)).c_str());
    return code;
}

Result<std::string> choose_frontend(const Settings& settings)
{
    const bool has_terminal = can_run_terminal(STDIN_FILENO, STDOUT_FILENO);
    if (settings.plain) return std::string{"plain"};
    if (settings.frontend.empty()) return std::string{has_terminal ? "terminal" : "plain"};
    if (settings.frontend == "terminal" && !has_terminal)
        return fail(ErrorKind::invalid, "--frontend terminal needs a terminal for stdin and stdout", "use --frontend plain or json");
    return settings.frontend;
}

constexpr std::size_t longest_message = 16 << 20;
constexpr double unattended_cell_timeout = 3600;  // seconds: where no person sees that a cell hangs

Result<std::string> read_stdin()
{
    std::string text;
    char block[65536];
    for (ssize_t got; (got = ::read(STDIN_FILENO, block, sizeof block)) > 0;) {
        text.append(block, static_cast<std::size_t>(got));
        if (text.size() > longest_message)
            return fail(ErrorKind::invalid, "the message on stdin is longer than 16 MiB", "give the name of a file instead");
    }
    return valid_utf8(std::move(text));
}

// What the person set of the model's limits, for the opening lines; empty: nothing.
std::string limits_set(const Settings& settings)
{
    std::string line;
    const auto add = [&](const std::string& limit) { line += cat(line.empty() ? "" : ", ", limit); };
    if (settings.context_window > 0) add(cat("window of ", settings.context_window, " tokens"));
    if (settings.max_tokens > 0) add(cat("answers of at most ", settings.max_tokens, " tokens"));
    if (settings.max_budget > 0) add(cat("budget ", dollars(settings.max_budget)));
    return line.empty() ? line : cat("As set: ", line);
}

// What a conversation that goes on is about, for the opening lines.
std::string going_on_with(const ConversationSummary& about)
{
    constexpr std::size_t longest = 45;  // bytes: one line of the usual terminal
    return cat("Going on with ", about.message_count, about.message_count == 1 ? " message" : " messages",
               about.first_words.empty() ? "" : ": ", utf8_prefix(about.first_words, longest),
               about.first_words.size() > longest ? "..." : "");
}

constexpr std::size_t most_offered = 50;  // conversations

std::vector<std::string> completion_names(std::string_view kind)
{
    std::vector<std::string> names;
    if (kind == "model")
        for (const auto name : llm::catalogue().names()) names.emplace_back(name);
    if (kind == "profile")
        for (auto& profile : config::known_profiles()) names.push_back(std::move(profile.name));
    if (kind == "conversation")
        if (const auto found = open_store()->list(most_offered))
            for (const auto& one : *found) names.push_back(cat(one.id));
    return names;
}

std::optional<PictureSize> picture_size(std::string_view bytes)
{
    const auto info = image_info(bytes);
    if (!info) return {};
    return PictureSize{info->width, info->height};
}

Result<Run> plan(const config::Invocation& invocation)
{
    Run run{.message = is_blank(invocation.message) ? "" : invocation.message};
    run.has_words = !run.message.empty();
    OI_TRY(run.frontend, choose_frontend(invocation.settings));
    if (invocation.command == config::Command::demo) run.message = "Look at this folder and tell me what is in it.";
    if (run.message.empty() && run.frontend != "json" && !::isatty(STDIN_FILENO)) {
        OI_TRY(const std::string text, read_stdin());
        run.message = std::string{trim(text)};
        if (run.message.empty())
            return fail(ErrorKind::invalid, "there is no message", "give it as words, or on stdin, or start in a terminal");
    }
    OI_TRY(run.confined, choose_confinement(invocation.settings, sys::current_folder()));
    run.is_attended = run.frontend == "terminal" || (run.frontend == "plain" && ::isatty(STDIN_FILENO) && ::isatty(STDOUT_FILENO));
    run.is_one_shot = !run.message.empty() && (!run.is_attended || invocation.command == config::Command::demo);
    return run;
}

Result<ModelChoice> model_for(const config::Invocation& invocation)
{
    if (invocation.command == config::Command::demo) return ModelChoice{.name = "demo", .script = embedded("demo/script.md")};
    return choose_model(invocation);
}

}  // namespace

int run_frontend(const Run& run, const config::Invocation& invocation, Session& session, sys::Wakeup& wakeup, ProgramHost& host,
                 const ModelChoice& choice, const std::vector<std::string>& opening)
{
    const Settings& settings = invocation.settings;
    std::optional<Message> first;
    const std::string command = is_magic_command(invocation.message) ? invocation.message : "";
    if (!run.message.empty()) first = user(run.message);
    if (run.frontend == "json") return run_json(session, wakeup, {.first_message = first, .is_one_shot = run.is_one_shot});
    if (!command.empty()) first.reset();
    if (run.frontend == "plain")
        return run_plain(session, wakeup,
                         {.first_message = first,
                          .attaches_files = run.has_words,
                          .read_picture_size = picture_size,
                          .first_command = command,
                          .is_one_shot = run.is_one_shot,
                          .can_ask = run.is_attended,
                          .shows_thoughts = settings.verbose,
                          .shows_cost = settings.verbose,
                          .magic = &host});
    std::vector<std::string> notes;
    if (!choice.note.empty()) notes.push_back(cat(choice.name, ", ", choice.note));
    if (!run.confined.line.empty()) notes.push_back(run.confined.line);
    if (auto limits = limits_set(settings); !limits.empty()) notes.push_back(std::move(limits));
    notes.insert(notes.end(), opening.begin(), opening.end());
    TerminalOptions options{.first_message = first,
                            .first_command = command,
                            .model_name = choice.name,
                            .history_path = cat(sys::state_folder(), "/history"),
                            .is_one_shot = run.is_one_shot,
                            .notes = notes,
                            .completion_names = completion_names,
                            .read_picture_size = picture_size,
                            .magic = &host};
    const auto display = [&options](const Settings& changed, const std::string& folder) {
        options.folder = folder;
        options.highlight_active_line = !changed.no_highlight_active_line;
        options.has_title = changed.title.value_or(true);
        options.notify_after = std::chrono::duration<double>{changed.notify};
        options.pictures = changed.pictures;
        options.has_hints = changed.hints.value_or(true);
    };
    display(settings, sys::current_folder());
    host.on_display(display);
    return run_terminal(session, wakeup, options);
}

namespace {

std::vector<std::string> opening_lines(const Resumption& resumption, Store& store, const Settings& settings)
{
    std::vector<std::string> lines = resumption.notes;
    if (!resumption.warning.empty()) lines.push_back(resumption.warning);
    if (const auto languages = store.languages(resumption.id))
        if (auto line = lost_variables(*languages, settings.keep_variables.value_or(true)); !line.empty()) lines.push_back(std::move(line));
    lines.push_back(going_on_with(resumption.about));
    return lines;
}

}  // namespace

int chat(const config::Invocation& asked)
{
    config::Invocation invocation = asked;
    const auto store = open_store();
    std::optional<Resumption> resumption;
    if (invocation.command == config::Command::resume) {
        auto found = find_resumption(invocation, *store);
        if (!found) return complain(found.error(), found.error().kind == ErrorKind::invalid ? 2 : 1);
        resumption = std::move(*found);
    }
    const auto run = plan(invocation);
    if (!run) return complain(run.error(), 2);
    Settings settings = invocation.settings;
    if (settings.cell_timeout < 0) settings.cell_timeout = run->frontend == "terminal" ? 0 : unattended_cell_timeout;
    const bool python_is_default = invocation.origin("python").source < config::Source::environment;
    if (auto found = check_python(settings, python_is_default); !found) return complain(found.error(), 2);
    auto choice = model_for(invocation);
    if (!choice && choice.error().kind == ErrorKind::not_found && run->is_attended && !settings.local && can_be_asked(settings)) {
        choice = choose_and_keep_model(invocation, no_model_yet);
        if (!choice && choice.error().kind == ErrorKind::cancelled) return 130;
    }
    if (!choice && choice.error().kind == ErrorKind::not_found) {
        std::fprintf(stderr, "%s\n", choice.error().what.c_str());
        return 1;
    }
    if (!choice) return complain(choice.error(), 2);

    const auto trace = make_trace(settings);
    auto model = open_chosen_model(*choice, settings, run->is_attended ? Audience::attended : Audience::unattended, trace);
    if (!model) return complain(model.error(), model.error().kind == ErrorKind::invalid ? 2 : 1);
    if (auto kept = check_budget_can_be_kept(settings, (*model)->info()); !kept) return complain(kept.error(), 2);
    CurrentModel current{std::move(*model)};
    auto made = make_conversation(current, *store, settings, trace, python_is_default);
    if (!made) return complain(made.error(), made.error().kind == ErrorKind::invalid ? 2 : 1);
    auto conversation = std::move(*made);
    if (run->confined.sandbox)
        conversation->confine(run->confined.sandbox, sandbox_policy(settings, sys::current_folder()),
                              run->frontend == "terminal" ? std::string{} : run->confined.line);
    std::vector<std::string> opening;
    if (resumption) {
        if (auto resumed = conversation->resume(resumption->id); !resumed) return complain(resumed.error(), 1);
        opening = opening_lines(*resumption, *store, settings);
        if (run->frontend != "terminal" && !resumption->warning.empty())
            std::fprintf(stderr, "%s\n", valid_utf8(resumption->warning).c_str());
        if (run->frontend == "terminal")
            if (auto line = conversation->take_opening(); !line.empty()) opening.push_back(std::move(line));
    }

    if (invocation.command == config::Command::demo && run->frontend != "json") {
        std::puts(demo_line);
        std::fflush(stdout);
    }
    sys::Wakeup wakeup;
    Session session{std::move(conversation), [&wakeup] { wakeup.notify(); }};
    config::Invocation in_force = invocation;
    in_force.settings = settings;
    ProgramHost host{
        {session, *store, current, *choice, run->is_attended ? Audience::attended : Audience::unattended, run->frontend == "terminal"},
        std::move(in_force)};
    return run_frontend(*run, invocation, session, wakeup, host, *choice, opening);
}

}  // namespace oi
