// ChunkMaker: prose and calls one after the other, none lost.
#include "llm/reader/chunk_maker.h"

#include "base/json.h"
#include "base/text.h"

#include <utility>

namespace oi::llm {

namespace {

// Words for an answer that the vendor, not the model, ended: OpenAI's and Anthropic's, then Gemini's.
bool is_refusal(std::string_view reason)
{
    for (const std::string_view word : {"content_filter", "content_filtered", "guardrail_intervened", "refusal", "safety", "recitation",
                                        "blocklist", "prohibited_content", "spii", "image_safety", "language"})
        if (reason == word) return true;
    return false;
}

}  // namespace

ChunkMaker::ChunkMaker(EventSink sink, std::span<const std::string> languages, CodeForm form, ThoughtReader::Begin begin)
    : outlet_{[this, sink = std::move(sink)](const Event& event) {
                  if (const auto* chunk = std::get_if<Chunk>(&event)) recorder_.take(*chunk);
                  sink(event);
              },
              languages},
      languages_{languages},
      form_{form},
      begin_{begin}
{
}

void ChunkMaker::take(const Delta& delta)
{
    switch (delta.kind) {
    case Delta::Kind::text: return text(delta.text);
    case Delta::Kind::reasoning: return outlet_.thought(delta.text);
    case Delta::Kind::keepsake: return recorder_.keep(delta.call, delta.text);
    case Delta::Kind::image: return end_text(ReplyEnd::whole), outlet_.image(delta.mime, delta.text);
    case Delta::Kind::call_start: return start_call(delta);
    case Delta::Kind::call_arguments:
        if (CallReader* call = find_call(delta.call)) {
            call->feed(delta.text);
            if (call == &calls_.front()) advance_calls();
        }
        return;
    case Delta::Kind::call_end:
        if (CallReader* call = find_call(delta.call)) {
            call->end();
            advance_calls();
        }
        return;
    case Delta::Kind::progress: return outlet_.event(Progress{std::string{delta.text}});
    case Delta::Kind::usage: usage_ = delta.usage; return;
    case Delta::Kind::finish: return explain_end(delta.text);
    }
}

void ChunkMaker::text(std::string_view piece)
{
    if (!calls_.empty()) {
        text_waiting_ += piece;
        return;
    }
    if (!thoughts_) {
        codes_before_text_ = outlet_.codes();
        thoughts_.emplace(ThoughtReader::Sinks{.text = [this](std::string_view prose_piece) { prose(prose_piece); },
                                               .thought =
                                                   [this](std::string_view thought) {
                                                       outlet_.thought(thought);
                                                       tagged_ += thought;
                                                   },
                                               .orphan = [this] { end_orphaned_thought(); }},
                          begin_, form_ == CodeForm::fences ? ThoughtReader::Fences::run : ThoughtReader::Fences::shown);
    }
    thoughts_->feed(piece);
}

void ChunkMaker::prose(std::string_view piece)
{
    if (!text_) text_.emplace(outlet_, languages_, form_);
    text_->feed(piece);
}

// What passed as prose was a thought: it stays where it is, and from now on this model's replies are read as they are meant.
void ChunkMaker::end_orphaned_thought()
{
    begin_ = ThoughtReader::Begin::in_thought;
    if (!text_) return;
    text_->finish(ReplyEnd::cut);
    text_.reset();
    has_code_in_thought_ = outlet_.codes() > codes_before_text_;
    if (!has_code_in_thought_) outlet_.text("\n");
}

void ChunkMaker::keep_tagged()
{
    if (tagged_.empty()) return;
    json::Writer kept;
    kept.object([&] { kept.field("reasoning_content", valid_utf8(tagged_)); });
    recorder_.keep(-1, kept.view());
}

void ChunkMaker::end_text(ReplyEnd end)
{
    if (thoughts_) thoughts_->finish();
    if (text_) text_->finish(end);
    text_.reset();
    thoughts_.reset();
}

void ChunkMaker::start_call(const Delta& delta)
{
    end_text(ReplyEnd::whole);
    form_ = CodeForm::calls;  // a model that calls tools although it was not offered one knows what it does
    calls_.emplace_back(delta.call, delta.text, languages_);
}

CallReader* ChunkMaker::find_call(int number)
{
    for (auto& call : calls_)
        if (call.number() == number) return &call;
    return nullptr;
}

void ChunkMaker::advance_calls()
{
    while (!calls_.empty()) {
        CallReader& call = calls_.front();
        recorder_.begin_call(call.number());
        if (!call.is_complete()) return call.advance(outlet_);
        call.finish(outlet_);
        recorder_.begin_call(-1);
        calls_.pop_front();
    }
    if (!text_waiting_.empty()) text(std::exchange(text_waiting_, {}));
}

void ChunkMaker::flush() { outlet_.flush(); }

void ChunkMaker::finish(ReplyEnd end)
{
    if (end == ReplyEnd::whole && has_hit_limit_) end = ReplyEnd::limit;
    const bool is_cut = end != ReplyEnd::whole;
    for (auto& call : std::exchange(calls_, {})) {
        has_half_code_ |= !call.is_complete();
        has_cut_call_ |= call.is_code_cut();
        recorder_.begin_call(call.number());
        if (is_cut && !call.is_complete()) {
            outlet_.end_code(ReplyEnd::cut);  // what came behind it would look like the end of it
            text_waiting_.clear();
            break;
        }
        call.finish(outlet_);
    }
    advance_calls();
    if (thoughts_) thoughts_->finish();
    if (text_) {
        has_half_code_ |= text_->is_in_code();
        text_->finish(end);
    }
    // Taken for a thought, and there was no more: it was the answer. It does not run.
    if (thoughts_ && !thoughts_->unmarked().empty() && !is_cut) {
        begin_ = ThoughtReader::Begin::unknown;
        outlet_.text(thoughts_->unmarked());
    }
    outlet_.finish();
    if (!end_note_.empty() && !is_code_cut()) remark(std::exchange(end_note_, {}));
}

// Says it when an answer did not end because the model had said all.
void ChunkMaker::explain_end(std::string_view reason)
{
    has_hit_limit_ = reason == "length" || reason == "max_tokens" || reason == "model_length" || reason == "model_context_window_exceeded";
    if (reason == "model_context_window_exceeded") end_note_ = "the answer was cut off: the model's context window is full";
    else if (has_hit_limit_) end_note_ = "the answer was cut off: it reached its token limit (--max_tokens raises it)";
    else if (is_refusal(reason)) end_note_ = cat("the vendor ended the answer: ", reason);
}

}  // namespace oi::llm
