// What the terminal frontend says beside the page: title, progress, notifications.
#include "frontend/terminal/driver.h"

#include "base/text.h"

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
