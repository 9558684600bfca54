// Styles as SGR sequences (ECMA-48, 8.3.117).
#include "frontend/terminal/style.h"

#include "base/text.h"
#include "sys/files.h"

namespace oi {

namespace {

std::string_view code_of(Colour colour)
{
    switch (colour) {
    case Colour::none: return "";
    case Colour::red: return ";31";
    case Colour::green: return ";32";
    case Colour::yellow: return ";33";
    case Colour::blue: return ";34";
    case Colour::magenta: return ";35";
    case Colour::cyan: return ";36";
    case Colour::grey: return ";90";
    }
    return "";
}

// Terminals that follow OSC 8 say who they are in one of these; a multiplexer hides it, and may drop the sequence.
bool knows_links()
{
    const std::string term = sys::environment("TERM");
    if (term.starts_with("screen") || term.starts_with("tmux")) return false;
    for (const char* name : {"KITTY_WINDOW_ID", "WT_SESSION", "WEZTERM_PANE", "KONSOLE_VERSION", "GHOSTTY_RESOURCES_DIR"})
        if (!sys::environment(name).empty()) return true;
    const std::string program = sys::environment("TERM_PROGRAM");
    if (program == "iTerm.app" || program == "vscode" || program == "WezTerm" || program == "ghostty") return true;
    if (const auto vte = to_integer(sys::environment("VTE_VERSION")); vte && *vte >= 5000) return true;
    return term.starts_with("xterm-kitty") || term.starts_with("foot") || term.starts_with("alacritty");
}

}  // namespace

Abilities Abilities::of_environment() { return {.has_colour = sys::environment("NO_COLOR").empty(), .has_links = knows_links()}; }

std::string sgr(const Style& style, bool has_colour)
{
    std::string codes;
    if (style.bold) codes += ";1";
    if (style.dim) codes += ";2";
    if (style.italic) codes += ";3";
    if (style.underline) codes += ";4";
    if (style.strike) codes += ";9";
    if (has_colour) codes += code_of(style.colour);
    return codes.empty() ? codes : cat("\x1b[", std::string_view{codes}.substr(1), "m");
}

}  // namespace oi
