// Delta: one step of a model's reply, the same for every vendor.
#pragma once

#include "core/event.h"

#include <functional>
#include <string_view>

namespace oi::llm {

struct Delta {
    enum class Kind : std::uint8_t {
        text,            // `text`: the next piece of prose
        reasoning,       // `text`: the next piece of what the model thinks
        call_start,      // `call`, `text`: the tool's name (may be empty)
        call_arguments,  // `call`, `text`: the next piece of the arguments' JSON
        call_end,        // `call`
        progress,        // `text`: what is done before the answer begins
        usage,           // `usage`: replaces what came before
        finish,          // `text`: the vendor's word for why it ended
    };
    Kind kind = Kind::text;
    int call = 0;  // calls of one reply are numbered from 0 as they start
    std::string_view text{};
    Usage usage{};
};

// The views in a Delta live until the sink returns.
using DeltaSink = std::function<void(const Delta&)>;

}  // namespace oi::llm
