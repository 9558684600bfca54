// The values of the API and those of the core, turned into each other.
#pragma once

#include "core/event.h"
#include "interpreter/events.h"

#include <string>
#include <string_view>
#include <vector>

namespace interpreter {

// invalid: a role or type that there is not, text that is none. `name` says in the Error which message it is.
oi::Result<oi::Message> to_core(const Message& message, std::string_view name);
oi::Result<oi::Chunk> to_core(const Chunk& chunk);
oi::Decision to_core(const Decide& decide);

Message from_core(const oi::Message& message);
Usage from_core(const oi::Usage& usage);
Failure from_core(const oi::Error& error);
Event from_core(oi::Event event);

// Throws what is in it; gives the value that is.
[[noreturn]] void raise(const oi::Error& error);
template <class T>
T value_or_raise(oi::Result<T> result)
{
    if (!result) raise(result.error());
    if constexpr (!std::is_void_v<T>) return std::move(*result);
}

}  // namespace interpreter
