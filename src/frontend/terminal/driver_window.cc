// What the terminal frontend says beside the page: title, progress, notifications.
#include "frontend/terminal/driver.h"

#include "base/text.h"
#include "sys/files.h"

namespace oi {

std::string Driver::lend() { return window_.leave(); }

std::string Driver::borrow() { return window_.enter(); }

void Driver::set_background(Ground background)
{
    screen_.page().set_background(background);
    editor_view_.set_background(background);
}

std::string Driver::window_bytes()
{
    if (exit_code_) return {};
    const auto doing = mode_ == Mode::prompt ? Window::Doing::nothing : mode_ == Mode::busy ? Window::Doing::works : Window::Doing::asks;
    return window_.show(doing, who_, options_.folder);
}

void Driver::set_pictures()
{
    const auto environment = [](const char* name) { return sys::environment(name); };
    if (!options_.pictures.empty()) view_.pictures().set_terminal({options_.pictures, environment});
    view_.pictures().resize(screen_.size());
}

// A command may have changed what the options say.
void Driver::show_as_set()
{
    const Display now{options_.has_title, options_.notify_after.count() > 0, options_.pictures};
    aids_.set_hints(options_.has_hints && window_.abilities().has_colour);
    if (exit_code_ || now == display_) return;
    if (now.pictures != display_.pictures) set_pictures();
    if (now.has_title != display_.has_title || now.notifies != display_.notifies) {
        written_ += window_.leave();
        window_ = Window{Abilities{window_.abilities()}, now.has_title, now.notifies};
        written_ += window_.enter();
    }
    display_ = now;
}

// For somebody who has waited long and looks elsewhere, as far as that can be known.
void Driver::notify(std::string_view what)
{
    if (options_.notify_after.count() <= 0 || Clock::now() - last_act_ < options_.notify_after) return;
    if (window_.watches_focus() && is_focused_) return;
    const std::string text = cat(last_part(options_.folder), ": ", what);
    if (device_.notify && device_.notify(text)) return;
    written_ += window_.notify(text);
}

}  // namespace oi
