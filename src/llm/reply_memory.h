// ReplyMemory: what vendors want back with a reply they made and only they can read: signatures of thoughts, encrypted
// reasoning, the thoughts themselves. Kept in memory for as long as the model is open; messages never hold it.
#pragma once

#include "llm/dialogue.h"
#include "llm/reply_recorder.h"

#include <deque>
#include <vector>

namespace oi::llm {

// Parts are found again by what they say: the text, or the language and code of a call. Of parts that say the same the last
// of the conversation is the last that was kept, so a front that was cut off shifts nothing.
class ReplyMemory {
public:
    void add(ReplyRecord record);
    // Gives each part of the assistant its `opaque`, and makes the calls of one reply one turn again, with all their results in
    // the turn after it: they were run one after the other, and stand so in the messages. The views live until the next add().
    void attach(std::vector<Turn>& turns) const;

    bool begins_in_thought = false;  // this model's opening mark of a thought is in the prompt

private:
    struct Reply {
        ReplyRecord record;
        std::size_t number = 0;
    };
    std::deque<Reply> replies_;
    std::size_t bytes_ = 0;
    std::size_t count_ = 0;
};

}  // namespace oi::llm
