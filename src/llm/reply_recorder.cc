// ReplyRecorder: the parts as the chunks make them.
#include "llm/reply_recorder.h"

#include "base/text.h"

#include <algorithm>
#include <utility>

namespace oi::llm {

std::string text_key(std::string_view text) { return cat("t", trim(text)); }
std::string call_key(std::string_view language, std::string_view code) { return cat("c", language, "\n", code); }

void ReplyRecorder::take(const Chunk& chunk)
{
    if (is_end_mark(chunk)) return close();
    if (chunk.role != Role::assistant || (chunk.type != Kind::message && chunk.type != Kind::code)) return;
    const bool is_more = is_open_ && parts_.back().chunk.type == chunk.type && parts_.back().chunk.format == chunk.format;
    if (!is_more) {
        parts_.push_back({chunk.type == Kind::code ? std::exchange(next_call_, -1) : -1, chunk});
        is_open_ = true;
        return;
    }
    parts_.back().chunk.content += chunk.content;
}

void ReplyRecorder::close() { is_open_ = false; }

void ReplyRecorder::keep(int call, std::string_view json) { kept_[std::max(call, -1)] = json; }

ReplyRecord ReplyRecorder::finish()
{
    ReplyRecord record;
    for (auto& part : std::exchange(parts_, {})) {
        const bool is_code = part.chunk.type == Kind::code;
        record.parts.push_back({is_code ? call_key(part.chunk.format, part.chunk.content) : text_key(part.chunk.content), ""});
        if (part.call < 0 || kept_.count(part.call) == 0) continue;
        record.parts.back().opaque = std::move(kept_[part.call]);
        kept_.erase(part.call);
    }
    // What belongs to the whole reply stands with its first part.
    if (!record.parts.empty() && kept_.count(-1) > 0 && record.parts.front().opaque.empty()) record.parts.front().opaque = kept_[-1];
    return record;
}

}  // namespace oi::llm
