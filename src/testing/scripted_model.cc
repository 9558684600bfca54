// ScriptedModel: plays its replies in order.
#include "testing/scripted_model.h"

#include "base/text.h"
#include "sys/wait.h"

namespace oi::testing {

Reply::Reply(std::initializer_list<Message> messages)
{
    const Message* previous = nullptr;
    for (const auto& message : messages) {
        if (previous && previous->type == message.type) events.emplace_back(end_mark());
        events.emplace_back(as_chunk(message));
        if (message.type == Kind::code) events.emplace_back(end_mark());
        previous = message.type == Kind::code ? nullptr : &message;
    }
}

Reply Reply::then(Error failure) const
{
    Reply copy = *this;
    copy.error = std::move(failure);
    return copy;
}

Message says(std::string text) { return assistant(std::move(text)); }

Reply waits()
{
    Reply reply;
    reply.is_waiting = true;
    return reply;
}

Result<Usage> ScriptedModel::stream(const Request& request, const EventSink& sink, std::stop_token stop)
{
    const std::size_t number = asked.size();
    asked.push_back({std::string{request.system},
                     {request.messages.begin(), request.messages.end()},
                     {request.languages.begin(), request.languages.end()},
                     request.offers_tools,
                     request.breaks.size()});
    if (on_request) on_request(asked.back());
    if (number >= replies_.size())
        return fail(ErrorKind::invalid, cat("the script has ", replies_.size(), " replies, but request ", number + 1, " came"));
    const Reply& reply = replies_[number];
    for (const auto& event : reply.events) {
        if (stop.stop_requested()) return fail(ErrorKind::cancelled, "stopped");
        sink(event);
    }
    if (reply.is_waiting) sys::wait({}, {}, sys::StopSignal{stop});
    if (stop.stop_requested()) return fail(ErrorKind::cancelled, "stopped");
    if (reply.error) return Fail{*reply.error};
    return reply.usage;
}

}  // namespace oi::testing
