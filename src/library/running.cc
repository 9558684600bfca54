// Putting a session together from the parts that the program uses, too; see running.h.
#include "library/running.h"

#include "agent/conversation.h"
#include "app/chat.h"
#include "app/confinement.h"
#include "app/late_model.h"
#include "app/wiring.h"
#include "base/text.h"
#include "frontend/terminal/terminal_frontend.h"
#include "kernel/languages.h"
#include "library/completion.h"
#include "library/convert.h"
#include "library/find_program.h"
#include "library/functions.h"
#include "library/own_language.h"
#include "store/memory_store.h"
#include "sys/files.h"
#include "sys/wait.h"

#include <iostream>
#include <set>
#include <sys/stat.h>
#include <unistd.h>

namespace interpreter {

namespace {

using oi::cat;
using oi::ErrorKind;
using oi::Result;

// Of files and the environment alone; a profile or config file that the program names is one of them.
Result<oi::config::Invocation> settings_of_files(const Options& options)
{
    std::vector<std::string> flags{"interpreter"};
    for (const auto& [name, value] : options.settings)
        if (name == "profile" || name == "config_file") flags.push_back(cat("--", name, "=", value));
    std::vector<const char*> arguments;
    for (const auto& flag : flags) arguments.push_back(flag.c_str());
    arguments.push_back(nullptr);
    return oi::config::parse_invocation(static_cast<int>(flags.size()), arguments.data());
}

// What the model is told of the program's own languages and functions.
std::string told(const Options& options)
{
    std::string words = told_of(options.functions);
    for (const auto& language : options.languages)
        if (!oi::is_blank(language.system_message))
            words += cat(words.empty() ? "" : "\n\n", oi::valid_utf8(std::string{oi::trim(language.system_message)}));
    return words;
}

}  // namespace

Result<oi::config::Invocation> settings_of(const Options& options)
{
    oi::config::Invocation invocation;
    if (options.reads_files) {
        OI_TRY(invocation, settings_of_files(options));
    }
    for (const auto& [name, value] : options.settings) {
        OI_TRY(const auto* row, oi::config::setting_named(name));
        if (!options.reads_files && (row->name == "profile" || row->name == "config_file"))
            return oi::fail(ErrorKind::invalid, cat(row->name, " is for sessions that read files"), "set Options::reads_files");
        if (auto assigned = oi::config::assign(invocation.settings, *row, value); !assigned)
            return oi::fail(ErrorKind::invalid, cat(row->name, ": ", assigned.error().what), assigned.error().hint);
        invocation.origins[oi::config::index_of(*row)] = {oi::config::Source::flag, "Options::settings"};
    }
    return invocation;
}

Result<void> check(const Options& options)
{
    std::set<std::string> names;
    for (const auto& language : options.languages) {
        if (oi::is_blank(language.name)) return oi::fail(ErrorKind::invalid, "a language has no name", "give Language::name");
        if (!language.start) return oi::fail(ErrorKind::invalid, cat("the language ", language.name, " has no Language::start"));
        if (!names.insert(oi::lower(language.name)).second)
            return oi::fail(ErrorKind::invalid, cat("the language ", language.name, " is there twice"), "give one another name");
    }
    return check_functions(options.functions);
}

Running::Running(const Options& options, oi::config::Invocation invocation, std::shared_ptr<Callbacks> callbacks)
    : options_{options}, invocation_{std::move(invocation)}, callbacks_{std::move(callbacks)}, told_{told(options)}
{
    if (!invocation_.settings.verbose) return;
    trace_ = [told = callbacks_](std::string_view line) { told->announce({oi::Notice::Level::note, std::string{line}}); };
}

Running::~Running()
{
    host_.reset();
    session_.reset();
    callbacks_->serve(nullptr);
}

Result<std::unique_ptr<Running>> Running::start(const Options& options, const oi::config::Invocation& invocation,
                                                std::vector<oi::Message> messages, const std::shared_ptr<Callbacks>& callbacks)
{
    std::unique_ptr<Running> running{new Running{options, invocation, callbacks}};
    OI_CHECK(running->begin(std::move(messages)));
    return running;
}

Result<std::string> Running::folder() const
{
    if (options_.folder.empty()) return oi::sys::current_folder();
    std::string path = oi::sys::absolute(options_.folder);
    struct stat info {};
    if (::stat(path.c_str(), &info) != 0) return oi::fail_errno(cat("Options::folder: ", options_.folder));
    if (!S_ISDIR(info.st_mode)) return oi::fail(ErrorKind::invalid, cat("Options::folder: ", options_.folder, " is no folder"));
    return path;
}

std::unique_ptr<oi::LanguageModel> Running::make_model()
{
    const oi::Settings& settings = invocation_.settings;
    choice_ = {.name = settings.model, .api_base = settings.api_base};
    if (options_.completion) choice_.send = send_through(options_.completion, callbacks_);
    if (options_.completion && choice_.name.empty()) choice_.name = "custom";
    return std::make_unique<oi::LateModel>(choice_, settings, trace_);
}

Result<void> Running::begin(std::vector<oi::Message> messages)
{
    oi::Settings& settings = invocation_.settings;
    const bool python_is_default = invocation_.origin("python").source < oi::config::Source::environment;
    if (settings.cell_timeout < 0) settings.cell_timeout = 0;
    if (!options_.is_stored) settings.keep_variables = false;
    OI_CHECK(find_program(options_.program));
    OI_TRY(const std::string place, folder());
    OI_CHECK(oi::check_python(settings, python_is_default));
    OI_TRY(confined_, oi::choose_confinement(settings, place));
    store_ = options_.is_stored ? oi::open_store() : oi::make_memory_store();
    model_ = std::make_unique<oi::CurrentModel>(make_model());
    oi::Ground ground{.folder = place};
    for (const auto& language : options_.languages) ground.languages.push_back(own_language(language, callbacks_));
    OI_TRY(auto conversation, oi::make_conversation(*model_, *store_, settings, trace_, python_is_default, std::move(ground)));
    if (confined_.sandbox) conversation->confine(confined_.sandbox, oi::sandbox_policy(settings, place), confined_.line);
    conversation->change([this](oi::ConversationOptions& options) {
        if (!options_.functions.empty()) options.call = with_functions(options_.functions, callbacks_, std::move(options.call));
    });
    settle(*conversation);
    if (!messages.empty()) OI_CHECK(conversation->load(std::move(messages)));
    session_ = std::make_unique<oi::Session>(std::move(conversation), [told = callbacks_] { told->notify(); });
    callbacks_->serve(session_.get());
    host_ = std::make_unique<oi::ProgramHost>(oi::RunningParts{.session = *session_,
                                                               .store = *store_,
                                                               .model = *model_,
                                                               .choice = choice_,
                                                               .audience = oi::Audience::unattended,
                                                               .has_screen = true,
                                                               .opens_late = true},
                                              invocation_);
    return {};
}

// What settings do not say, and what a change of them must not undo.
void Running::settle(oi::Conversation& conversation)
{
    const oi::Settings& settings = host_ ? host_->settings() : invocation_.settings;
    conversation.change([&](oi::ConversationOptions& options) {
        options.system_message = oi::system_message_of_run(settings, options.offered, options.folder);
        if (!told_.empty()) options.system_message += cat("\n\n", told_);
        if (!options_.is_stored) {  // the number of the conversation means nothing on the disk
            options.keep_variables = {};
            options.forget_variables = {};
            options.outputs = {};
        }
        if (options_.before_cell)
            options.before_cell = [this](const oi::Cell& cell, std::stop_token stop) -> Result<std::optional<std::string>> {
                const auto other = std::make_shared<std::optional<std::string>>();
                const Ended ended = callbacks_->run(
                    [hook = options_.before_cell, cell, other](std::stop_token) { *other = hook(cell.language, cell.code); },
                    std::move(stop));
                if (ended != Ended::returned) return oi::fail(ErrorKind::cancelled, "stopped");
                if (*other) *other = oi::valid_utf8(std::move(**other));
                return std::move(*other);
            };
        if (options_.on_message)
            options.on_message = [this](const oi::Message& message) {
                callbacks_->run([hook = options_.on_message, told = from_core(message)](std::stop_token) { hook(told); },
                                callbacks_->hooks());
            };
    });
}

Result<void> Running::set(std::string_view name, std::string_view value)
{
    if (!options_.is_stored && name == "keep_variables")
        return oi::fail(ErrorKind::invalid, "keep_variables: the variables of a conversation that is not stored are not kept",
                        "set Options::is_stored");
    if (auto changed = host_->set(name, value); !changed) return oi::Fail{changed.error()};
    settle(conversation());
    return {};
}

int Running::run_terminal(std::string first_message)
{
    if (!first_message.empty() || ::isatty(STDIN_FILENO)) return show(std::move(first_message));
    int code = 0;  // lines from a pipe or file: a turn each
    for (std::string line; code == 0 && std::getline(std::cin, line);)
        if (!oi::is_blank(line)) code = show(std::move(line));
    return code;
}

int Running::show(std::string first_message)
{
    const bool has_terminal = oi::can_run_terminal(STDIN_FILENO, STDOUT_FILENO);
    oi::Run run{.frontend = has_terminal && !settings().plain ? "terminal" : "plain",
                .message = oi::valid_utf8(std::move(first_message)),
                .confined = confined_};
    run.is_attended = has_terminal || (::isatty(STDIN_FILENO) && ::isatty(STDOUT_FILENO));
    run.is_one_shot = !run.message.empty();
    oi::config::Invocation in_force = invocation_;
    in_force.settings = settings();
    in_force.message = run.message;
    choice_.name = conversation().model().name;
    oi::sys::Wakeup wakeup;
    callbacks_->also_notify(&wakeup);
    callbacks_->take_thrown();
    const int code = oi::run_frontend(run, in_force, *session_, wakeup, *host_, choice_, {});
    callbacks_->also_notify(nullptr);
    session_->submit(oi::Interrupt{});
    session_->take();
    if (const auto thrown = callbacks_->take_thrown(); thrown && run.is_one_shot) std::rethrow_exception(thrown);
    return code;
}

}  // namespace interpreter
