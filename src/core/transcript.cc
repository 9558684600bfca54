// Chunks become messages; see transcript.h.
#include "core/transcript.h"

#include <utility>

namespace oi {

namespace {

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
    if (is_console) take_output(chunk.content);
    else messages_.back().content += chunk.content;
}

void Transcript::take_output(std::string_view text)
{
    settled_.clear();
    readable_.feed(text, settled_);
    console_.append(settled_);
    if (spool_) spool_->write(settled_, readable_.pending());
}

// What could still have been rewritten stays as it is.
void Transcript::settle_output()
{
    settled_.clear();
    readable_.finish(settled_);
    console_.append(settled_);
    if (spool_) spool_->write(settled_, {});
}

void Transcript::spool_to(OutputSpool* spool)
{
    settle_output();
    if (spool_) spooled_ = spool_->spooled();
    if (spool) {
        spooled_ = {};
        lines_before_ = 0;
    }
    spool_ = spool;
}

void Transcript::finish_stored()
{
    if (has_stored_ && messages_.back().type == Kind::console) {
        settle_output();
        messages_.back().content = console_.text(spool_ ? spool_->spooled() : spooled_, lines_before_);
        lines_before_ += console_.newlines();
        if (!spool_) set_spooled({});
    }
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
