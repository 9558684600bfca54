// What --doctor finds, and how it looks.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace oi {

struct CheckResult {
    enum class State : std::uint8_t { ok, note, bad };  // note: worth knowing, not needed
    State state = State::ok;
    std::string check;     // "key"
    std::string text;      // what was found
    std::string remedy{};  // what would mend it
};
using CheckResults = std::vector<CheckResult>;

struct ReportStyle {
    int columns = 80;
    bool has_colour = false;
    bool is_json = false;
};

// One finding in lines that fit the columns, or as one line of JSON.
std::string to_lines(const CheckResult& finding, const ReportStyle& style);

}  // namespace oi
