// A conversation as one HTML page.
#include "frontend/export/parts.h"

#include "base/base64.h"
#include "base/text.h"
#include "frontend/export/code_html.h"
#include "frontend/export/markdown_html.h"

namespace oi {

namespace {

using namespace exporting;

// A page of a stranger's words: it may load nothing, run nothing and send nothing, whatever the rest of this file misses.
constexpr std::string_view head =
    R"(<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src data:; style-src 'unsafe-inline'; form-action 'none'; base-uri 'none'">
<meta name="viewport" content="width=device-width, initial-scale=1"><meta name="referrer" content="no-referrer">
<title>)";

constexpr std::string_view style =
    R"(</title>
<style>
:root { color-scheme: light dark; --text: #1f2328; --quiet: #59636e; --page: #fff; --box: #f3f4f6; --line: #d1d9e0; --user: #e7f0fb; --link: #0757ba; }
@media (prefers-color-scheme: dark) {
  :root { --text: #e6edf3; --quiet: #9aa4ae; --page: #15181c; --box: #20252b; --line: #3d444d; --user: #1d2f45; --link: #78b0ff; }
}
body { max-width: 50rem; margin: 2rem auto; padding: 0 1rem; font: 1rem/1.55 system-ui, sans-serif; color: var(--text); background: var(--page); }
h1 { font-size: 1.5rem; } h2 { font-size: .8rem; color: var(--quiet); margin: 1.5rem 0 .3rem; } a { color: var(--link); }
.user { background: var(--user); border-radius: .6rem; padding: .6rem 1rem; white-space: pre-wrap; overflow-wrap: anywhere; }
pre { overflow: auto; padding: .7rem 1rem; margin: .4rem 0; background: var(--box); border-radius: .4rem; }
pre, code { font-family: ui-monospace, monospace; font-size: .9rem; } :not(pre) > code { background: var(--box); padding: .1rem .25rem; }
.output { background: none; border-left: 3px solid var(--line); border-radius: 0; max-height: 30rem; }
.label { color: var(--quiet); font-size: .8rem; margin-top: .8rem; }
table { border-collapse: collapse; } th, td { border: 1px solid var(--line); padding: .25rem .6rem; text-align: left; }
blockquote { margin: .5rem 0; padding-left: 1rem; border-left: 3px solid var(--line); color: var(--quiet); }
img { max-width: 100%; height: auto; background: #fff; } iframe { width: 100%; height: 20rem; border: 1px solid var(--line); background: #fff; resize: vertical; }
)";
constexpr std::string_view begin = "</style></head><body>\n";

std::string_view speaker(Role role)
{
    switch (role) {
    case Role::user: return "User";
    case Role::assistant: return "Assistant";
    default: return "Computer";
    }
}

std::string code(const Message& message)
{
    const std::string text = cat("<pre><code>", code_to_html(message.content, message.format), "</code></pre>\n");
    if (message.role != Role::computer || message.format != "html")
        return cat("<div class=\"label\">", escape_html(message.format), "</div>\n", text);
    return cat("<iframe sandbox title=\"output\" srcdoc=\"", escape_html(message.content), "\"></iframe>\n");
}

std::string image(const Message& message, const ExportOptions& options)
{
    if (const auto found = picture(message, options))
        return cat("<p><img alt=\"picture\" src=\"data:", found->type, ";base64,", base64(found->bytes), "\"></p>\n");
    const bool is_data = message.format.starts_with("base64");
    return cat("<p>Picture: ", is_data ? "its data cannot be read" : escape_html(message.content), "</p>\n");
}

std::string body(const Message& message, const ExportOptions& options)
{
    switch (message.type) {
    case Kind::code: return code(message);
    case Kind::console:
        return message.content.empty() ? std::string{} : cat("<pre class=\"output\">", escape_html(message.content), "</pre>\n");
    case Kind::image: return image(message, options);
    case Kind::file: return cat("<p>File: ", escape_html(message.content), "</p>\n");
    default: break;
    }
    if (message.role == Role::assistant) return markdown_to_html(message.content);
    return cat("<div class=\"", message.role == Role::user ? "user" : "other", "\">", escape_html(message.content), "</div>\n");
}

}  // namespace

std::string to_html(std::span<const Message> messages, const ExportOptions& options)
{
    const std::string name = escape_html(title(messages, options));
    std::string page = cat(head, name, style, code_style(), begin, "<h1>", name, "</h1>\n");
    std::optional<Role> last;
    for (const auto& message : messages) {
        if (!is_shown(message)) continue;
        const std::string text = body(message, options);
        const bool is_result = message.role == Role::computer && last;  // stands under its code
        if (!text.empty() && last != message.role && !is_result) page += cat("<h2>", speaker(message.role), "</h2>\n");
        if (!text.empty() && !is_result) last = message.role;
        page += text;
    }
    return page + "</body></html>\n";
}

}  // namespace oi
