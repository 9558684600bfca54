// JSON difference: where two JSON texts first differ, for people.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace oi::llm {

struct Difference {
    std::string path;    // "messages[1].content"; empty: the text as a whole
    std::string before;  // as JSON, shortened around the first byte that differs; "nothing" where there is no such value
    std::string after;
    bool operator==(const Difference&) const = default;
};

// nullopt: they say the same; neither the order of keys nor white space counts. Texts that are no JSON are compared as they are.
std::optional<Difference> first_difference(std::string_view before, std::string_view after);

}  // namespace oi::llm
