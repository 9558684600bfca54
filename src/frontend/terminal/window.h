// Window: what stands around the page: the window's title, the progress in the task bar, a notification.
#pragma once

#include "frontend/terminal/style.h"

#include <string>
#include <string_view>

namespace oi {

// All that is written here says what the program does, in its own words and names; nothing that a model or a cell says gets
// into these sequences but as printable text of one short line.
class Window {
public:
    enum class Doing : unsigned char { nothing, works, asks };

    Window(const Abilities& abilities, bool has_title, bool watches_focus)
        : abilities_{abilities}, has_title_{has_title && abilities.has_title}, watches_focus_{watches_focus && abilities.has_focus}
    {
    }

    // The terminal is ours, at the start or again.
    std::string enter();
    // Brings the title and the progress up to date. `who`: the model or the language at work.
    std::string show(Doing doing, std::string_view who, std::string_view folder);
    // The terminal belongs to somebody else: title and progress are as they were before.
    std::string leave();

    // Asks the terminal to tell the person who looks elsewhere.
    std::string notify(std::string_view text) const;

    const Abilities& abilities() const { return abilities_; }
    bool watches_focus() const { return watches_focus_; }

private:
    Abilities abilities_;
    bool has_title_;
    bool watches_focus_;
    std::string title_;  // as it was set; empty: not ours
    Doing progress_ = Doing::nothing;
};

// "/home/ada/work" -> "work"
std::string_view last_part(std::string_view path);

}  // namespace oi
