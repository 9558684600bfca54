// Chunks become messages; see transcript.h.
#include "core/transcript.h"

#include "base/text.h"

#include <algorithm>

namespace oi {

void BoundedText::append(std::string_view text)
{
    total_ += text.size();
    const std::size_t head_share = limit_ - limit_ / 2;
    const std::size_t tail_share = limit_ / 2;
    const std::size_t to_head = std::min(text.size(), head_share - std::min(head_share, head_.size()));
    head_ += text.substr(0, to_head);
    text.remove_prefix(to_head);
    if (text.size() > tail_share) {
        tail_ = text.substr(text.size() - tail_share);
        return;
    }
    tail_ += text;
    if (tail_.size() > 2 * tail_share) tail_.erase(0, tail_.size() - tail_share);
}

std::size_t BoundedText::left_out() const { return total_ > limit_ ? total_ - limit_ : 0; }

std::string BoundedText::text() const
{
    if (!is_shortened()) return head_ + tail_;
    const auto head = utf8_prefix(head_, head_.size() - unfinished_utf8(head_));
    const auto tail = utf8_suffix(tail_, limit_ / 2);
    return cat(head, "\n[... ", total_ - head.size() - tail.size(), " of ", total_, " bytes left out ...]\n", tail);
}

namespace {

// What a terminal would show: escape sequences gone, and of a line rewritten by carriage returns its last state.
std::string as_read(std::string_view raw)
{
    std::string text = without_escapes(raw);
    if (text.find('\r') == std::string::npos) return text;
    text = replace_all(std::move(text), "\r\n", "\n");
    std::string out;
    bool is_first = true;
    for (auto shown : split(text, '\n')) {
        if (!is_first) out += '\n';
        is_first = false;
        while (shown.ends_with('\r')) shown.remove_suffix(1);
        const auto last = shown.rfind('\r');
        out += last == std::string_view::npos ? shown : shown.substr(last + 1);
    }
    return out;
}

Chunk mark_of(const Chunk& base, Mark mark) { return {.role = base.role, .type = base.type, .format = base.format, .mark = mark}; }

bool same_message(const Message& message, const Chunk& chunk)
{
    return message.role == chunk.role && message.type == chunk.type && message.format == chunk.format &&
           message.recipient == chunk.recipient;
}

}  // namespace

bool Transcript::continues_open(const Chunk& chunk) const
{
    return is_open_ && open_.role == chunk.role && open_.type == chunk.type &&
           (chunk.type == Kind::console || open_.format == chunk.format);
}

void Transcript::append(const Chunk& chunk, const ChunkSink& out)
{
    if (is_end_mark(chunk)) return close(out);
    const bool is_line = is_active_line(chunk);
    if (chunk.content.empty() && !is_line && chunk.type != Kind::confirmation) return;
    if (chunk.type == Kind::confirmation) {
        close(out);
        out(chunk);
        return;
    }
    if (!continues_open(chunk)) {
        close(out);
        open_ = {.role = chunk.role, .type = chunk.type, .format = chunk.type == Kind::console ? "" : chunk.format};
        is_open_ = true;
        out(mark_of(open_, Mark::start));
    }
    out(chunk);
    if (!is_line) store(chunk);
    else if (chunk.content.empty() && (messages_.empty() || messages_.back().role != Role::computer))
        messages_.push_back(output(""));  // code that said nothing: its result is an empty output
}

void Transcript::store(const Chunk& chunk)
{
    const bool is_console = chunk.type == Kind::console;
    if (!has_stored_ || !same_message(messages_.back(), chunk)) {
        finish_stored();
        messages_.push_back({chunk.role, chunk.type, chunk.format, "", chunk.recipient});
        has_stored_ = true;
        if (is_console) console_ = BoundedText{max_output_};
    }
    if (!is_console) {
        messages_.back().content += chunk.content;
        return;
    }
    console_.append(chunk.content);
    if (!console_.is_shortened()) messages_.back().content += chunk.content;
}

void Transcript::finish_stored()
{
    if (has_stored_ && messages_.back().type == Kind::console)
        messages_.back().content = as_read(console_.is_shortened() ? console_.text() : messages_.back().content);
    has_stored_ = false;
}

void Transcript::close(const ChunkSink& out)
{
    if (!is_open_) return;
    finish_stored();
    is_open_ = false;
    out(mark_of(open_, Mark::end));
}

void Transcript::add(Message message) { messages_.push_back(std::move(message)); }
void Transcript::replace_last(std::string content) { messages_.back().content = std::move(content); }
void Transcript::truncate(std::size_t count)
{
    if (count < messages_.size()) messages_.resize(count);
}

}  // namespace oi
