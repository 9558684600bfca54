// Chunks as plain text; see plain_view.h.
#include "frontend/plain/plain_view.h"

#include "base/text.h"

namespace oi {

void PlainView::show(const Chunk& chunk, std::string& out)
{
    if (chunk.recipient == "assistant") has_hidden_ = true;
    if (chunk.recipient == "assistant" || chunk.type == Kind::confirmation || chunk.type == Kind::review || is_active_line(chunk)) return;
    if (chunk.mark == Mark::start) {
        begun_ = chunk;
        is_pending_ = true;
        has_hidden_ = false;
        return;
    }
    if (chunk.mark == Mark::end && is_pending_ && has_hidden_) {  // a block for the model alone
        is_pending_ = false;
        return;
    }
    open(out);
    if (chunk.mark == Mark::end) return end(chunk, out);
    if (is_shown_as_file(chunk)) {
        file_.content += chunk.content;
        return;
    }
    const std::size_t before = out.size();
    safe_.feed(chunk.content, out);
    if (out.size() > before) is_line_start_ = out.back() == '\n';
}

void PlainView::open(std::string& out)
{
    if (!is_pending_) return;
    is_pending_ = false;
    start(begun_, out);
}

void PlainView::finish_line(std::string& out)
{
    if (!is_line_start_) out += '\n';
    is_line_start_ = true;
}

void PlainView::start(const Chunk& chunk, std::string& out)
{
    safe_ = SafeText{level_};
    if (has_begun_) out += '\n';
    has_begun_ = true;
    is_line_start_ = true;
    file_ = chunk;
    file_.mark = Mark::none;
    if (chunk.type == Kind::code && !is_shown_as_file(chunk)) out += cat("```", safe_line(chunk.format), "\n");
}

void PlainView::end(const Chunk& chunk, std::string& out)
{
    safe_.finish(out);
    if (is_shown_as_file(chunk)) {
        auto saved = files_.save(file_);
        out += cat("[", chunk.type == Kind::code ? std::string_view{chunk.format} : name(chunk.type), ": ",
                   saved ? *saved : to_line(saved.error()), "]");
    } else if (chunk.type == Kind::code) {
        finish_line(out);
        out += "```";
    }
    out += '\n';
    is_line_start_ = true;
}

}  // namespace oi
