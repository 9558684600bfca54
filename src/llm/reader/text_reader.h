// TextReader: the text of a model's reply: prose, fenced code, and calls that the model wrote where it should have made them.
#pragma once

#include "llm/reader/call_meaning.h"
#include "llm/reader/call_scan.h"
#include "llm/reader/call_tokens.h"
#include "llm/reader/fence_reader.h"

#include <optional>
#include <string>

namespace oi::llm {

// How code comes: as tool calls, or as fenced blocks of a model that has no tools.
enum class CodeForm : std::uint8_t { calls, fences };

// A call in text begins a line, in the middle of nothing but a template's marks, and has its line to itself; it names
// execute, or is exactly a language and code. Only what may be such a call waits; all else passes at once and unchanged.
// A call that names execute but cannot be read becomes code of the language "execute" (see CodeCall). Pure; linear.
class TextReader {
public:
    TextReader(ChunkOutlet& outlet, std::span<const std::string> languages, CodeForm form);

    void feed(std::string_view text);
    // At a limit, a half call stays the text that it is. Of a reply that was cut, what may have been the beginning of code or of a
    // call is left out: who asks again gets it anew.
    void finish(ReplyEnd end);
    bool is_in_code() const;  // fed so far: code, or a call, has begun and not ended

private:
    enum class State : unsigned char { idle, prefix, scan, tag, line_body, body, trailer };

    void run();
    void pass_line();
    void begin(std::size_t at);
    void step();
    void prefix();
    void consume(const TokenMatch& match);
    void open_fence(const TokenMatch& match);
    void open_scan();
    void open_tag(const TokenMatch& match);
    void scan();
    void end_scan();
    void after_tag();
    void body();
    void end_body(std::string_view content);
    void whole(CodeCalls calls);
    void trailer();
    void trail(const TokenMatch& match);
    void end_trailer();
    void deliver();
    void release();
    void resolve(ReplyEnd end);
    void unreadable();
    std::string_view since(std::size_t at) const { return std::string_view{buffer_}.substr(at, at_ - at); }

    ChunkOutlet& outlet_;
    std::span<const std::string> languages_;
    CodeForm form_;
    CallMeaning meaning_;
    FenceReader fences_;

    std::string buffer_;
    std::size_t at_ = 0;  // what comes before has been looked at
    State state_ = State::idle;
    std::size_t start_ = 0;  // of what may be a call
    std::size_t token_ = 0;  // of the token that is being read
    TokenMatch longest_;     // that it matches so far
    std::size_t longest_size_ = 0;
    bool is_named_ = false;
    bool is_after_mark_ = false;
    std::string fence_;     // the marks of the fence around it, while open
    std::size_t core_ = 0;  // of the JSON or code itself
    std::optional<CallScan> scan_;
    std::string closer_;  // "</execute>"; empty: the rest of the message
    std::string language_;
    CodeCalls calls_;  // found; they wait until the line shows that they are alone in it
    bool is_delivered_ = false;
    std::size_t resume_ = 0;  // where prose goes on, if what follows the call is prose

    bool has_text_ = false;           // the message has begun with something else
    std::size_t passed_ = 0;          // bytes done with
    std::size_t reread_ = 0;          // bytes looked at again after they proved to be no call
    std::size_t no_call_before_ = 0;  // in the buffer: this much is prose, unread
};

}  // namespace oi::llm
