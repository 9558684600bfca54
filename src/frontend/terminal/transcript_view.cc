// Chunks on the page; see transcript_view.h.
#include "frontend/terminal/transcript_view.h"

#include "base/text.h"

#include <utility>

namespace oi {

void TranscriptView::note(std::string_view text, const Style& style)
{
    page_.finish_line();
    page_.set_margin({{{"  "}}, {{"  "}}});
    page_.put(safe_line(text), style);
    page_.newline();
}

void TranscriptView::open(View view, const Chunk& chunk)
{
    if (view_ == view) return;
    finish();
    view_ = view;
    if (view == View::text) page_.blank_line();
    if (view == View::code) code_.begin(chunk.format);
    if (view == View::file) file_ = {.role = chunk.role, .type = chunk.type, .format = chunk.format};
}

void TranscriptView::finish()
{
    switch (std::exchange(view_, View::none)) {
    case View::none: break;
    case View::text: {
        std::string rest;
        safe_.finish(rest);
        markdown_.feed(rest);
        markdown_.finish();
        break;
    }
    case View::thought: thought_.finish(); break;
    case View::code: code_.finish(); break;
    case View::output: output_.finish(); break;
    case View::file: save_file(); break;
    }
}

void TranscriptView::think(std::string_view text)
{
    if (view_ != View::thought) {
        finish();
        view_ = View::thought;
        thought_.begin();
    }
    thought_.feed(text);
}

void TranscriptView::show(const Chunk& chunk)
{
    if (chunk.recipient == "assistant" || chunk.type == Kind::confirmation || chunk.type == Kind::review || is_active_line(chunk)) return;
    if (chunk.mark == Mark::end) return finish();
    const bool is_start = chunk.mark == Mark::start;
    if (is_shown_as_file(chunk)) {
        if (is_start) return;
        open(View::file, chunk);
        file_.content += chunk.content;
    } else if (chunk.type == Kind::console) {
        if (is_start) return;
        open(View::output, chunk);
        output_.feed(chunk.content);
    } else if (chunk.type == Kind::code) {
        open(View::code, chunk);
        code_.feed(chunk.content);
    } else if (chunk.type == Kind::message && chunk.role == Role::assistant) {
        if (is_start) return;
        open(View::text, chunk);
        std::string text;
        safe_.feed(chunk.content, text);
        markdown_.feed(text);
    }
}

// A picture goes to a file of its own, and its path on the page. (Drawing it is the work of a later stage.)
void TranscriptView::save_file()
{
    page_.finish_line();
    page_.set_margin(output_margin());
    const std::string what = file_.type == Kind::code ? file_.format : std::string{name(file_.type)};
    auto saved = files_.save(file_);
    const std::string path = saved ? *saved : to_line(saved.error());
    page_.put(cat(safe_line(what), ": "), {.colour = Colour::grey});
    page_.put(safe_line(path), {.colour = Colour::cyan});
    page_.newline();
    file_ = {};
}

}  // namespace oi
