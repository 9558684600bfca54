// Concrete classes meet here.
#include "app/wiring.h"

#include "agent/prompt.h"
#include "app/languages.h"
#include "app/local_models.h"
#include "app/surroundings.h"
#include "base/embedded.h"
#include "base/text.h"
#include "core/cost.h"
#include "llm/catalogue/catalogue.h"
#include "computer/areas.h"
#include "kernel/environment.h"
#include "kernel/python_finder.h"
#include "llm/fallback_model.h"
#include "llm/recording/recorder.h"
#include "llm/recording/replay.h"
#include "llm/script/script_model.h"
#include "llm/vendors.h"
#include "scan/reviewer.h"
#include "store/kept_sessions.h"
#include "store/output_folder.h"
#include "store/sqlite_store.h"
#include "sys/files.h"
#include "sys/wait.h"

#include <algorithm>
#include <cstdio>

namespace oi {

std::unique_ptr<Store> open_store() { return open_sqlite_store(cat(sys::data_folder(), "/conversations.db")); }

Result<void> remove_conversation(ConversationId conversation, Store& store)
{
    OI_CHECK(store.remove(conversation));
    forget_session(conversation);
    forget_outputs(cat(sys::data_folder(), "/outputs"), conversation);
    return {};
}

std::function<void(std::string_view)> make_trace(const Settings& settings)
{
    if (!settings.verbose) return {};
    return [start = sys::Clock::now()](std::string_view line) {
        const auto elapsed = std::chrono::duration<double, std::milli>(sys::Clock::now() - start).count();
        std::fprintf(stderr, "[%.1f ms] %.*s\n", elapsed, static_cast<int>(line.size()), line.data());
    };
}

namespace {

// What carries the requests instead of HTTP speaks OpenAI's format, whatever the model is called; what is known of that name holds.
void send_by(const ModelChoice& choice, llm::ModelOptions& options)
{
    const llm::ModelFacts facts = llm::facts_of(choice.name);
    options.send = choice.send;
    if (!choice.name.starts_with("openai/")) options.name = cat("openai/", choice.name);
    options.api_base = "http://program.invalid/v1";
    options.api_key = "-";
    if (options.context_window == 0) options.context_window = facts.context_window;
    if (!options.supports_vision && facts.takes_images) options.supports_vision = true;
}

}  // namespace

llm::ModelOptions model_options(const ModelChoice& choice, const Settings& settings, Audience audience,
                                std::function<void(std::string_view)> trace)
{
    llm::ModelOptions options;
    options.name = choice.name;
    options.api_base = choice.api_base;
    options.api_key = choice.key.empty() ? settings.api_key : choice.key;
    options.api_version = settings.api_version;
    options.temperature = settings.temperature;
    options.max_tokens = settings.max_tokens;
    options.context_window = settings.context_window;
    if (settings.local && !choice.api_base.empty()) {
        if (options.context_window == 0) options.context_window = choice.context_window > 0 ? choice.context_window : unknown_local_window;
        if (options.max_tokens == 0 && choice.context_window == 0) options.max_tokens = unknown_local_answer;
    }
    options.reasoning_effort = settings.reasoning_effort;
    options.supports_functions = settings.llm_supports_functions;
    options.supports_vision = settings.llm_supports_vision;
    options.retry_for = std::chrono::duration<double>{settings.retry_for};
    options.is_attended = audience == Audience::attended;
    options.trace = std::move(trace);
    if (choice.send) send_by(choice, options);
    return options;
}

Result<void> check_budget_can_be_kept(const Settings& settings, const ModelInfo& model)
{
    if (settings.max_budget <= 0 || is_known(model.price) || model.name.starts_with("openrouter/")) return {};
    return fail(ErrorKind::over_budget, cat("--max_budget cannot be kept: there is no price for ", model.name),
                cat("put its row into ", llm::own_catalogue_path(), ", or leave --max_budget out"));
}

namespace {

// What is true here, or what was true where the recording was made that is played.
Surroundings surroundings_of_run(const Settings& settings, const std::string& folder = sys::current_folder())
{
    Surroundings here = surroundings(folder);
    if (auto recorded = llm::recorded_facts(settings.model))
        here = {(*recorded)["operating_system"], (*recorded)["user_name"], (*recorded)["folder"], (*recorded)["date"]};
    return here;
}

std::shared_ptr<llm::Recorder> make_recorder(const Settings& settings)
{
    if (settings.record.empty()) return {};
    const Surroundings here = surroundings_of_run(settings);
    const llm::RecordedFacts facts{
        {"operating_system", here.operating_system}, {"user_name", here.user_name}, {"folder", here.folder}, {"date", here.date}};
    return std::make_shared<llm::Recorder>(sys::absolute(settings.record), facts);
}

}  // namespace

Result<std::unique_ptr<LanguageModel>> open_chosen_model(const ModelChoice& choice, const Settings& settings, Audience audience,
                                                         std::function<void(std::string_view)> trace)
{
    llm::ModelOptions options = model_options(choice, settings, audience, std::move(trace));
    options.recorder = make_recorder(settings);
    if (!choice.script.empty() && options.recorder) return fail(ErrorKind::invalid, "--record: the demo sends no requests", "leave it out");
    if (!choice.script.empty()) return llm::open_script_text(choice.script, choice.name, options);
    // A replay has the fall-backs that were recorded.
    return llm::open_with_fallbacks(options, llm::replay_name(choice.name) ? "" : settings.fallback_models);
}

namespace {

// The user's own environment without what the kernel layer knows as keys, and without the vendors' of the tables.
std::vector<std::string> environment_of_kernels()
{
    auto variables = kernel_environment();
    std::erase_if(variables, [](std::string_view variable) {
        const auto name = variable.substr(0, variable.find('='));
        return std::ranges::any_of(llm::vendors(), [&](const llm::Vendor& vendor) {
            return std::ranges::any_of(split(vendor.keys, ' '), [&](std::string_view key) { return key == name; });
        });
    });
    return variables;
}

}  // namespace

std::chrono::milliseconds milliseconds_of(double seconds)
{
    constexpr double longest = 1e9;  // a number of seconds that nobody waits for
    return std::chrono::milliseconds{static_cast<long>(std::clamp(seconds, 0.0, longest) * 1000)};
}

std::string system_message_of_run(const Settings& settings, const std::vector<std::string>& languages, const std::string& folder)
{
    return system_message(settings.system_message, settings.custom_instructions, surroundings_of_run(settings, folder), languages);
}

Result<void> check_python(const Settings& settings, bool python_is_default)
{
    if (settings.python.empty()) return {};
    const Host host{.folder = sys::current_folder(),
                    .environment = kernel_environment(),
                    .python = settings.python,
                    .python_is_default = python_is_default};
    OI_CHECK(kernel::choose_python(host));
    return {};
}

Result<std::unique_ptr<Conversation>> make_conversation(LanguageModel& model, Store& store, const Settings& settings,
                                                        std::function<void(std::string_view)> trace, bool python_is_default, Ground ground)
{
    const std::string& folder = ground.folder;
    const Host host{
        .folder = folder, .environment = environment_of_kernels(), .python = settings.python, .python_is_default = python_is_default};
    OI_TRY(auto languages, languages_of(settings, host.environment));
    for (auto& own : ground.languages) {
        std::erase_if(languages, [&](const Language& language) { return language.name == own.name; });
        languages.push_back(std::move(own));
    }
    std::vector<std::string> names;
    for (const auto& language : languages)
        if (language.is_offered && is_available(language, host)) names.push_back(language.name);
    ConversationOptions options{
        .system_message = system_message_of_run(settings, names, folder),
        .folder = folder,
        .environment = host.environment,
        .auto_run = settings.auto_run,
        .max_output = static_cast<std::size_t>(settings.max_output),
        .outputs = open_output_folder(cat(sys::data_folder(), "/outputs"), static_cast<std::uint64_t>(settings.max_spool) << 20),
        .cell_timeout = milliseconds_of(settings.cell_timeout),
        .background_after = milliseconds_of(settings.background_after),
        .context_window = settings.context_window,
        .max_tokens = settings.max_tokens,
        .max_budget = settings.max_budget,
        .resumes = settings.retry_for > 0 ? ConversationOptions{}.resumes : 0,
        .trace = std::move(trace),
        .offered = names,
        .call =
            [](std::string_view method, std::string_view arguments, const SandboxPolicy& policy, std::stop_token stop) {
                return computer::answer(method, {.arguments = arguments, .policy = policy, .stop = std::move(stop)});
            },
        .loop = loop_mode(settings.loop, settings.loop_message, settings.loop_breakers),
        .python = settings.python,
        .python_is_default = python_is_default};
    if (settings.safe_mode != "off") options.safe_mode = settings.safe_mode == "auto" ? SafeMode::automatic : SafeMode::ask;
    if (settings.safe_level == "danger") options.safe_level = RiskLevel::danger;
    options.reviewer = scan::make_reviewer(host.environment, options.safe_mode == SafeMode::ask);
    if (settings.keep_variables.value_or(true)) {
        options.keep_variables = keep_session;
        options.forget_variables = forget_session;
    }
    return std::make_unique<Conversation>(model, store, std::move(languages), std::move(options));
}

}  // namespace oi
