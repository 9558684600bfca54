// What a person does to a conversation between its turns: undo, load, a cell beside it.
#include "agent/cell_calls.h"
#include "agent/conversation.h"
#include "agent/output_gate.h"
#include "agent/turn.h"
#include "base/text.h"

#include <algorithm>
#include <utility>

namespace oi {

namespace {

// Whether the transcript would keep it as it is: no output that is too long or that rewrites itself.
bool is_settled(const Message& message, std::size_t max_output)
{
    if (message.type != Kind::console) return true;
    const auto is_plain = [](char c) { return c == '\n' || (static_cast<unsigned char>(c) >= ' ' && c != '\x7F' && c != '\xC2'); };
    return message.content.size() <= max_output && std::all_of(message.content.begin(), message.content.end(), is_plain);
}

}  // namespace

void Conversation::refill(ConversationId id, std::vector<Message> messages) const
{
    transcript_ = Transcript{options_.max_output};
    reported_ = messages.size();
    std::size_t cell = 0;
    for (std::size_t i = 0; i < messages.size(); ++i) {
        Message& message = messages[i];
        if (message.type == Kind::code) cell = i;
        if (is_settled(message, options_.max_output)) {
            transcript_.add(std::move(message));
            continue;
        }
        // Stored output is as long as it was shown; the transcript keeps what the model gets.
        if (message.content.size() > options_.max_output && options_.outputs) transcript_.set_spooled(options_.outputs->find(id, cell));
        transcript_.append(as_chunk(message), [](const Chunk&) {});
        transcript_.close([](const Chunk&) {});
    }
}

// Where the last message of the person begins, with the pictures and files before it. A refusal is an answer, no message.
std::size_t Conversation::last_said() const
{
    const auto& all = messages();
    for (std::size_t i = all.size(); i-- > 0;) {
        if (all[i].role != Role::user || all[i].content.starts_with(refusal)) continue;
        while (i > 0 && all[i - 1].role == Role::user && (all[i - 1].type == Kind::image || all[i - 1].type == Kind::file)) --i;
        return i;
    }
    return all.size();
}

std::vector<Message> Conversation::undo()
{
    const std::size_t kept = last_said();
    std::vector<Message> gone{messages().begin() + static_cast<std::ptrdiff_t>(kept), messages().end()};
    if (gone.empty()) return gone;
    undone_.push_back({gone, compaction_});
    transcript_.truncate(kept);
    reported_ = std::min(reported_, kept);
    store_.truncate(id_, kept);
    if (compaction_ && compaction_->up_to > kept) compaction_ = store_.compaction(id_).value_or(std::nullopt);
    return gone;
}

std::vector<Message> Conversation::redo()
{
    if (undone_.empty()) return {};
    Undone undone = std::move(undone_.back());
    undone_.pop_back();
    for (const auto& message : undone.messages) add(message);
    if (undone.compaction && undone.compaction != compaction_) store_.append(id_, *undone.compaction);
    compaction_ = std::move(undone.compaction);
    return std::move(undone.messages);
}

// Another program may go on with the one until now.
void Conversation::go_on_as(ConversationId id)
{
    if (id_ != 0) store_.release(id_);
    id_ = id;
}

// The sessions that run belong to the next conversation from now on; the one until now has a copy of what they have kept.
void Conversation::take_variables_to(ConversationId next)
{
    if (!options_.copy_variables || id_ == 0) return;
    keep_as_set();  // the copy shall have what the last cell has left
    options_.copy_variables(id_, next, ConversationOptions::CopyFor::go_on);
}

Result<void> Conversation::fork()
{
    if (id_ == 0 || messages().empty()) return fail(ErrorKind::invalid, "nothing was said yet");
    OI_CHECK(store_.flush());
    OI_TRY(const ConversationId copy, store_.fork(id_, messages().size()));
    take_variables_to(copy);
    go_on_as(copy);
    store_.add_usage(id_, usage_);
    if (compaction_) store_.append(id_, *compaction_);
    undone_.clear();
    return {};
}

Result<void> Conversation::load(std::vector<Message> messages)
{
    OI_TRY(const ConversationId id, store_.create(options_.folder, model_.info().name));
    for (const auto& message : messages) store_.append(id, message);
    OI_CHECK(store_.flush());
    take_variables_to(id);
    go_on_as(id);
    undone_.clear();
    compaction_.reset();
    variables_.clear();
    usage_ = {};
    unreported_ = 0;
    refill(id, std::move(messages));
    return {};
}

Result<void> Conversation::run_aside(const Cell& cell, Frontend& frontend, std::stop_token stop)
{
    const Language* language = find_language(languages_, cell.language);
    if (!language) return fail(ErrorKind::not_found, cat("there is no language ", cell.language));
    begin_turn();
    asking_ = &frontend;
    const auto run = [&]() -> Result<void> {
        OI_TRY(Kernel * session, kernel(*language));
        OutputGate gate{options_.live_output, options_.live_output / 16, [&](const Chunk& chunk) { frontend.show(chunk); }};
        Transcript aside{options_.max_output};  // for the marks; what it holds is bounded
        const auto pass = [&](const Chunk& chunk) { gate.pass(chunk); };
        const RunningCell running{running_, language->name};
        tell_reviewer(*language, cell.code, session->folder());
        const auto ran = session->run(
            {language->name, cell.code},
            [&](const Chunk& chunk) {
                if (!is_active_line(chunk)) aside.append(chunk, pass);
            },
            RunControl{std::move(stop)});
        gate.finish();
        aside.close(pass);
        if (!ran) tell_reviewer_of_failure(*language);
        if (!ran && ran.error().kind != ErrorKind::cancelled) kernels_.erase(language->name);
        return ran;
    };
    auto ran = run();
    asking_ = nullptr;
    end_turn(frontend);
    return ran;
}

Result<WholeOutput> Conversation::whole_output(std::size_t number)
{
    std::vector<std::size_t> cells;
    for (std::size_t i = 0; i < messages().size(); ++i)
        if (messages()[i].type == Kind::code && messages()[i].role == Role::assistant) cells.push_back(i);
    if (cells.empty()) return fail(ErrorKind::not_found, "no code has run in this conversation yet");
    if (number > cells.size())
        return fail(ErrorKind::not_found, cat("there is no code number ", number, "; the last one is ", cells.size()));
    const std::size_t at = cells[number == 0 ? cells.size() - 1 : number - 1];
    WholeOutput whole{{messages()[at].format, messages()[at].content}};
    if (options_.outputs) whole.spooled = options_.outputs->find(id_, at);
    if (!whole.spooled.file.empty()) return whole;
    OI_CHECK(store_.flush());
    OI_TRY(const auto stored, store_.load(id_));  // as it was shown, which is more than the model got
    for (std::size_t i = at + 1; i < stored.size() && stored[i].role == Role::computer; ++i)
        if (stored[i].type == Kind::console && stored[i].recipient != "assistant") whole.text += stored[i].content;
    return whole;
}

// The session of a job that has ended would be taken back: it runs with what was set before, and ends too.
std::vector<Language> Conversation::end_sessions(std::span<const std::string_view> languages)
{
    std::vector<Language> ended;
    for (const auto& language : languages_) {
        if (!languages.empty() && std::find(languages.begin(), languages.end(), language.name) == languages.end()) continue;
        auto& session = kernels_[language.name];
        if (!session) session = jobs_.take_back(language.name).kernel;
        jobs_.release(language.name);
        if (!session) continue;
        pasts_[language.name] = {.place = {}, .folder = session->folder(), .job = {}, .is_ended = true};
        session.reset();
        ended.push_back(language);
    }
    return ended;
}

void Conversation::keep_as_set()
{
    const std::string folder = state_folder();
    for (const auto& [name, kernel] : kernels_)
        if (kernel) kernel->keep_in(folder);
}

void Conversation::end_kernel(std::string_view language)
{
    if (language.empty()) kernels_.clear();
    else if (const Language* known = find_language(languages_, language)) kernels_.erase(known->name);
}

std::vector<std::string> Conversation::variables(std::string_view language)
{
    constexpr std::chrono::milliseconds limit{500};
    const Language* known = find_language(languages_, language);
    const auto kernel = known ? kernels_.find(known->name) : kernels_.end();
    return kernel != kernels_.end() && kernel->second ? kernel->second->variables(limit) : std::vector<std::string>{};
}

void Conversation::change(const std::function<void(ConversationOptions&)>& edit)
{
    edit(options_);
    transcript_.set_max_output(options_.max_output);
}

}  // namespace oi
