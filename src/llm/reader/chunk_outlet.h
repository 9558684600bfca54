// ChunkOutlet: gathers pieces of prose and code to chunks and hands them on.
#pragma once

#include "core/language_model.h"
#include "llm/reader/code_mender.h"

#include <string>
#include <string_view>

namespace oi::llm {

// How a reply ended: with all that the model said, where the vendor's limit is, or somewhere on the way, because the connection broke.
enum class ReplyEnd : std::uint8_t { whole, limit, cut };

// What comes between two flushes leaves as one chunk, so that 50 deltas of one network read cost one chunk downstream.
// A message of nothing but white space is never begun; a UTF-8 character is never cut; code ends with end_mark(). Code leaves
// without what models wrap around it (see CodeMender).
class ChunkOutlet {
public:
    explicit ChunkOutlet(EventSink sink, std::span<const std::string> languages = {}) : sink_{std::move(sink)}, mender_{languages} {}

    void text(std::string_view piece);
    void code(std::string_view language, std::string_view piece);  // opens the code message, if none is open
    // Of a reply that was cut, code leaves without the end_mark() that calls it whole.
    void end_code(ReplyEnd end = ReplyEnd::whole);
    void thought(std::string_view piece);
    void image(std::string_view mime, std::string_view data);  // base64
    void event(const Event& event);                            // a notice or so, in its place
    void flush();
    void finish();

    bool has_delivered() const { return has_delivered_; }
    bool has_thought() const { return has_thought_; }
    bool is_in_code() const { return open_ == Open::code; }
    std::size_t codes() const { return codes_; }  // pieces of code that have begun

private:
    enum class Open : unsigned char { nothing, text, code };
    void end_text();
    void emit(std::string_view piece);
    void end_piece();
    void cut_code();
    void end_thought();

    EventSink sink_;
    Open open_ = Open::nothing;
    std::string language_;
    std::string pending_;
    std::string thought_;  // not yet handed on
    CodeMender mender_;
    bool has_begun_ = false;  // a chunk of the open message has left
    bool has_delivered_ = false;
    bool has_thought_ = false;
    std::size_t codes_ = 0;
};

}  // namespace oi::llm
