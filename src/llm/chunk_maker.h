// ChunkMaker: deltas of any vendor in, LMC chunks out, while they arrive.
#pragma once

#include "llm/call_reader.h"
#include "llm/chunk_outlet.h"
#include "llm/delta.h"
#include "llm/text_reader.h"

#include <deque>
#include <optional>
#include <span>
#include <string>

namespace oi::llm {

class ChunkMaker {
public:
    ChunkMaker(EventSink sink, std::span<const std::string> languages, CodeForm form);
    ChunkMaker(const ChunkMaker&) = delete;
    ChunkMaker& operator=(const ChunkMaker&) = delete;

    void take(const Delta& delta);
    void flush();  // hands on what has gathered; after each network read
    // Closes what is half open, after the last delta. Of a reply that was cut, a half call is not ended (see
    // LanguageModel::stream) and nothing is handed on behind it; one that has no code yet is left out: half an argument is
    // nothing to show.
    void finish(ReplyEnd end);
    void remark(std::string text) { outlet_.event(Notice{Notice::Level::warning, std::move(text)}); }
    bool has_delivered() const { return outlet_.has_delivered(); }
    const Usage& usage() const { return usage_; }
    // After finish(): the reply ended in the middle of code, which must not run as it stands.
    bool is_code_cut() const { return has_cut_call_ || (has_hit_limit_ && has_half_code_); }
    bool has_hit_limit() const { return has_hit_limit_; }

private:
    void text(std::string_view piece);
    void start_call(const Delta& delta);
    CallReader* find_call(int number);
    void advance_calls();
    void explain_end(std::string_view reason);

    ChunkOutlet outlet_;
    std::span<const std::string> languages_;
    CodeForm form_;
    std::optional<TextReader> text_;  // of the stretch of text that is open
    std::deque<CallReader> calls_;    // started and not yet handed on; the first is the one that streams
    std::string text_waiting_;        // prose that came in the middle of a call
    std::string end_note_;
    bool has_hit_limit_ = false;
    bool has_half_code_ = false;
    bool has_cut_call_ = false;
    Usage usage_;
};

}  // namespace oi::llm
