// TerminalReports: takes what the terminal says of itself (its background, the focus) out of what is typed.
#pragma once

#include "frontend/terminal/style.h"

#include <optional>
#include <string>
#include <string_view>

namespace oi {

// Reports come on the terminal's own time, between keys and cut anywhere; never does a part of one count as typed.
class TerminalReports {
public:
    // xterm control sequences: OSC 11 asks for the colour behind the text; it is answered, if at all, in the same form.
    static constexpr std::string_view background_query = "\x1b]11;?\x1b\\";

    // Returns the bytes that are keys. What may yet be a report is held.
    std::string feed(std::string_view bytes);
    // Nothing came for a while: what is held was typed, unless it can only be a report.
    std::string flush();
    bool is_waiting() const { return !held_.empty() && !is_report(); }  // flush() would give something

    std::optional<Ground> background() const { return background_; }
    std::optional<bool> is_focused() const { return is_focused_; }  // nullopt: not said yet

private:
    bool is_report() const;
    void put(char byte, std::string& keys);
    void go_on_with_report(std::string& keys);
    void read_background(std::string_view colour);

    std::string held_;
    std::optional<Ground> background_;
    std::optional<bool> is_focused_;
};

}  // namespace oi
