// ThoughtReader: parts the thoughts that some models write into their text from the answer.
#pragma once

#include <functional>
#include <string>
#include <string_view>

namespace oi::llm {

// A thought stands at the beginning of a text, in the marks of its model's template: <think>...</think> and its like. Templates
// that put the opening mark into the prompt leave only the closing one: alone on its line, outside of code, it is an orphan. What
// stood before it has passed as text by then. Everything else passes unchanged. Pure; linear.
class ThoughtReader {
public:
    enum class Begin : unsigned char { unknown, in_thought };  // in_thought: this model's opening mark is in the prompt
    enum class Fences : unsigned char { shown, run };          // run: an orphan counts also inside a fenced block
    struct Sinks {
        std::function<void(std::string_view)> text;
        std::function<void(std::string_view)> thought;
        std::function<void()> orphan;  // the text so far was a thought
    };
    ThoughtReader(Sinks sinks, Begin begin, Fences fences);

    void feed(std::string_view piece);
    void finish();
    // After finish(): what was taken for a thought although nothing marked it as one; else empty.
    std::string_view unmarked() const { return unmarked_; }

private:
    enum class State : unsigned char { start, thought, line_start, line, rest };
    bool step();
    bool start();
    bool thought();
    bool line_start();
    bool line();
    void open(std::string_view closer, std::size_t used);
    void say(std::size_t size);

    Sinks sinks_;
    Begin begin_;
    Fences fences_;
    State state_ = State::start;
    std::string buffer_;
    std::string_view closer_;
    std::string unmarked_;
    bool is_after_thought_ = false;
    bool is_unmarked_ = false;
    bool is_in_fence_ = false;
};

}  // namespace oi::llm
