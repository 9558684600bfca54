// What terminals say of themselves in the environment, and what is known of each.
#include "frontend/terminal/style.h"

#include "base/text.h"
#include "sys/files.h"

namespace oi {

namespace {

struct Terminal {
    std::string term = sys::environment("TERM");
    std::string program = sys::environment("TERM_PROGRAM");
    long vte = static_cast<long>(to_integer(sys::environment("VTE_VERSION")).value_or(0));
    bool is_tmux = term.starts_with("tmux") || !sys::environment("TMUX").empty();
    bool is_screen = term.starts_with("screen") && !is_tmux;

    static bool has(const char* variable) { return !sys::environment(variable).empty(); }
    bool is_multiplexed() const { return is_tmux || term.starts_with("screen"); }
    bool is_kitty() const { return has("KITTY_WINDOW_ID") || term == "xterm-kitty"; }
    bool is_ghostty() const { return program == "ghostty" || has("GHOSTTY_RESOURCES_DIR") || term == "xterm-ghostty"; }
    bool is_wezterm() const { return program == "WezTerm" || has("WEZTERM_PANE"); }
    bool is_foot() const { return term.starts_with("foot"); }
    bool is_windows() const { return has("WT_SESSION"); }
};

// Terminals that follow OSC 8; a multiplexer hides which it is, and may drop the sequence.
bool knows_links(const Terminal& t)
{
    if (t.is_multiplexed()) return false;
    return t.is_kitty() || t.is_ghostty() || t.is_wezterm() || t.is_foot() || t.is_windows() || Terminal::has("KONSOLE_VERSION") ||
           t.program == "iTerm.app" || t.program == "vscode" || t.vte >= 5000 || t.term.starts_with("alacritty");
}

// Kinds of terminals that take an operating system command (OSC) for what it is, known to them or not. The Linux console and
// emulators of old hardware print parts of it.
bool knows_commands(const Terminal& t)
{
    if (t.is_screen) return false;
    if (t.is_tmux) return true;
    for (const std::string_view family : {"xterm", "rxvt", "alacritty", "foot", "kitty", "wezterm", "ghostty", "konsole", "gnome", "vte",
                                          "st-", "iterm", "contour", "mintty"})
        if (t.term.starts_with(family)) return true;
    return t.term == "st";
}

Depth depth_of(const Terminal& t)
{
    const std::string wish = sys::environment("COLORTERM");
    if (wish == "truecolor" || wish == "24bit" || t.term.ends_with("-direct") || t.is_kitty() || t.is_windows()) return Depth::full;
    if (t.term.find("256") != std::string::npos || t.is_foot() || t.term.starts_with("alacritty")) return Depth::many;
    return Depth::sixteen;
}

// no-color.org; CLICOLOR and CLICOLOR_FORCE as bixense.com/clicolors has them.
bool wants_colour(const Terminal& t)
{
    if (Terminal::has("NO_COLOR")) return false;
    const std::string forced = sys::environment("CLICOLOR_FORCE");
    if (!forced.empty() && forced != "0") return true;
    if (sys::environment("CLICOLOR") == "0") return false;
    // Terminals without any colour (terminfo: no setaf).
    return !t.term.starts_with("vt1") && !t.term.starts_with("vt2") && t.term != "xterm-mono" && !t.term.ends_with("-m");
}

// "15;0" or "15;default;0": the last is the colour behind the text, of the sixteen.
Ground background_of(const std::string& hint)
{
    const auto semicolon = hint.rfind(';');
    const auto colour = semicolon == std::string::npos ? std::nullopt : to_integer(std::string_view{hint}.substr(semicolon + 1));
    if (!colour || *colour < 0 || *colour > 15) return Ground::unknown;
    return *colour == 7 || *colour >= 9 ? Ground::light : Ground::dark;
}

// OSC 9;4, of ConEmu. Elsewhere OSC 9 is a notification, and would show "4;3" to the person.
bool knows_progress(const Terminal& t)
{
    if (t.is_multiplexed()) return false;
    return t.is_windows() || sys::environment("ConEmuANSI") == "ON" || t.is_ghostty() || t.program == "mintty" || t.vte >= 8000;
}

Notifier notifier_of(const Terminal& t)
{
    if (t.is_multiplexed()) return Notifier::bell;
    if (t.is_kitty()) return Notifier::osc99;
    if (t.program == "iTerm.app" || t.is_wezterm() || t.is_ghostty()) return Notifier::osc9;
    if (t.is_foot() || t.term.starts_with("rxvt")) return Notifier::osc777;
    return Notifier::bell;
}

}  // namespace

Abilities Abilities::of_environment()
{
    const Terminal t;
    Abilities abilities;
    abilities.has_colour = wants_colour(t);
    abilities.has_links = knows_links(t);
    abilities.depth = depth_of(t);
    abilities.background = background_of(sys::environment("COLORFGBG"));
    abilities.has_title = knows_commands(t);
    abilities.has_title_stack = abilities.has_title && !t.is_windows() && t.program != "Apple_Terminal" && t.program != "vscode";
    abilities.has_progress = knows_progress(t);
    abilities.has_focus = knows_commands(t) && !t.is_tmux;
    abilities.answers_colours = knows_commands(t) && abilities.has_colour && abilities.depth != Depth::sixteen;
    abilities.notifier = notifier_of(t);
    return abilities;
}

}  // namespace oi
