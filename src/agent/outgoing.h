// Outgoing: the messages of the next request: proven to fit the model's window, compacted when the conversation is long.
#pragma once

#include "agent/compaction.h"
#include "agent/conversation.h"

#include <span>
#include <stop_token>
#include <vector>

namespace oi {

class Outgoing {
public:
    // All must outlive it.
    Outgoing(Conversation& conversation, Frontend& frontend, std::stop_token stop)
        : conversation_{conversation}, frontend_{frontend}, stop_{std::move(stop)}
    {
    }

    // Decides what is sent. May ask the model for a summary; tells the person what it does. Errors: context_overflow
    // (nothing may be sent), cancelled.
    Result<void> prepare();
    // The request was refused as too long: takes the window as smaller, unless the model knows better by now than before it,
    // when it was `window`. To be followed by prepare().
    void was_refused(long window);
    // Tokens of a request with its answer; 0: not known.
    long window() const;
    // Sums up all but the last exchanges, however long the conversation is. False: there is nothing to sum up, or the model
    // gave no summary (the person has been told).
    Result<bool> compact();

    // After prepare(); valid until the conversation changes.
    std::span<const Message> messages() const { return messages_; }

private:
    void look();  // the conversation as it would be sent now
    long room() const;
    long count(std::span<const Message> messages) const;
    Result<std::string> summary(std::span<const Message> messages);
    std::string variables() const;
    Result<void> trim();

    Conversation& conversation_;
    Frontend& frontend_;
    std::stop_token stop_;
    std::vector<Message> own_;  // when what is sent is not just the conversation
    std::span<const Message> messages_;
};

}  // namespace oi
