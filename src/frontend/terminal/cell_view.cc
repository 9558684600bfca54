// Code and output on the page; see cell_view.h.
#include "frontend/terminal/cell_view.h"

#include "base/text.h"
#include "frontend/terminal/graphemes.h"
#include "frontend/terminal/grouped.h"
#include "frontend/terminal/inline.h"

#include <algorithm>
#include <cstring>
#include <utility>

namespace oi {

namespace {

constexpr std::size_t head_lines = 40;
constexpr std::size_t tail_lines = 10;
constexpr std::size_t longest_line = 4000;           // bytes of one line that are shown
constexpr std::size_t most_kept = longest_line + 4;  // enough to know that it is longer
constexpr std::size_t tail_bytes = 64 * 1024;        // kept of what is folded

const Style code_edge{.colour = Colour::blue};
const Style output_edge{.colour = Colour::grey};
const Style error_style{.colour = Colour::red};
const Style fold_style{.colour = Colour::grey, .italic = true};

Margin both(std::string_view edge, const Style& style)
{
    const Spans spans{{std::string{edge}, style}};
    return {spans, spans};
}

std::size_t count_lines(std::string_view text) { return static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n')); }

// The last line of a traceback, "error:", an exit status that is not 0.
bool tells_error(std::string_view line)
{
    constexpr std::string_view status = "exit status ";
    if (line.starts_with(status)) return !line.substr(status.size()).starts_with('0');
    if (line.starts_with("exit code ")) return true;
    const auto colon = line.find(':');
    std::string_view word = line.substr(0, std::min(line.size(), colon));
    if (word.empty() || word.find(' ') != std::string_view::npos) return line.starts_with("Uncaught ");
    return word == "error" || word == "KeyboardInterrupt" || word.ends_with("Error") || word.ends_with("Exception");
}

}  // namespace

Margin code_margin() { return both("\xE2\x94\x82 ", code_edge); }
Margin output_margin() { return both("\xE2\x94\x8A ", output_edge); }
Margin answer_margin() { return {{{"\xE2\x95\xB0 ", code_edge}}, {{"  "}}}; }

void CodeView::begin(std::string_view language, std::string_view remark)
{
    page_.blank_line();
    page_.set_wrap(Wrap::anywhere);
    page_.set_margin({{{"\xE2\x95\xAD ", code_edge}}, {{"\xE2\x94\x82 ", code_edge}}});
    page_.put(safe_line(language.empty() ? "code" : language), {.colour = Colour::blue, .bold = true});
    if (!remark.empty()) page_.put(cat("  ", remark), {.colour = Colour::grey});
    page_.newline();
    page_.set_margin(code_margin());
    safe_ = SafeText{};
    highlighter_ = std::make_unique<Highlighter>(language);
    code_.clear();
    waiting_newlines_ = 0;
    has_content_ = false;
}

void CodeView::feed(std::string_view code)
{
    code_ += code;
    std::string text;
    safe_.feed(code, text);
    for (std::string_view rest = text; !rest.empty();) {
        const std::size_t length = character_length(rest);
        const std::string_view c = rest.substr(0, length);
        rest.remove_prefix(length);
        if (c == "\n") {
            if (has_content_) ++waiting_newlines_;
            continue;
        }
        if (c == "\r" || c == "\b") continue;
        for (; waiting_newlines_ > 0; --waiting_newlines_) {
            highlighter_->end_line(page_);
            page_.newline();
        }
        has_content_ = true;
        highlighter_->feed(c, page_);
    }
}

void CodeView::finish()
{
    if (!highlighter_) return;
    highlighter_->end_line(page_);
    page_.finish_line();
    page_.set_wrap(Wrap::words);
    highlighter_.reset();
}

std::string CodeView::line(int number) const
{
    std::string_view rest = code_;
    for (int i = 1; i < number; ++i) {
        const auto end = rest.find('\n');
        if (end == std::string_view::npos) return {};
        rest.remove_prefix(end + 1);
    }
    return safe_line(trim(rest.substr(0, rest.find('\n'))));
}

void OutputView::feed(std::string_view output)
{
    if (!is_open_) {
        is_open_ = true;
        page_.finish_line();
        page_.set_margin(output_margin());
        page_.set_wrap(Wrap::anywhere);
    }
    if (is_folding_) return fold(output);
    // Whole lines first, so that no more than the head is ever looked at twice.
    while (!output.empty() && !is_folding_) {
        const auto end = output.find('\n');
        const std::string_view line = output.substr(0, end == std::string_view::npos ? output.size() : end + 1);
        output.remove_prefix(line.size());
        show(line);
        if (lines_ >= head_lines && shown_.empty()) begin_folding();
    }
    if (!output.empty()) fold(output);
}

void OutputView::show(std::string_view piece)
{
    std::string settled;
    rows_.feed(piece, settled);
    take_settled(settled);
    if (rows_.has_moved() || rows_.is_row_rewritten()) is_in_place_ = true;
    show_line(cat(begun_, utf8_prefix(rows_.row(), most_kept)), Line::in_progress);
}

void OutputView::take_settled(std::string_view settled)
{
    for (auto end = settled.find('\n'); end != std::string_view::npos; end = settled.find('\n')) {
        show_line(cat(std::exchange(begun_, {}), utf8_prefix(settled.substr(0, end), most_kept)), Line::done);
        end_line();
        settled.remove_prefix(end + 1);
    }
    if (begun_.size() <= longest_line) begun_ += utf8_prefix(settled, most_kept);
}

// A line that only grew is gone on with; another is drawn anew, cut to one row while it may still change.
void OutputView::show_line(std::string_view raw, Line state)
{
    const std::string line = safe_text(raw);
    if (!line.starts_with(shown_)) is_in_place_ = true;
    if (!is_in_place_) return put(line);
    const auto now = state == Line::done ? std::string_view{line} : columns_prefix(line, page_.columns() - 2);
    if (now == shown_) return;
    page_.clear_row();
    shown_.clear();
    put(now);
}

// Of the line what is not shown yet.
void OutputView::put(std::string_view line)
{
    if (shown_.size() > longest_line || line.size() == shown_.size()) return;
    if (shown_.empty()) style_ = style_of(line);
    const auto text = utf8_prefix(line, longest_line);
    page_.put(text.substr(std::min(text.size(), shown_.size())), style_);
    if (line.size() > longest_line) page_.put("...", fold_style);
    shown_ = line;
}

// Of a traceback the frames step back and the last line stands out.
Style OutputView::style_of(std::string_view line)
{
    if (line.starts_with("Traceback (most recent call last)")) {
        is_traceback_ = true;
        return error_style;
    }
    const bool is_frame = line.starts_with("  File \"") || line.starts_with("    at ");
    if (is_traceback_ && is_frame) return {.colour = Colour::grey};
    if (is_traceback_ && (line.empty() || line.starts_with(' '))) return {};
    if (!tells_error(line)) {
        is_traceback_ = false;
        return {};
    }
    // JavaScript's frames come behind the error.
    const bool ends = std::exchange(is_traceback_, line.starts_with("Uncaught"));
    return {.colour = Colour::red, .bold = ends || is_traceback_};
}

void OutputView::end_line()
{
    page_.newline();
    lines_ += 1 + shown_.size() / static_cast<std::size_t>(std::max(page_.columns() - 2, 1));
    shown_.clear();
    is_in_place_ = false;
}

void OutputView::begin_folding()
{
    std::string settled;
    rows_.finish(settled);
    take_settled(settled);
    is_folding_ = true;
}

// Counts lines and keeps the end; the row in progress says how many there are.
void OutputView::fold(std::string_view text)
{
    folded_lines_ += count_lines(text);
    if (text.size() >= tail_bytes) tail_.assign(text.substr(text.size() - tail_bytes));
    else {
        tail_ += text;
        if (tail_.size() > 4 * tail_bytes) tail_.erase(0, tail_.size() - tail_bytes);
    }
    if (folded_lines_ <= tail_lines) return;
    page_.clear_row();
    page_.put(cat("... ", grouped(folded_lines_), " more lines"), fold_style);
}

// Where the last `count` lines of `text` begin.
std::size_t tail_start(std::string_view text, std::size_t count)
{
    std::size_t at = text.size();
    if (text.ends_with('\n')) --at;
    for (; count > 0; --count) {
        const auto newline = at == 0 ? std::string_view::npos : text.rfind('\n', at - 1);
        if (newline == std::string_view::npos) return 0;
        at = newline;
    }
    return at + 1;
}

void OutputView::unfold()
{
    is_folding_ = false;
    page_.clear_row();
    const std::string tail = std::exchange(tail_, {});
    const std::size_t all = folded_lines_ + (tail.ends_with('\n') || tail.empty() ? 0 : 1);
    const std::string_view end = std::string_view{tail}.substr(tail_start(tail, tail_lines));
    const std::size_t kept = count_lines(end) + (end.ends_with('\n') || end.empty() ? 0 : 1);
    if (all > kept) {
        page_.put(cat("... ", grouped(all - kept), all - kept == 1 ? " line" : " lines", "; %output shows all"), fold_style);
        page_.newline();
    }
    show(end);
    folded_lines_ = 0;
}

void OutputView::finish()
{
    if (!is_open_) return;
    if (is_folding_) unfold();
    std::string settled;
    rows_.finish(settled);
    take_settled(settled);
    show_line(std::exchange(begun_, {}), Line::done);
    page_.finish_line();
    page_.set_wrap(Wrap::words);
    shown_.clear();
    is_open_ = is_in_place_ = is_traceback_ = false;
    lines_ = 0;
}

}  // namespace oi
