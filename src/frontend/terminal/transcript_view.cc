// Chunks on the page; see transcript_view.h.
#include "frontend/terminal/transcript_view.h"

#include "base/text.h"
#include "frontend/svg.h"
#include "frontend/terminal/data_table.h"
#include "frontend/terminal/file_link.h"
#include "frontend/terminal/status.h"

#include <utility>

namespace oi {

void TranscriptView::note(std::string_view text, const Style& style)
{
    page_.finish_line();
    page_.set_margin({{{"  "}}, {{"  "}}});
    page_.put(safe_line(text), style);
    page_.newline();
}

void TranscriptView::end_cell(std::optional<std::chrono::seconds> took)
{
    if (has_output_ && !took) return;
    finish();
    page_.finish_line();
    page_.set_margin(output_margin());
    const std::string time = took ? time_text(*took) : "";
    page_.put(has_output_ ? time : cat("no output", took ? ", " : "", time), {.colour = Colour::grey, .italic = true});
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
    case View::file: end_file(); break;
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
    has_output_ = has_output_ || (chunk.role == Role::computer && !is_start);
    if (is_shown_as_file(chunk)) {
        if (is_start) return;
        open(View::file, chunk);
        file_.content += chunk.content;
    } else if (chunk.type == Kind::console) {
        if (is_start || is_twin(chunk)) return;
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

// A picture or a page goes to a file of its own, its path to the page, and a picture above that.
void TranscriptView::end_file()
{
    Chunk file = std::exchange(file_, {});
    page_.finish_line();
    page_.set_margin(output_margin());
    page_.set_wrap(Wrap::anywhere);
    if (put_table(file)) return page_.set_wrap(Wrap::words);
    const bool is_drawn = file.type == Kind::image || is_svg(file.content);
    const std::string what = safe_line(file.type == Kind::code ? is_drawn ? "image" : file.format : name(file.type));
    const auto path = files_.place(file);
    const auto job = path && is_drawn ? pictures_.job(*path) : std::nullopt;
    if (job) make(std::make_shared<Picture>(Picture{what, std::move(file), *job}));
    else if (const auto saved = path ? SavedFiles::write(*path, file) : Result<void>{Fail{path.error()}}; !saved)
        put_path(what, to_line(saved.error()), {});
    else put_path(what, *path, {});
    page_.set_wrap(Wrap::words);
}

Result<Drawing> TranscriptView::Picture::make(std::stop_token stop)
{
    OI_CHECK(SavedFiles::write(job.path, std::exchange(file, {})));
    return job.make(std::move(stop));
}

void TranscriptView::make(std::shared_ptr<Picture> picture)
{
    if (!aside_) {
        picture->made = picture->make({});
        return put(*picture);
    }
    drawing_ = picture;
    aside_([picture = std::move(picture)](std::stop_token stop) { picture->made = picture->make(std::move(stop)); });
}

void TranscriptView::finish_drawing()
{
    auto picture = std::exchange(drawing_, nullptr);
    if (!picture) return;
    page_.finish_line();
    page_.set_margin(output_margin());
    page_.set_wrap(Wrap::anywhere);
    const auto job = pictures_.job(picture->job.path);
    if (!job || pictures_.fits(picture->job)) put(*picture);
    else make(std::make_shared<Picture>(Picture{picture->what, {}, *job}));  // the window has changed meanwhile
    page_.set_wrap(Wrap::words);
}

void TranscriptView::put(const Picture& picture)
{
    const bool is_made = picture.made && *picture.made;
    if (is_made && pictures_.fits(picture.job)) page_.put_drawing(**picture.made);
    std::string fault;
    if (picture.made && !is_made) {
        fault = picture.made->error().what;
        if (!fault.starts_with(picture.job.path)) fault = cat("not drawn: ", fault);
    }
    put_path(picture.what, picture.job.path, fault);
}

// false: the page is no table, or more than one, or not all of it was shown: its path is to be put.
bool TranscriptView::put_table(const Chunk& page)
{
    if (page.format != "html" || is_svg(page.content)) return false;
    table_ = read_html_table(page.content);
    return table_ && put_data_table(page_, *table_) == Shown::whole;
}

// The same table as text, for the model and for programs.
bool TranscriptView::is_twin(const Chunk& output)
{
    const auto table = std::exchange(table_, std::nullopt);
    return table && says_the_same(*table, output.content);
}

void TranscriptView::put_path(std::string_view what, const std::string& path, std::string_view fault)
{
    Style style{.colour = Colour::cyan};
    const std::string url = page_.abilities().has_links ? file_link(path) : "";
    if (!url.empty()) style.link = page_.add_link(url);
    page_.put(cat(what, ": "), {.colour = Colour::grey});
    page_.put(safe_line(path), style);
    if (!fault.empty()) page_.put(cat("  ", safe_line(fault)), {.colour = Colour::yellow});
    page_.newline();
}

}  // namespace oi
