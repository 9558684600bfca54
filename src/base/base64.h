// Base64, as RFC 4648 section 4 has it: how images travel.
#pragma once

#include <string>
#include <string_view>

namespace oi {

std::string base64(std::string_view bytes);
// The bytes of a text. White space is skipped; anything else that is no letter of the alphabet ends it.
std::string from_base64(std::string_view text);

}  // namespace oi
