// Sequences of the window: xterm's OSC 2 and title stack (CSI 22 t), ConEmu's OSC 9;4, iTerm2's OSC 9, rxvt's OSC 777, kitty's OSC 99.
#include "frontend/terminal/window.h"

#include "base/text.h"
#include "frontend/terminal/graphemes.h"
#include "frontend/terminal/safe_text.h"

#include <algorithm>

namespace oi {

namespace {

constexpr int longest_word = 40;  // columns
constexpr int longest_text = 120;

std::string shortened(std::string_view text, int columns) { return std::string{columns_prefix(safe_line(text), columns)}; }

std::string_view progress_of(Window::Doing doing)
{
    switch (doing) {
    case Window::Doing::nothing: return "\x1b]9;4;0\x1b\\";
    case Window::Doing::works: return "\x1b]9;4;3\x1b\\";
    case Window::Doing::asks: return "\x1b]9;4;4;100\x1b\\";
    }
    return {};
}

}  // namespace

std::string_view last_part(std::string_view path)
{
    while (path.size() > 1 && path.ends_with('/')) path.remove_suffix(1);
    const auto slash = path.rfind('/');
    return slash == std::string_view::npos || path.size() == 1 ? path : path.substr(slash + 1);
}

std::string Window::enter()
{
    std::string bytes;
    if (has_title_ && abilities_.has_title_stack) bytes += "\x1b[22;2t";
    if (watches_focus_) bytes += "\x1b[?1004h";
    return bytes;
}

std::string Window::show(Doing doing, std::string_view who, std::string_view folder)
{
    std::string bytes;
    if (has_title_) {
        const std::string_view what = doing == Doing::nothing ? "interpreter" : doing == Doing::asks ? "waits for you" : who;
        const std::string title = cat(shortened(what, longest_word), " - ", shortened(last_part(folder), longest_word));
        if (title != title_) bytes += cat("\x1b]2;", title, "\x1b\\");
        title_ = title;
    }
    if (abilities_.has_progress && doing != progress_) bytes += progress_of(doing);
    progress_ = doing;
    return bytes;
}

std::string Window::leave()
{
    std::string bytes;
    if (abilities_.has_progress && progress_ != Doing::nothing) bytes += progress_of(Doing::nothing);
    progress_ = Doing::nothing;
    if (watches_focus_) bytes += "\x1b[?1004l";
    if (has_title_) bytes += abilities_.has_title_stack ? "\x1b[23;2t" : "\x1b]2;\x1b\\";
    title_.clear();
    return bytes;
}

std::string Window::notify(std::string_view text) const
{
    std::string line = shortened(text, longest_text);
    std::replace(line.begin(), line.end(), ';', ',');  // separates what the sequences say
    switch (abilities_.notifier) {
    case Notifier::none: return {};
    case Notifier::bell: return "\a";
    case Notifier::osc9: return cat("\x1b]9;", line, "\x1b\\");
    case Notifier::osc777: return cat("\x1b]777;notify;interpreter;", line, "\x1b\\");
    case Notifier::osc99: return cat("\x1b]99;i=interpreter:d=0;interpreter\x1b\\\x1b]99;i=interpreter:d=1:p=body;", line, "\x1b\\");
    }
    return {};
}

}  // namespace oi
