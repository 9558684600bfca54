// Completion: what a shell needs to complete the program's flags and their values, made from the tables.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace oi::config {

inline constexpr std::array<std::string_view, 3> shells{"bash", "zsh", "fish"};

// What can stand behind a flag.
struct Completed {
    enum class Kind : std::uint8_t {
        nothing,  // it takes no value, or one that only the person knows
        words,    // one of `words`
        asked,    // what `interpreter --as complete WORD` prints, for the one word
        files,
    };
    enum class Value : std::uint8_t { none, attached, needed };  // none; --flag=VALUE or alone; also as the next word

    std::string name;        // without the dashes
    std::string short_flag;  // "-m", or empty
    std::string help;
    std::string value_name;
    Value value = Value::none;
    Kind kind = Kind::nothing;
    std::vector<std::string> words{};
};

// Every flag of the tables, --no-NAME of those that can be unset left out.
std::vector<Completed> completed_flags();

// The script for that shell; nullopt: there is none for it.
std::optional<std::string> completion_script(std::string_view shell);

}  // namespace oi::config
