// Chunks on the page; see transcript_view.h.
#include "frontend/terminal/transcript_view.h"

#include "base/text.h"
#include "sys/files.h"

#include <array>
#include <cstdlib>

namespace oi {

namespace {

// RFC 4648; white space is skipped, anything else ends the text.
std::string from_base64(std::string_view text)
{
    constexpr std::string_view digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    std::array<int, 256> values;
    values.fill(-1);
    for (std::size_t i = 0; i < digits.size(); ++i) values[static_cast<unsigned char>(digits[i])] = static_cast<int>(i);
    std::string bytes;
    unsigned bits = 0;
    int count = 0;
    for (const char c : text) {
        if (c == '\n' || c == '\r' || c == ' ') continue;
        const int value = values[static_cast<unsigned char>(c)];
        if (value < 0) break;
        bits = (bits << 6) | static_cast<unsigned>(value);
        if ((count += 6) >= 8) bytes += static_cast<char>(bits >> (count -= 8));
    }
    return bytes;
}

bool is_file(const Chunk& chunk)
{
    return chunk.type == Kind::image || chunk.type == Kind::file || (chunk.type == Kind::code && chunk.role == Role::computer);
}

}  // namespace

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
    case View::code: code_.finish(); break;
    case View::output: output_.finish(); break;
    case View::file: save_file(); break;
    }
}

void TranscriptView::show(const Chunk& chunk)
{
    if (chunk.recipient == "assistant" || chunk.type == Kind::confirmation || is_active_line(chunk)) return;
    if (chunk.mark == Mark::end) return finish();
    const bool is_start = chunk.mark == Mark::start;
    if (is_file(chunk)) {
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
    std::string path = file_.content;
    const bool is_base64 = file_.format.starts_with("base64");
    if (is_base64 || file_.type == Kind::code) {
        if (folder_.empty()) {
            std::string made = cat(sys::environment("TMPDIR", "/tmp"), "/interpreter-XXXXXX");
            if (::mkdtemp(made.data())) folder_ = made;
        }
        const std::string_view extension = file_.format == "html" ? ".html" : file_.format == "javascript" ? ".js"
                                           : file_.format.ends_with("jpeg")                              ? ".jpg"
                                                                                                         : ".png";
        path = cat(folder_, "/", what, "-", ++file_count_, extension);
        if (auto written = sys::write_file(path, is_base64 ? from_base64(file_.content) : file_.content, 0600); !written)
            path = to_line(written.error());
    }
    page_.put(cat(safe_line(what), ": "), {.colour = Colour::grey});
    page_.put(safe_line(path), {.colour = Colour::cyan});
    page_.newline();
    file_ = {};
}

}  // namespace oi
