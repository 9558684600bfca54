// How long a vendor asks to wait before the next try: in headers, in the error's body, in its sentence.
#pragma once

#include "base/json.h"
#include "net/http.h"

#include <chrono>
#include <string_view>

namespace oi::llm {

// The longest wait that the reply's headers ask for; 0: none. retry-after-ms and x-ms-retry-after-ms (Azure), Retry-After (seconds
// or a date, RFC 9110 section 10.2.3); on a 429 also the time until the limit that is used up is reset: x-ratelimit-reset-requests
// and -tokens (OpenAI, Groq, Azure: "6m0s"), anthropic-ratelimit-...-reset (RFC 3339), x-ratelimit-reset (GitHub: seconds since
// 1970, OpenRouter: milliseconds, others: seconds from now), x-ratelimit-timeremaining (GitHub Models: seconds).
std::chrono::milliseconds wait_asked(const net::Headers& headers, int status, std::chrono::system_clock::time_point now);

// The same from an error object: Google's RetryInfo ("retryDelay": "34s") and the headers that OpenRouter hands on in its metadata.
std::chrono::milliseconds wait_in(const json::Value& body, int status, std::chrono::system_clock::time_point now);

// "Please try again in 1.5s.": how OpenAI and Groq put it. 0: the sentence names no time.
std::chrono::milliseconds wait_in_words(std::string_view sentence);

}  // namespace oi::llm
