// ChunkMaker: deltas of any vendor in, LMC chunks out, while they arrive.
#pragma once

#include "llm/reader/call_reader.h"
#include "llm/reader/chunk_outlet.h"
#include "llm/delta.h"
#include "llm/reply_recorder.h"
#include "llm/reader/text_reader.h"
#include "llm/reader/thought_reader.h"

#include <deque>
#include <optional>
#include <span>
#include <string>

namespace oi::llm {

class ChunkMaker {
public:
    ChunkMaker(EventSink sink, std::span<const std::string> languages, CodeForm form,
               ThoughtReader::Begin begin = ThoughtReader::Begin::unknown);
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
    bool has_thought() const { return outlet_.has_thought(); }
    // Where the thoughts of this model begin, as this reply shows it.
    ThoughtReader::Begin begin() const { return begin_; }
    // What came as code before a mark showed that it was a thought; it must not run.
    bool has_code_in_thought() const { return has_code_in_thought_; }
    // Notes the thoughts that came in marks in the text, for a vendor that wants them back.
    void keep_tagged();
    ReplyRecord take_record() { return recorder_.finish(); }

private:
    void text(std::string_view piece);
    void prose(std::string_view piece);
    void end_orphaned_thought();
    void end_text(ReplyEnd end);
    void start_call(const Delta& delta);
    CallReader* find_call(int number);
    void advance_calls();
    void explain_end(std::string_view reason);

    ReplyRecorder recorder_;
    ChunkOutlet outlet_;
    std::span<const std::string> languages_;
    CodeForm form_;
    ThoughtReader::Begin begin_;
    std::optional<ThoughtReader> thoughts_;  // of the stretch of text that is open
    std::optional<TextReader> text_;         // of its prose
    std::string tagged_;                     // the thoughts of it
    std::size_t codes_before_text_ = 0;
    bool has_code_in_thought_ = false;
    std::deque<CallReader> calls_;  // started and not yet handed on; the first is the one that streams
    std::string text_waiting_;      // prose that came in the middle of a call
    std::string end_note_;
    bool has_hit_limit_ = false;
    bool has_half_code_ = false;
    bool has_cut_call_ = false;
    Usage usage_;
};

}  // namespace oi::llm
