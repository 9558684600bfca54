// The functions of Session that look and change between turns; see include/interpreter/session.h.
#include "interpreter/session.h"

#include "agent/conversation.h"
#include "base/embedded.h"
#include "base/text.h"
#include "config/tables.h"
#include "library/convert.h"
#include "library/state.h"

#include <algorithm>

namespace interpreter {

namespace {

using oi::ErrorKind;

std::vector<Message> from_number(const std::vector<oi::Message>& all, std::size_t first)
{
    std::vector<Message> out;
    out.reserve(all.size() - std::min(first, all.size()));
    for (std::size_t i = first; i < all.size(); ++i) out.push_back(from_core(all[i]));
    return out;
}

std::string text_of(const oi::Settings& settings, std::string_view name)
{
    return oi::config::to_text(settings, *value_or_raise(oi::config::setting_named(name)));
}

std::vector<LanguageInfo> languages_of(const oi::Conversation& conversation)
{
    const auto& options = conversation.options();
    const oi::Host host{.folder = options.folder, .environment = options.environment, .python = options.python};
    std::vector<LanguageInfo> all;
    for (const auto& language : conversation.languages()) {
        const bool is_offered = std::find(options.offered.begin(), options.offered.end(), language.name) != options.offered.end();
        all.push_back({language.name, language.display_name, language.file_extension, language.aliases, oi::is_available(language, host),
                       is_offered});
    }
    return all;
}

}  // namespace

Session::Session(Options options) : state_{std::make_shared<State>(std::move(options))} {}

Session::~Session()
{
    if (!state_) return;
    if (state_->is_foreign()) new std::shared_ptr<State>(std::move(state_));  // to end it would touch what is the parent's
    else state_->close();
}

Session::Session(Session&&) noexcept = default;

Session& Session::operator=(Session&& other) noexcept
{
    Session old{std::move(*this)};
    state_ = std::move(other.state_);
    return *this;
}

void Session::submit(Op op) { state_->submit(std::move(op)); }

std::optional<Event> Session::next(std::optional<std::chrono::steady_clock::duration> timeout)
{
    if (!timeout) return state_->next({});
    return state_->next(std::chrono::steady_clock::now() + *timeout);
}

std::vector<Event> Session::take() { return state_->take(); }
bool Session::is_busy() const { return state_->is_busy(); }

std::vector<Message> Session::messages(std::size_t first) const
{
    return state_->settled([&] { return from_number(state_->messages, first); },
                           [&](Running& running) { return from_number(running.conversation().messages(), first); });
}

void Session::set_messages(std::vector<Message> messages)
{
    std::vector<oi::Message> all;
    all.reserve(messages.size());
    for (const auto& message : messages) all.push_back(value_or_raise(to_core(message, oi::cat("message ", all.size()))));
    state_->settled([&] { state_->messages = std::move(all); },
                    [&](Running& running) { value_or_raise(running.conversation().load(std::move(all))); });
}

std::string Session::setting(std::string_view name) const
{
    return state_->settled([&] { return text_of(state_->invocation.settings, name); },
                           [&](Running& running) { return text_of(running.settings(), name); });
}

void Session::set(std::string_view name, std::string_view value)
{
    const auto before = [&] {
        const auto* row = value_or_raise(oi::config::setting_named(name));
        const auto assigned = oi::config::assign(state_->invocation.settings, *row, value);
        if (!assigned) raise({assigned.error().kind, oi::cat(row->name, ": ", assigned.error().what), assigned.error().hint});
        state_->invocation.origins[oi::config::index_of(*row)] = {oi::config::Source::flag, "Session::set"};
    };
    state_->settled(before, [&](Running& running) { value_or_raise(running.set(name, value)); });
}

std::string Session::system_message() const
{
    return state_->exclusively([](Running& running) { return running.conversation().options().system_message; });
}

Usage Session::usage() const
{
    return state_->settled([] { return Usage{}; }, [](Running& running) { return from_core(running.conversation().usage()); });
}

long Session::count_tokens(std::string_view text) const
{
    return state_->exclusively([&](Running& running) { return running.conversation().count_tokens(oi::valid_utf8(std::string{text})); });
}

std::vector<LanguageInfo> Session::languages() const
{
    return state_->exclusively([](Running& running) { return languages_of(running.conversation()); });
}

std::vector<std::string> Session::variables(std::string_view language) const
{
    return state_->settled([] { return std::vector<std::string>{}; },
                           [&](Running& running) { return running.conversation().variables(language); });
}

std::string Session::call(std::string_view method, const std::string& arguments)
{
    return state_->exclusively([&](Running& running) {
        const auto& options = running.conversation().options();
        return value_or_raise(options.call(method, arguments, options.policy, {}));
    });
}

int Session::run_terminal(std::string first_message) { return state_->run_terminal(std::move(first_message)); }

void Session::renew_after_fork()
{
    if (!state_->is_foreign()) return;
    auto fresh = State::renewed(*state_);
    new std::shared_ptr<State>(std::move(state_));  // what the parent runs is left as it is
    state_ = std::move(fresh);
}

std::string default_system_message() { return std::string{oi::trim(oi::embedded("prompts/system.md"))}; }

}  // namespace interpreter
