// EventJson: parses the JSON of many small events, reusing its memory.
#pragma once

#include "base/json.h"

#include <cstddef>

namespace oi::llm {

class EventJson {
public:
    EventJson() : pool_{buffer_, sizeof buffer_}, document_{&pool_} {}
    EventJson(const EventJson&) = delete;
    EventJson& operator=(const EventJson&) = delete;

    // Parses `size` bytes in place; `text[size]` must be '\0'. The value lives until the next parse.
    // Lone surrogates, which some servers send when a token ends inside a character, become U+FFFD.
    // An Error (protocol) quotes the beginning of what came.
    Result<const json::Value*> parse(char* text, std::size_t size);

private:
    char buffer_[16 * 1024];
    rapidjson::MemoryPoolAllocator<> pool_;
    json::Document document_;
};

}  // namespace oi::llm
