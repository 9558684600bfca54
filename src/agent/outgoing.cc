// What is sent of a conversation, and the request for a summary.
#include "agent/outgoing.h"

#include "base/text.h"
#include "core/rough_tokens.h"

#include <algorithm>

namespace oi {

namespace {

constexpr double full = 0.8;          // of the room: from here on the conversation is compacted
constexpr double kept_share = 0.25;   // of the room: the last exchanges that stay word for word
constexpr double worth_share = 0.1;   // of the room: less than this is not worth a summary
constexpr long least_reserve = 4096;  // for an answer without --max_tokens, unless the window is small
constexpr long small = 10'000;        // bytes: no model's window is too small for it, so none needs to be known
constexpr std::chrono::milliseconds variables_limit{200};

}  // namespace

void Outgoing::look()
{
    const auto& all = conversation_.messages();
    messages_ = all;
    if (!conversation_.compaction_) return;
    own_ = compacted(all, *conversation_.compaction_, conversation_.variables_);
    messages_ = own_;
}

long Outgoing::window() const
{
    const long set = conversation_.options_.context_window;
    const ModelInfo model = conversation_.model_.info();
    const long known = set > 0 ? set : model.context_window;
    const long refused = conversation_.refused_by_ == model.name ? conversation_.refused_window_ : 0;
    return refused > 0 && (known == 0 || refused < known) ? refused : known;
}

Result<bool> Outgoing::shorten(long before)
{
    if (const long now = window(); now == before || now <= 0) {
        conversation_.refused_window_ = std::max(1L, count(messages_) * 3 / 4);
        conversation_.refused_by_ = conversation_.model_.info().name;
    }
    const std::vector<Message> refused{messages_.begin(), messages_.end()};
    if (const auto prepared = prepare(); !prepared) {
        if (prepared.error().kind == ErrorKind::cancelled) return Fail{prepared.error()};
        return false;
    }
    return !std::equal(messages_.begin(), messages_.end(), refused.begin(), refused.end());
}

// Tokens that a request may have: what the answer does not need.
long Outgoing::room() const
{
    const long most = window();
    const long answer = conversation_.options_.max_tokens;
    return most - (answer > 0 ? answer : std::min(least_reserve, most / 4));
}

long Outgoing::count(std::span<const Message> messages) const
{
    return conversation_.model_.count_tokens(
        {.system = conversation_.options_.system_message, .messages = messages, .languages = conversation_.language_names_});
}

Result<void> Outgoing::prepare()
{
    look();
    const Request whole{.system = conversation_.options_.system_message, .messages = messages_, .languages = conversation_.language_names_};
    const long most = most_tokens(whole);
    const bool has_image = std::ranges::any_of(messages_, [](const Message& message) { return message.type == Kind::image; });
    const auto learn = [this] { conversation_.model_.learn([this](const Event& event) { frontend_.show(event); }, stop_); };
    if (most > small || has_image) learn();
    const long limit = room();
    if (window() > 0 && limit <= 0)
        return fail(ErrorKind::context_overflow,
                    cat("--max_tokens ", conversation_.options_.max_tokens, " leaves no room in the model's context window of ", window(),
                        " tokens"),
                    "lower --max_tokens, or leave it out");
    if (window() <= 0 || static_cast<double>(most) <= full * static_cast<double>(limit)) return {};  // no need to count
    const long before = count(messages_);
    if (limit > 0 && !conversation_.has_no_summary_ && static_cast<double>(before) > full * static_cast<double>(limit)) {
        const std::size_t from = conversation_.compaction_ ? conversation_.compaction_->up_to : 0;
        const auto& all = conversation_.messages();
        const auto counter = [this](std::span<const Message> messages) { return count(messages); };
        const std::size_t end = compaction_end(all, from, static_cast<long>(kept_share * static_cast<double>(limit)), counter);
        long gain = 0;
        for (std::size_t i = from; i < end; ++i)
            if (all[i].role != Role::user) gain += rough_tokens(all[i]);
        if (static_cast<double>(gain) > worth_share * static_cast<double>(limit)) {
            OI_TRY(const bool done, compact());
            learn();  // a fall-back model may have answered, and what follows goes to it
            if (done) look();
        }
    }
    return trim();
}

Result<void> Outgoing::trim()
{
    if (window() <= 0) return {};
    const auto counter = [this](std::span<const Message> messages) { return count(messages); };
    OI_TRY(auto fitted, fit(messages_, room(), counter));
    const std::string done = fitted.summary();
    if (done.empty()) return {};
    own_ = std::move(fitted.messages);
    messages_ = own_;
    if (!std::exchange(conversation_.is_trimming_told_, true))
        frontend_.show(Notice{Notice::Level::note,
                              cat("The conversation is longer than the model's context window (", window(), " tokens): ", done, ".")});
    return {};
}

Result<bool> Outgoing::compact()
{
    look();
    const auto& all = conversation_.messages();
    const auto counter = [this](std::span<const Message> messages) { return count(messages); };
    const std::size_t from = conversation_.compaction_ ? conversation_.compaction_->up_to : 0;
    const long most = window();
    const long before = count(messages_);
    const long kept = static_cast<long>(kept_share * static_cast<double>(most > 0 ? room() : before));
    const std::size_t end = compaction_end(all, from, kept, counter);
    const bool has_matter =
        std::any_of(all.begin() + static_cast<std::ptrdiff_t>(std::min(from, end)), all.begin() + static_cast<std::ptrdiff_t>(end),
                    [](const Message& message) { return message.role != Role::user; });
    if (end <= from || !has_matter) return false;
    frontend_.show(Notice{Notice::Level::note,
                          cat("The conversation takes about ", before, " tokens", most > 0 ? cat(" of the model's ", most) : std::string{},
                              ": what happened up to the last steps is being summed up.")});
    const auto first = std::span{all}.first(end);
    auto told = summary(conversation_.compaction_ ? compacted(first, *conversation_.compaction_, conversation_.variables_)
                                                  : std::vector<Message>(first.begin(), first.end()));
    if (!told) {
        if (told.error().kind == ErrorKind::cancelled) return Fail{told.error()};
        conversation_.has_no_summary_ = true;  // asked for once in a turn
        frontend_.show(Notice{Notice::Level::warning, cat("There is no summary: ", to_line(told.error()))});
        return false;
    }
    conversation_.variables_ = variables();
    conversation_.compaction_ = Compaction{end, std::move(*told)};
    conversation_.store_.append(conversation_.id_, *conversation_.compaction_);
    look();
    frontend_.show(
        Notice{Notice::Level::note, cat("The model is sent a summary of the first ", end, " messages, and your own words: about ",
                                        count(messages_), " tokens instead of ", before, ". The conversation itself is kept whole.")});
    return true;
}

// One request for words alone; what the model thinks or runs in it is nothing to show.
Result<std::string> Outgoing::summary(std::span<const Message> messages)
{
    std::vector<Message> asking{messages.begin(), messages.end()};
    asking.push_back(user(std::string{summary_request}));
    const auto& system = conversation_.options_.system_message;
    if (window() > 0) {
        OI_TRY(auto fitted, fit(asking, room(), [&](std::span<const Message> tried) {
                   return conversation_.model_.count_tokens({.system = system, .messages = tried, .languages = {}, .offers_tools = false});
               }));
        asking = std::move(fitted.messages);
    }
    std::string text;
    bool is_cut = false;
    const auto take = [&](const Event& event) {
        const auto* notice = std::get_if<Notice>(&event);
        if (const auto* chunk = std::get_if<Chunk>(&event)) {
            if (chunk->type == Kind::message || chunk->type == Kind::code) text += chunk->content;
        } else if (notice && !text.empty()) {
            is_cut |= notice->level == Notice::Level::warning;
        } else if (notice || std::holds_alternative<Countdown>(event)) {
            frontend_.show(event);  // before the summary a warning is not about it
        }
    };
    const auto usage = conversation_.ask({.system = system, .messages = asking, .languages = {}, .offers_tools = false}, take, stop_);
    if (!usage) return Fail{usage.error()};
    frontend_.show(*usage);
    if (is_cut) return fail(ErrorKind::protocol, "the model's summary was cut off");
    if (is_blank(text)) return fail(ErrorKind::protocol, "the model's summary was empty");
    return text;
}

// A line for each variable of the languages that run.
std::string Outgoing::variables() const
{
    std::string lines;
    for (const auto& [name, kernel] : conversation_.kernels_) {
        if (!kernel) continue;
        for (const auto& line : kernel->variables(variables_limit)) lines += cat(lines.empty() ? "" : "\n", name, ": ", line);
    }
    return lines;
}

}  // namespace oi
