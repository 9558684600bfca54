// Rough tokens: a count of tokens where no tokenizer is known. Pure.
#pragma once

#include "core/language_model.h"

namespace oi {

// Four bytes a token, a few for the frame of each message, a flat price for a picture.
long rough_tokens(const Message& message);
long rough_tokens(std::span<const Message> messages);
long rough_tokens(const Request& request);

// More than any tokenizer makes of it: no token is shorter than a byte.
long most_tokens(const Request& request);

}  // namespace oi
