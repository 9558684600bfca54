// The system message: what the model is told before anything else. Byte-stable for a whole conversation.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace oi {

// What is true of this machine and conversation; gathered once by the app.
struct Surroundings {
    std::string operating_system;  // "Linux 6.1 x86_64, Debian GNU/Linux 12"
    std::string user_name;
    std::string folder;  // where cells start
    std::string date;    // "2026-11-22"
};

// `base` (the built-in text when empty), the facts, then the person's own instructions.
std::string system_message(std::string_view base, std::string_view custom_instructions, const Surroundings& here,
                           const std::vector<std::string>& languages);

}  // namespace oi
