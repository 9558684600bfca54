// Environment first, then questions: kitty's query, the size of a cell (XTWINOPS 16), the primary device attributes (DA1).
#include "frontend/terminal/picture_terminal.h"

#include "base/text.h"

#include <algorithm>

namespace oi {

namespace {

using Environment = PictureTerminal::Environment;

bool is_multiplexer(const Environment& environment)
{
    const std::string term = environment("TERM");
    return term.starts_with("tmux") || term.starts_with("screen") || !environment("TMUX").empty() || !environment("STY").empty();
}

// Those that say who they are. A multiplexer in between hides the terminal and drops what it does not know.
PictureWay told(const Environment& environment)
{
    const std::string term = environment("TERM"), program = environment("TERM_PROGRAM");
    if (!environment("KITTY_WINDOW_ID").empty() || term == "xterm-kitty") return PictureWay::kitty;
    if (program == "ghostty" || term == "xterm-ghostty" || !environment("GHOSTTY_RESOURCES_DIR").empty()) return PictureWay::kitty;
    if (program == "iTerm.app" || environment("LC_TERMINAL") == "iTerm2") return PictureWay::iterm2;
    if (program == "WezTerm" || !environment("WEZTERM_PANE").empty()) return PictureWay::iterm2;
    if (program == "mintty") return PictureWay::iterm2;
    return PictureWay::blocks;
}

Palette palette_of(const Environment& environment)
{
    const std::string term = environment("TERM"), depth = environment("COLORTERM");
    const bool has_256 = term.find("256color") != std::string::npos || term.starts_with("xterm-kitty") || term.starts_with("foot");
    const bool has_millions = depth == "truecolor" || depth == "24bit" || term.find("direct") != std::string::npos ||
                              (!is_multiplexer(environment) && told(environment) != PictureWay::blocks);
    if (!environment("NO_COLOR").empty()) return has_256 || has_millions ? Palette::grey_24 : Palette::grey_4;
    return has_millions ? Palette::millions : has_256 ? Palette::xterm_256 : Palette::ansi_16;
}

// Terminals that print a question in place of passing over it, or never answer.
bool can_be_asked(const Environment& environment)
{
    const std::string term = environment("TERM");
    return !term.empty() && term != "dumb" && term != "linux" && !term.starts_with("screen") &&
           environment("TERM_PROGRAM") != "Apple_Terminal" && environment("STY").empty();
}

bool is_plausible(CellSize cell) { return cell.width >= 2 && cell.height >= 2 && cell.width <= 200 && cell.height <= 200; }

}  // namespace

PictureTerminal::PictureTerminal(std::string_view setting, const Environment& environment) : palette_{palette_of(environment)}
{
    is_answered_ = !can_be_asked(environment);
    if (setting == "off") way_ = PictureWay::off;
    if (setting == "kitty") way_ = PictureWay::kitty;
    if (setting == "iterm2") way_ = PictureWay::iterm2;
    if (setting == "sixel") way_ = PictureWay::sixel;
    if (setting != "auto") return;
    if (!is_multiplexer(environment)) way_ = told(environment);
    is_open_ = way_ == PictureWay::blocks;
    asks_kitty_ = is_open_ && !is_multiplexer(environment);
}

void PictureTerminal::resize(sys::TerminalSize size)
{
    const CellSize cell{size.width / std::max(size.columns, 1), size.height / std::max(size.rows, 1)};
    if (is_plausible(cell)) cell_ = cell;
}

std::string PictureTerminal::question()
{
    if (is_asked_ || is_answered_) return {};
    const bool asks_cell = cell_ == CellSize{} && way_ != PictureWay::off;
    if (!is_open_ && (!asks_cell || way_ == PictureWay::blocks)) return {};
    is_asked_ = true;
    return cat(asks_kitty_ ? "\x1b_Gi=31,s=1,v=1,a=q,t=d,f=24;AAAA\x1b\\" : "", asks_cell ? "\x1b[16t" : "", "\x1b[c");
}

void PictureTerminal::hear(std::string_view reply)
{
    if (reply.starts_with("\x1b_Gi=31;")) {
        if (is_open_ && reply.find(";OK") != std::string_view::npos) way_ = PictureWay::kitty;
        return;
    }
    if (!reply.starts_with("\x1b[") || reply.size() < 4) return;
    const std::string_view parameters = reply.substr(2, reply.size() - 3);
    if (reply.ends_with('c') && parameters.starts_with('?')) return hear_attributes(parameters.substr(1));
    const auto words = split(parameters, ';');
    if (!reply.ends_with('t') || words.size() != 3 || words[0] != "6") return;
    const CellSize cell{static_cast<int>(to_integer(words[2]).value_or(0)), static_cast<int>(to_integer(words[1]).value_or(0))};
    if (is_plausible(cell)) cell_ = cell;
}

void PictureTerminal::hear_attributes(std::string_view parameters)
{
    is_answered_ = true;
    const auto attributes = split(parameters, ';');
    const bool has_sixel = std::find(attributes.begin() + 1, attributes.end(), "4") != attributes.end();
    if (is_open_ && way_ == PictureWay::blocks && has_sixel) way_ = PictureWay::sixel;
}

}  // namespace oi
