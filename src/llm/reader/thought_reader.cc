// ThoughtReader: the marks, and how long the beginning of a line must wait to be told from one.
#include "llm/reader/thought_reader.h"

#include "base/text.h"

#include <algorithm>
#include <utility>

namespace oi::llm {

namespace {

struct Marks {
    std::string_view open, close;  // an empty close: a mark that begins the answer
};
constexpr Marks all_marks[] = {
    {"<think>", "</think>"},                                              // DeepSeek, Qwen, GLM, MiniMax
    {"<thinking>", "</thinking>"},                                        //
    {"<thought>", "</thought>"},                                          //
    {"<reasoning>", "</reasoning>"},                                      //
    {"<seed:think>", "</seed:think>"},                                    // Seed-OSS
    {"[THINK]", "[/THINK]"},                                              // Magistral
    {"\xE2\x97\x81think\xE2\x96\xB7", "\xE2\x97\x81/think\xE2\x96\xB7"},  // Kimi
    {"<|START_THINKING|>", "<|END_THINKING|>"},                           // Command
    {"<|channel>thought\n", "<channel|>"},                                // Gemma
    {"<|channel|>analysis<|message|>", "<|end|>"},                        // gpt-oss
    {"<|start|>assistant<|channel|>analysis<|message|>", "<|end|>"},
    {"<|start|>assistant<|channel|>final<|message|>", ""},
    {"<|channel|>final<|message|>", ""},
};
constexpr std::string_view orphans[] = {"</think>", "</thinking>", "</seed:think>", "[/THINK]", "\xE2\x97\x81/think\xE2\x96\xB7"};
constexpr std::string_view fence = "```";

std::string_view without_blanks(std::string_view text)
{
    text.remove_prefix(std::min(text.find_first_not_of(" \t"), text.size()));
    return text;
}

// How many bytes at the end of the text may be the beginning of the mark.
std::size_t half_mark(std::string_view text, std::string_view mark)
{
    for (std::size_t size = std::min(text.size(), mark.size() - 1); size > 0; --size)
        if (text.ends_with(mark.substr(0, size))) return size;
    return 0;
}

}  // namespace

ThoughtReader::ThoughtReader(Sinks sinks, Begin begin, Fences fences) : sinks_{std::move(sinks)}, begin_{begin}, fences_{fences} {}

void ThoughtReader::feed(std::string_view piece)
{
    if (state_ == State::rest) return sinks_.text(piece);
    buffer_ += piece;
    while (!buffer_.empty() && step()) {
    }
}

// False: it takes more text to go on.
bool ThoughtReader::step()
{
    switch (state_) {
    case State::start: return start();
    case State::thought: return thought();
    case State::line_start: return line_start();
    case State::line: return line();
    case State::rest: say(buffer_.size()); return false;
    }
    return false;
}

bool ThoughtReader::start()
{
    std::string_view text = buffer_;
    text.remove_prefix(std::min(text.find_first_not_of(" \t\r\n"), text.size()));
    if (text.empty()) return false;
    for (const auto& marks : all_marks) {
        if (text.starts_with(marks.open)) {
            open(marks.close, buffer_.size() - text.size() + marks.open.size());
            return true;
        }
        if (marks.open.starts_with(text)) return false;
    }
    if (is_after_thought_) buffer_.erase(0, buffer_.size() - text.size());
    if (begin_ == Begin::in_thought && !is_after_thought_) {
        open(all_marks[0].close, 0);
        is_unmarked_ = true;
    } else {
        state_ = is_after_thought_ ? State::rest : State::line_start;
    }
    return true;
}

void ThoughtReader::open(std::string_view closer, std::size_t used)
{
    buffer_.erase(0, used);
    closer_ = closer;
    is_after_thought_ = true;
    if (!closer.empty()) state_ = State::thought;
}

bool ThoughtReader::thought()
{
    const auto end = buffer_.find(closer_);
    const bool is_whole = end != std::string::npos;
    const std::size_t size = is_whole ? end : buffer_.size() - half_mark(buffer_, closer_);
    const auto said = std::string_view{buffer_}.substr(0, size);
    if (is_unmarked_) unmarked_ += said;
    if (size > 0) sinks_.thought(said);
    buffer_.erase(0, size + (is_whole ? closer_.size() : 0));
    if (!is_whole) return false;
    state_ = State::start;
    is_unmarked_ = false;
    unmarked_.clear();
    return true;
}

bool ThoughtReader::line_start()
{
    const auto text = without_blanks(buffer_);
    const bool may_be_orphan = !is_in_fence_ || fences_ == Fences::run;
    if (text.empty() || fence.starts_with(text)) {
        if (text.size() < fence.size()) return false;
    }
    for (const auto mark : orphans) {
        if (!may_be_orphan) break;
        if (mark.starts_with(text)) return false;
        if (!text.starts_with(mark)) continue;
        const auto after = without_blanks(text.substr(mark.size()));
        if (after.empty()) return false;
        if (after.front() != '\n' && after.front() != '\r') break;
        buffer_.erase(0, buffer_.size() - after.size());
        sinks_.orphan();
        is_after_thought_ = true;
        state_ = State::start;
        return true;
    }
    if (text.starts_with(fence)) is_in_fence_ = !is_in_fence_;
    state_ = State::line;
    return true;
}

bool ThoughtReader::line()
{
    const auto end = buffer_.find('\n');
    if (end != std::string::npos) state_ = State::line_start;
    say(end == std::string::npos ? buffer_.size() : end + 1);
    return true;
}

void ThoughtReader::say(std::size_t size)
{
    sinks_.text(std::string_view{buffer_}.substr(0, size));
    buffer_.erase(0, size);
}

void ThoughtReader::finish()
{
    // The end of the text ends the line, too.
    const bool may_end_orphan = state_ == State::line_start && !buffer_.empty();
    if (may_end_orphan) {
        const auto text = trim(buffer_);
        if (std::find(std::begin(orphans), std::end(orphans), text) != std::end(orphans) && (!is_in_fence_ || fences_ == Fences::run)) {
            buffer_.clear();
            sinks_.orphan();
        }
    }
    if (buffer_.empty()) return;
    if (state_ != State::thought) return say(buffer_.size());
    if (is_unmarked_) unmarked_ += buffer_;
    sinks_.thought(buffer_);
    buffer_.clear();
}

}  // namespace oi::llm
