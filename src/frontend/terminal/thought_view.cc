// ThoughtView: lines behind a bar.
#include "frontend/terminal/thought_view.h"

#include "base/text.h"

#include <algorithm>

namespace oi {

namespace {

const Style dim{.dim = true};
constexpr const char* bar = "\xE2\x94\x86 ";

}  // namespace

void ThoughtView::begin()
{
    page_.blank_line();
    page_.set_wrap(Wrap::words);
    page_.set_margin({{{"  "}, {bar, dim}}, {{"  "}, {bar, dim}}});
    empty_lines_ = 0;
    has_text_ = false;
}

void ThoughtView::feed(std::string_view text)
{
    std::string safe;
    safe_.feed(text, safe);
    put(safe);
}

void ThoughtView::put(std::string_view text)
{
    while (!text.empty()) {
        const auto end = std::min(text.find('\n'), text.size());
        const auto line = text.substr(0, end);
        if (!line.empty() && (has_text_ || !is_blank(line))) {
            if (empty_lines_ > 0) page_.finish_line();
            for (; empty_lines_ > 1; --empty_lines_) page_.newline();
            empty_lines_ = 0;
            has_text_ = true;
            page_.put(replace_all(std::string{line}, "\r", ""), dim);
        }
        text.remove_prefix(end);
        if (text.empty()) break;
        if (has_text_) ++empty_lines_;
        text.remove_prefix(1);
    }
}

void ThoughtView::finish()
{
    std::string rest;
    safe_.finish(rest);
    put(rest);
    page_.finish_line();
}

}  // namespace oi
