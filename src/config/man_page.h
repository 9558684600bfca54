// Man page: interpreter(1) in the language of man, made from the tables.
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace oi::config {

// A % command of the conversation.
struct MagicRow {
    std::string_view name, arguments, help;
};

// The source for `man`, groff's macros of man(7).
std::string man_page(std::string_view version, std::span<const MagicRow> magic);

}  // namespace oi::config
