// The terminal's syntax colours as classes; see code_html.h.
#include "frontend/export/code_html.h"

#include "base/text.h"
#include "frontend/export/markdown_html.h"
#include "frontend/terminal/graphemes.h"
#include "frontend/terminal/highlight.h"

#include <array>
#include <cstdio>

namespace oi::exporting {

namespace {

// In the order of Colour; empty: no colour.
constexpr std::array<std::string_view, 8> classes{"", "hr", "hg", "hy", "hb", "hm", "hc", "hq"};

class Spanned : public TokenSink {
public:
    void put(std::string_view text, const Style& style) override
    {
        const std::string_view wanted = classes[static_cast<std::size_t>(style.colour)];
        if (wanted != open_) close();
        if (open_.empty() && !wanted.empty()) html_ += cat("<span class=", wanted, ">");
        open_ = wanted;
        html_ += escape_html(text);
    }
    void end_line()
    {
        close();
        html_ += '\n';
    }
    std::string take()
    {
        close();
        return std::move(html_);
    }

private:
    void close()
    {
        if (!open_.empty()) html_ += "</span>";
        open_ = {};
    }

    std::string html_;
    std::string_view open_;
};

std::string rules(Ground ground)
{
    std::string text;
    for (std::size_t i = 1; i < classes.size(); ++i) {
        char colour[8];
        std::snprintf(colour, sizeof colour, "#%06x", static_cast<unsigned>(shade(static_cast<Colour>(i), ground)));
        text += cat(".", classes[i], "{color:", colour, "}");
    }
    return text;
}

}  // namespace

std::string code_to_html(std::string_view code, std::string_view language)
{
    Highlighter highlighter{language};
    Spanned spanned;
    while (!code.empty()) {
        const std::string_view character = code.front() == '\n' ? code.substr(0, 1) : first_grapheme(code).bytes;
        code.remove_prefix(character.size());
        if (character != "\n") {
            highlighter.feed(character, spanned);
            continue;
        }
        highlighter.end_line(spanned);
        spanned.end_line();
    }
    highlighter.end_line(spanned);
    return spanned.take();
}

std::string code_style()
{
    return cat(".hq{font-style:italic}", rules(Ground::light), "\n@media (prefers-color-scheme: dark) {", rules(Ground::dark), "}\n");
}

}  // namespace oi::exporting
