// Claims: which conversations this program goes on with, so that no other does the same.
#pragma once

#include "core/store.h"
#include "sys/fd.h"

#include <string>
#include <unordered_set>

namespace oi::store {

// One lock file for all conversations, a byte of it for each: nothing is left behind, and the system lets go of what a
// program held, however it ends. Not locked: one thread at a time.
class Claims {
public:
    explicit Claims(std::string path) : path_{std::move(path)} {}

    // False: another holds it. Where there can be no lock file nothing can be written either: then it is true.
    bool claim(ConversationId conversation);
    void release(ConversationId conversation);
    bool holds(ConversationId conversation) const { return held_.contains(conversation); }

private:
    bool lock(ConversationId conversation, short type);

    std::string path_;
    sys::Fd file_;
    std::unordered_set<ConversationId> held_;
};

}  // namespace oi::store
