// Reports of terminals (xterm control sequences: OSC 11, and focus events of mode 1004).
#include "frontend/terminal/terminal_reports.h"

#include <algorithm>
#include <cstdlib>
#include <utility>

namespace oi {

namespace {

constexpr std::string_view focus_in = "\x1b[I";
constexpr std::string_view focus_out = "\x1b[O";
constexpr std::string_view colour_start = "\x1b]11;";
constexpr std::string_view parts = "rgba:/0123456789cdefABCDEF";
constexpr std::size_t longest = 64;  // bytes of a report

// "ffff" or "ff" or "f": a part of one.
double fraction(std::string_view hex)
{
    if (hex.empty() || hex.size() > 4 || hex.find_first_not_of("0123456789abcdefABCDEF") != std::string_view::npos) return -1;
    return static_cast<double>(std::strtoul(std::string{hex}.c_str(), nullptr, 16)) / ((1u << (4 * hex.size())) - 1);
}

}  // namespace

bool TerminalReports::is_report() const { return held_.starts_with(colour_start); }

std::string TerminalReports::feed(std::string_view bytes)
{
    if (held_.empty() && bytes.find('\x1b') == std::string_view::npos) return std::string{bytes};
    std::string keys;
    for (const char byte : bytes) put(byte, keys);
    return keys;
}

std::string TerminalReports::flush() { return is_report() ? std::string{} : std::exchange(held_, {}); }

void TerminalReports::put(char byte, std::string& keys)
{
    if (held_.empty() && byte != '\x1b') {
        keys += byte;
        return;
    }
    held_ += byte;
    if (held_ == focus_in || held_ == focus_out) {
        is_focused_ = held_ == focus_in;
        held_.clear();
    } else if (is_report()) {
        go_on_with_report(keys);
    } else if (!focus_in.starts_with(held_) && !focus_out.starts_with(held_) && !colour_start.starts_with(held_)) {
        if (byte == '\x1b') held_.pop_back();
        keys += std::exchange(held_, byte == '\x1b' ? "\x1b" : "");
    }
}

void TerminalReports::go_on_with_report(std::string& keys)
{
    if (held_ == colour_start) return;
    const std::string_view end = held_.ends_with('\a') ? "\a" : "\x1b\\";
    if (held_.ends_with(end)) {
        read_background(std::string_view{held_}.substr(colour_start.size(), held_.size() - colour_start.size() - end.size()));
        held_.clear();
        return;
    }
    const char byte = held_.back();
    if (held_.size() <= longest && (byte == '\x1b' || parts.find(byte) != std::string_view::npos) && held_[held_.size() - 2] != '\x1b')
        return;
    // It was cut off: the rest of it is not typed, what comes now is.
    const bool follows_escape = held_[held_.size() - 2] == '\x1b';
    held_.clear();
    if (follows_escape) put('\x1b', keys);
    put(byte, keys);
}

// "rgb:RRRR/GGGG/BBBB", or "rgba:" with a fourth part.
void TerminalReports::read_background(std::string_view colour)
{
    const auto colon = colour.find(':');
    if (!colour.starts_with("rgb") || colon == std::string_view::npos) return;
    colour.remove_prefix(colon + 1);
    double brightness = 0;
    for (const double weight : {0.2126, 0.7152, 0.0722}) {  // of the eye, ITU-R BT.709
        const auto slash = std::min(colour.find('/'), colour.size());
        const double part = fraction(colour.substr(0, slash));
        if (part < 0) return;
        brightness += weight * part;
        colour.remove_prefix(std::min(slash + 1, colour.size()));
    }
    background_ = brightness > 0.5 ? Ground::light : Ground::dark;
}

}  // namespace oi
