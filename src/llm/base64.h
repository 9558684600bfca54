// Base64, as RFC 4648 section 4 has it: how images travel.
#pragma once

#include <string>
#include <string_view>

namespace oi::llm {

std::string base64(std::string_view bytes);

}  // namespace oi::llm
