// Event frames: messages of application/vnd.amazon.eventstream, written for tests.
#pragma once

#include <string>
#include <string_view>

namespace oi::testing {

std::string big_endian(std::size_t value, int bytes);
std::string event_header(std::string_view name, std::string_view value);  // of type text
// A message with its checksums around headers and payload as they stand.
std::string event_message(std::string_view headers, std::string_view payload);
std::string event_frame(std::string_view type, std::string_view payload);
std::string exception_frame(std::string_view type, std::string_view payload);

}  // namespace oi::testing
