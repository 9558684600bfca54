// ReplyRecorder: notes what a reply consists of and what its vendor wants back with it, while it arrives.
#pragma once

#include "core/chunk.h"

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace oi::llm {

// One finished reply: its texts and calls in the order in which they came, each with its piece of JSON.
struct ReplyRecord {
    struct Part {
        std::string key;     // see ReplyMemory
        std::string opaque;  // JSON; empty: nothing is to go back with this part
    };
    std::vector<Part> parts;
};

// Makes the record while the reply arrives.
class ReplyRecorder {
public:
    void begin_call(int number) { next_call_ = number; }
    void take(const Chunk& chunk);
    // `call` below 0: it belongs to the reply as a whole.
    void keep(int call, std::string_view json);
    ReplyRecord finish();

private:
    struct Open {
        int call = -1;
        Chunk chunk;
    };
    void close();

    std::vector<Open> parts_;
    bool is_open_ = false;
    int next_call_ = -1;
    std::map<int, std::string> kept_;
};

// What a part is found again by.
std::string text_key(std::string_view text);
std::string call_key(std::string_view language, std::string_view code);

}  // namespace oi::llm
