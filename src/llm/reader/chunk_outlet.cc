// ChunkOutlet: one message open at a time.
#include "llm/reader/chunk_outlet.h"

#include "base/text.h"

#include <algorithm>
#include <utility>

namespace oi::llm {

void ChunkOutlet::text(std::string_view piece)
{
    if (open_ == Open::code) end_code();
    end_thought();
    open_ = Open::text;
    pending_ += piece;
}

void ChunkOutlet::code(std::string_view language, std::string_view piece)
{
    if (open_ == Open::text) end_text();
    end_thought();
    if (open_ == Open::nothing) {
        language_ = language;
        ++codes_;
    }
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

// Thoughts come beside the messages: they open and close none.
void ChunkOutlet::thought(std::string_view piece)
{
    if (thought_.empty()) flush();
    if (!has_thought_ && thought_.empty()) piece.remove_prefix(std::min(piece.find_first_not_of(" \t\r\n"), piece.size()));
    thought_ += piece;
}

void ChunkOutlet::end_thought()
{
    if (thought_.empty()) return;
    has_thought_ = true;
    sink_(Event{Reasoning{valid_utf8(std::exchange(thought_, {}))}});
}

void ChunkOutlet::image(std::string_view mime, std::string_view data)
{
    finish();
    has_delivered_ = true;
    const bool is_jpeg = mime == "image/jpeg" || mime == "image/jpg";
    sink_(Event{Chunk{.type = Kind::image,
                      .format = is_jpeg ? "base64.jpeg" : cat("base64.", mime.substr(mime.find('/') + 1)),
                      .content = std::string{data}}});
    sink_(Event{end_mark()});
}

void ChunkOutlet::event(const Event& event)
{
    flush();
    sink_(event);
}

void ChunkOutlet::flush()
{
    if (const std::size_t ready = thought_.size() - unfinished_utf8(thought_); ready > 0) {
        has_thought_ = true;
        sink_(Event{Reasoning{thought_.substr(0, ready)}});
        thought_.erase(0, ready);
    }
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
    end_thought();
}

void ChunkOutlet::emit(std::string_view piece)
{
    if (piece.empty()) return;
    has_begun_ = has_delivered_ = true;
    std::string content = valid_utf8(std::string{piece});
    sink_(Event{open_ == Open::code ? code_chunk(language_, std::move(content)) : text_chunk(std::move(content))});
}

}  // namespace oi::llm
