// ChunkOutlet: one message open at a time.
#include "llm/chunk_outlet.h"

#include "base/text.h"

namespace oi::llm {

void ChunkOutlet::text(std::string_view piece)
{
    if (open_ == Open::code) end_code();
    open_ = Open::text;
    pending_ += piece;
}

void ChunkOutlet::code(std::string_view language, std::string_view piece)
{
    if (open_ == Open::text) end_text();
    if (open_ == Open::nothing) language_ = language;
    open_ = Open::code;
    mender_.feed(piece);
}

void ChunkOutlet::end_text()
{
    if (has_begun_ || !is_blank(pending_)) emit(pending_);
    pending_.clear();
    open_ = Open::nothing;
    has_begun_ = false;
}

void ChunkOutlet::cut_code()
{
    flush();
    mender_.finish(language_);
    pending_.clear();
    open_ = Open::nothing;
    has_begun_ = false;
}

void ChunkOutlet::end_code(ReplyEnd end)
{
    if (open_ != Open::code) return;
    if (end == ReplyEnd::cut) return cut_code();
    for (auto& call : mender_.finish(language_)) {
        language_ = std::move(call.language);
        pending_ += call.code;
        end_piece();
    }
    open_ = Open::nothing;
}

void ChunkOutlet::end_piece()
{
    // A call without code is still a call that wants its result; empty chunks are no chunks.
    if (!has_begun_ && pending_.empty()) pending_ = "\n";
    emit(pending_);
    sink_(Event{end_mark()});
    pending_.clear();
    has_begun_ = false;
}

void ChunkOutlet::event(const Event& event)
{
    flush();
    sink_(event);
}

void ChunkOutlet::flush()
{
    if (open_ == Open::code) pending_ += mender_.take();
    const std::size_t ready = pending_.size() - unfinished_utf8(pending_);
    if (ready == 0) return;
    if (open_ == Open::text && !has_begun_ && is_blank(pending_)) return;
    emit(std::string_view{pending_}.substr(0, ready));
    pending_.erase(0, ready);
}

void ChunkOutlet::finish()
{
    if (open_ == Open::text) end_text();
    if (open_ == Open::code) end_code();
}

void ChunkOutlet::emit(std::string_view piece)
{
    if (piece.empty()) return;
    has_begun_ = has_delivered_ = true;
    std::string content = valid_utf8(std::string{piece});
    sink_(Event{open_ == Open::code ? code_chunk(language_, std::move(content)) : text_chunk(std::move(content))});
}

}  // namespace oi::llm
