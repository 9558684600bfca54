// ThoughtFields: the thoughts of a streamed reply in OpenAI's format, put together as the vendor wants them back.
#pragma once

#include "base/json.h"

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace oi::llm {

class ThoughtFields {
public:
    void add_text(std::string_view piece) { text_ += piece; }
    // A piece of the list "reasoning_details": entries of one index and type are one, whose texts go on.
    // https://openrouter.ai/docs/use-cases/reasoning-tokens
    void add_details(const json::Value& details);
    // {"reasoning_content": ..., "reasoning_details": [...]} with what there is so far; empty: there is nothing.
    std::string text() const;

private:
    struct Entry {
        std::int64_t index = -1;  // -1: it has none, and goes on in no other
        std::string type;
        std::vector<std::pair<std::string, std::string>> fields;  // JSON; of those that grow the plain text
    };
    static void join(Entry& entry, const json::Value& piece);

    std::vector<Entry> details_;
    std::string text_;
};

}  // namespace oi::llm
