// A conversation's state and its kernels; the loop itself is in turn.cc.
#include "agent/conversation.h"

#include "agent/cell_calls.h"
#include "agent/compaction.h"
#include "agent/outgoing.h"
#include "agent/turn.h"
#include "base/text.h"
#include "core/cost.h"

#include <algorithm>
#include <limits>

namespace oi {

Conversation::Conversation(LanguageModel& model, Store& store, std::vector<Language> languages, ConversationOptions options)
    : model_{model}, store_{store}, languages_{std::move(languages)}, options_{std::move(options)}, transcript_{options_.max_output}
{
    language_names_ = options_.offered;
    if (language_names_.empty())
        for (const auto& language : languages_) language_names_.push_back(language.name);
}

Conversation::~Conversation() { end_jobs(); }

Result<void> Conversation::say(Message message, Frontend& frontend, std::stop_token stop)
{
    if (id_ == 0) {
        OI_TRY(id_, store_.create(options_.folder, model_.info().name));
    }
    undone_.clear();
    begin_turn();
    tell_of_jobs(frontend);
    for (auto& attached : std::exchange(attached_, {})) add(std::move(attached));
    add(std::move(message));
    asking_ = &frontend;
    if (!options_.opening.empty()) frontend.show(Notice{Notice::Level::note, std::exchange(options_.opening, {})});
    is_trimming_told_ = has_no_summary_ = false;
    auto result = Turn{*this, frontend, std::move(stop)}.run();
    asking_ = nullptr;
    close(frontend);
    save(frontend);
    end_turn(frontend);
    return result;
}

// A store that fails is told once, not at every request; the conversation goes on in memory.
void Conversation::save(Frontend& frontend)
{
    const auto saved = store_.flush();
    if (!saved && !is_save_failure_told_)
        frontend.show(Notice{Notice::Level::warning, "The conversation is not saved: " + to_line(saved.error())});
    is_save_failure_told_ = !saved;
}

Result<void> Conversation::resume(ConversationId id)
{
    ConversationId own = id;
    if (id != id_ && !store_.claim(id)) {
        OI_TRY(own, store_.fork(id, std::numeric_limits<std::size_t>::max()));
    }
    OI_TRY(auto messages, store_.load(own));
    end_jobs();
    clear(own);
    refill(own, std::move(messages));
    id_ = own;
    OI_TRY(usage_, store_.usage(own));
    OI_TRY(compaction_, store_.compaction(own));
    if (own != id)
        options_.opening += cat(options_.opening.empty() ? "" : "\n", "Conversation ", id,
                                " is open in another program: going on in a copy, ", own, ". Its variables stay there.");
    return {};
}

Result<void> Conversation::compact(Frontend& frontend, std::stop_token stop)
{
    OI_TRY(const bool done, Outgoing(*this, frontend, std::move(stop)).compact());
    if (!done) frontend.show(Notice{Notice::Level::note, "Nothing was summed up: all is sent as it is."});
    save(frontend);
    return {};
}

void Conversation::reset()
{
    end_jobs();
    kernels_.clear();
    if (id_ != 0 && options_.forget_variables) options_.forget_variables(id_);
    clear();
}

void Conversation::clear(ConversationId next)
{
    kernels_.clear();
    pasts_.clear();
    transcript_ = Transcript{options_.max_output};
    undone_.clear();
    compaction_.reset();
    variables_.clear();
    grants_ = {};
    if (id_ != next) go_on_as(next);
    usage_ = {};
    unreported_ = 0;
}

// Dollars that the request may cost, whichever model answers; an Error when that is more than the budget has left.
Result<double> Conversation::afford(const Request& request, const EventSink& sink, std::stop_token stop)
{
    if (options_.max_budget <= 0) return 0;
    model_.learn(sink, std::move(stop));  // for its price
    const long tokens = model_.count_tokens(request);
    double most = 0;
    for (const auto& model : model_.candidates()) {
        const double estimated = estimate(model.price, tokens, options_.max_tokens);
        OI_CHECK(check_budget({options_.max_budget, usage_.cost + unreported_}, model, estimated));
        most = std::max(most, estimated);
    }
    return most;
}

Result<Usage> Conversation::ask(const Request& request, const EventSink& sink, std::stop_token stop)
{
    OI_TRY(const double estimated, afford(request, sink, stop));
    bool has_delivered = false;
    auto usage = model_.stream(
        request,
        [&](const Event& event) {
            has_delivered = has_delivered || std::holds_alternative<Chunk>(event) || std::holds_alternative<Reasoning>(event);
            sink(event);
        },
        std::move(stop));
    // An answer that broke off is paid for too; how much it was nobody says. A fall-back model may have given it.
    const bool is_paid = usage.has_value() || (has_delivered && !is_free(model_.info().price));
    const Usage cost = usage ? *usage : Usage{.unpriced_requests = 1};
    if (is_paid && cost.unpriced_requests > 0) unreported_ += estimated;
    if (is_paid && cost != Usage{}) account(cost);
    return usage;
}

void Conversation::account(const Usage& usage)
{
    usage_ += usage;
    store_.add_usage(id_, usage);
}

ModelInfo Conversation::model() const
{
    ModelInfo info = model_.info();
    if (options_.context_window > 0) info.context_window = options_.context_window;
    if (options_.max_tokens > 0) info.max_tokens = options_.max_tokens;
    return info;
}

long Conversation::count_tokens(std::string_view message)
{
    std::vector<Message> all = compaction_ ? compacted(messages(), *compaction_, variables_) : messages();
    if (!message.empty()) all.push_back(user(std::string{message}));
    return model_.count_tokens({.system = options_.system_message, .messages = all, .languages = language_names_});
}

void Conversation::add(Message message)
{
    store_.append(id_, message);
    transcript_.add(std::move(message));
}

void Conversation::confine(const Sandbox* sandbox, SandboxPolicy policy, std::string opening)
{
    options_.sandbox = sandbox;
    options_.policy = std::move(policy);
    options_.opening = std::move(opening);
}

ChunkSink Conversation::forward(Frontend& frontend)
{
    return [this, &frontend](const Chunk& chunk) {
        store_.append(id_, chunk);
        frontend.show(chunk);
    };
}

void Conversation::emit(const Chunk& chunk, Frontend& frontend) { transcript_.append(chunk, forward(frontend)); }

void Conversation::close(Frontend& frontend) { transcript_.close(forward(frontend)); }

std::string Conversation::state_folder()
{
    if (!options_.keep_variables || id_ == 0) return {};
    auto folder = options_.keep_variables(id_);
    if (!folder && !is_keep_failure_told_ && asking_)
        asking_->show(Notice{Notice::Level::warning, "Variables are not kept: " + to_line(folder.error())});
    is_keep_failure_told_ = !folder;
    return folder ? std::move(*folder) : std::string{};
}

Result<Kernel*> Conversation::kernel(const Language& language)
{
    auto& slot = kernels_[language.name];
    if (slot) return slot.get();
    if (options_.reviewer) options_.reviewer->forget(language.name);
    Past& past = pasts_[language.name];
    if (auto freed = jobs_.take_back(language.name); freed.kernel) {
        slot = std::move(freed.kernel);
        past = {std::move(freed.place), {}, {}};
        return slot.get();
    }
    past.place = std::make_shared<KernelPlace>();
    OI_TRY(slot, language.start(host(language, past.place)));
    jobs_.release(language.name);
    return slot.get();
}

bool Conversation::has_session(const std::string& language) const
{
    const auto found = kernels_.find(language);
    return found != kernels_.end() && found->second;
}

void Conversation::tell_reviewer(const Language& language, const std::string& code, const std::string& folder)
{
    if (options_.reviewer && language.keeps_state)
        options_.reviewer->keep({language.name, code}, folder.empty() ? options_.folder : folder);
}

void Conversation::tell_reviewer_of_failure(const Language& language)
{
    if (options_.reviewer) options_.reviewer->forget(language.name);
}

// What a cell asks while it is a job, on the job's thread, nobody is there to answer.
Host Conversation::host(const Language& language, std::shared_ptr<KernelPlace> place)
{
    const std::string& folder = pasts_[language.name].folder;
    const auto jobs = jobs_.list();  // one of which may still keep what its session holds in that place
    const bool has_job =
        std::any_of(jobs.begin(), jobs.end(), [&](const JobInfo& job) { return job.is_running && job.language == language.name; });
    return {.folder = folder.empty() ? options_.folder : folder,
            .environment = options_.environment,
            .input = [this, place](const InputAsked& asked, std::stop_token stop) -> std::optional<std::string> {
                if (place->is_job) return {};
                InputAsked question = asked;
                question.id = ++last_question_;
                return asking_ ? asking_->input(question, std::move(stop)) : std::nullopt;
            },
            .trace = options_.trace,
            .notice =
                [this, place](std::string_view line) {
                    if (!place->is_job && asking_) asking_->show(Notice{Notice::Level::note, std::string{line}});
                },
            .call = [this, place](std::string_view method, std::string_view arguments, std::stop_token stop) -> Result<std::string> {
                if (place->is_job)
                    return fail(ErrorKind::unsupported, cat("computer.", method, ": not available to a job in the background"));
                return CellCalls{*this}.answer(method, arguments, std::move(stop));
            },
            .sandbox = options_.sandbox,
            .policy = options_.policy,
            .state_folder = has_job ? std::string{} : state_folder(),
            .is_warm = true,
            .python = options_.python,
            .python_is_default = options_.python_is_default};
}

}  // namespace oi
