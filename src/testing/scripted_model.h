// ScriptedModel: a language model for tests that says what it is told and remembers what it was asked.
#pragma once

#include "core/language_model.h"
#include "core/rough_tokens.h"

#include <functional>
#include <initializer_list>
#include <optional>
#include <string>
#include <vector>

namespace oi::testing {

// One reply: its events in order, then success or `error`. Made from messages: {says("Sure."), code("python", "1")}.
struct Reply {
    Reply() = default;
    Reply(const Message& message) : Reply{{message}} {}
    // Adjacent messages of one kind are kept apart by end_mark(), as a real model does.
    Reply(std::initializer_list<Message> messages);
    Reply(Error failure) : error{std::move(failure)} {}

    Reply then(Error failure) const;  // the same events, then this error

    std::vector<Event> events;
    std::optional<Error> error;
    bool is_waiting = false;  // hangs after its events until stop is requested
    Usage usage;
};

// Pieces for tests; code() comes from core/message.h.
Message says(std::string text);
Reply waits();  // nothing comes until stop is requested

// What a request held, copied.
struct Asked {
    std::string system;
    std::vector<Message> messages;
    std::vector<std::string> languages;
    bool offers_tools = true;
    std::size_t breaks = 0;
};

class ScriptedModel : public LanguageModel {
public:
    explicit ScriptedModel(std::vector<Reply> replies) : replies_{std::move(replies)} {}
    ScriptedModel(const ScriptedModel&) = delete;
    ScriptedModel& operator=(const ScriptedModel&) = delete;

    Result<Usage> stream(const Request& request, const EventSink& sink, std::stop_token stop) override;
    long count_tokens(const Request& request) override { return rough_tokens(request); }
    ModelInfo info() const override { return information; }

    ModelInfo information{.name = "scripted"};
    std::function<void(const Asked&)> on_request;  // called before the reply's first event; may be empty
    std::vector<Asked> asked;

private:
    std::vector<Reply> replies_;
};

}  // namespace oi::testing
