// TextReader: one candidate at a time, from the beginning of its line to the end of the line after it.
#include "llm/reader/text_reader.h"

#include "base/text.h"

#include <algorithm>
#include <utility>

namespace oi::llm {

namespace {

constexpr std::size_t longest_token = 160;

bool is_space(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

}  // namespace

TextReader::TextReader(ChunkOutlet& outlet, std::span<const std::string> languages, CodeForm form)
    : outlet_{outlet},
      languages_{languages},
      form_{form},
      meaning_{languages},
      fences_{outlet, languages, form == CodeForm::fences ? FenceReader::Blocks::run : FenceReader::Blocks::shown}
{
}

bool TextReader::is_in_code() const
{
    const bool is_in_call = state_ == State::scan ? is_named_ || scan_->is_likely() : state_ == State::body;
    return is_in_call || fences_.is_in_code();
}

void TextReader::feed(std::string_view text)
{
    buffer_ += text;
    run();
    const std::size_t done = state_ == State::idle ? at_ : start_;
    if (done == 0) return;
    buffer_.erase(0, done);
    at_ -= done;
    no_call_before_ -= std::min(no_call_before_, done);
    if (state_ == State::idle) return;
    for (std::size_t* place : {&start_, &token_, &core_, &resume_}) *place -= std::min(*place, done);
}

void TextReader::run()
{
    while (at_ < buffer_.size()) {
        if (state_ != State::idle) step();
        else if (fences_.is_at_line_start() && at_ >= no_call_before_) begin(at_);
        else pass_line();
    }
}

void TextReader::pass_line()
{
    const auto rest = std::string_view{buffer_}.substr(at_);
    const auto line = rest.substr(0, std::min(rest.find('\n'), rest.size() - 1) + 1);
    has_text_ = has_text_ || !is_blank(line);
    fences_.feed(line);
    at_ += line.size();
    passed_ += line.size();
}

void TextReader::begin(std::size_t at)
{
    state_ = State::prefix;
    start_ = token_ = core_ = resume_ = at_ = at;
    longest_size_ = 0;
    is_named_ = is_after_mark_ = is_delivered_ = false;
    fence_.clear();
    calls_.clear();
    scan_.reset();
}

void TextReader::step()
{
    ++at_;
    switch (state_) {
    case State::prefix: return prefix();
    case State::scan: return scan();
    case State::tag: return after_tag();
    case State::line_body:
    case State::body: return body();
    case State::trailer: return trailer();
    case State::idle: return;
    }
}

// It was no call: its first line is prose; the lines after it are looked at again, unless that has been done too often.
void TextReader::release()
{
    const auto held = since(start_);
    reread_ += held.size();
    if (reread_ > 4 * passed_ + 65536) no_call_before_ = at_;
    state_ = State::idle;
    const auto line = held.substr(0, std::min(held.find('\n'), held.size() - 1) + 1);
    has_text_ = has_text_ || !is_blank(line);
    passed_ += line.size();
    at_ = start_ + line.size();
    fences_.feed(line);
}

void TextReader::prefix()
{
    const auto text = since(token_);
    if (text.size() == 1 && is_space(text.front())) {
        token_ = at_;
        if (text.front() == '\n' && !is_named_ && !is_after_mark_ && fence_.empty()) release();
        return;
    }
    const TokenMatch match = match_token(text, languages_);
    if (match.kind != TokenKind::none) {
        longest_ = match;
        longest_size_ = text.size();
        if (!match.may_grow) return consume(std::exchange(longest_, {}));
    }
    if (match.may_grow && text.size() < longest_token) return;
    if (longest_size_ == 0) return release();
    at_ = token_ + longest_size_;
    consume(match_token(since(token_), languages_));
}

void TextReader::consume(const TokenMatch& match)
{
    longest_size_ = 0;
    const bool is_pure = !std::exchange(is_after_mark_, false);
    switch (match.kind) {
    case TokenKind::closer:
    case TokenKind::debris: is_after_mark_ = true; break;
    case TokenKind::word:
        if (is_pure && !is_named_) return release();
        is_after_mark_ = true;
        break;
    case TokenKind::named: is_named_ = is_after_mark_ = true; break;
    case TokenKind::scan: return open_scan();
    case TokenKind::fence: return open_fence(match);
    case TokenKind::tag: return open_tag(match);
    case TokenKind::rest:
        closer_.clear();
        language_ = "python";
        core_ = at_;
        state_ = State::body;
        return;
    case TokenKind::none: return release();
    }
    token_ = at_;
}

// With tools, a block of JSON is an example, unless it is all that the message has.
void TextReader::open_fence(const TokenMatch& match)
{
    const bool is_explicit = match.info.starts_with("tool") || match.info == "function_call";
    if (!fence_.empty() || (form_ == CodeForm::calls && has_text_ && !is_explicit && !is_named_)) return release();
    fence_ = match.closer;
    is_after_mark_ = true;
    token_ = at_;
}

void TextReader::open_scan()
{
    const auto text = since(token_);
    core_ = token_ + (text.starts_with("print(") ? 6 : 0);
    const bool is_call = text.back() == '(';
    scan_.emplace(languages_, is_named_ || is_call ? CallScan::Named::yes : CallScan::Named::no);
    state_ = State::scan;
    --at_;
    step();
}

void TextReader::scan()
{
    switch (scan_->feed(buffer_[at_ - 1])) {
    case CallScan::Verdict::open: return;
    case CallScan::Verdict::no: return release();
    case CallScan::Verdict::whole: return end_scan();
    }
}

void TextReader::end_scan()
{
    const auto value = read_loose(since(core_)).value;
    auto calls = meaning_.of_text(value);
    if (calls.empty() && is_named_) calls = meaning_.of_arguments(value, "execute");
    if (!calls.empty()) return whole(std::move(calls));
    if (is_named_ || scan_->is_named()) return unreadable();
    release();
}

// Shown and answered, not run.
void TextReader::unreadable() { whole({{"execute", std::string{trim(since(start_))}}}); }

void TextReader::open_tag(const TokenMatch& match)
{
    const bool is_parameter = since(token_) == "<arg_key>";  // GLM names the tool first, then each argument
    if (is_parameter && !is_named_) return release();
    closer_ = cat("</", match.closer, ">");
    language_ = match.language;
    core_ = is_parameter ? token_ : at_;
    is_named_ = match.is_certain || is_parameter;
    state_ = is_named_ ? State::body : State::tag;
}

// The byte after <execute> tells a call from a sentence about it.
void TextReader::after_tag()
{
    const char c = buffer_[at_ - 1];
    if (c == '\r') return;
    const bool is_sentence = std::string_view{" \t:,.;)`'\"?!"}.find(c) != std::string_view::npos;
    state_ = is_sentence ? State::line_body : State::body;
    body();
}

void TextReader::body()
{
    const char c = buffer_[at_ - 1];
    if (c == '\n' && state_ == State::line_body) return release();
    if (c != '>') return;
    const auto content = since(core_);
    const std::size_t mark = closer_.empty() ? final_token_size(content) : content.ends_with(closer_) ? closer_.size() : 0;
    if (mark > 0) end_body(content.substr(0, content.size() - mark));
}

void TextReader::end_body(std::string_view content)
{
    CodeCalls calls = meaning_.of_body(content, language_);
    if (!calls.empty()) return whole(std::move(calls));
    unreadable();
}

void TextReader::whole(CodeCalls calls)
{
    calls_ = std::move(calls);
    state_ = State::trailer;
    token_ = resume_ = at_;
    longest_size_ = 0;
}

// What follows a call: marks, and the end of its line.
void TextReader::trailer()
{
    const auto text = since(token_);
    const char c = text.front();
    if (text.size() == 1 && is_space(c)) {
        token_ = at_;
        if (c != '\n') return;
        resume_ = at_;
        if (fence_.empty()) deliver();
        return;
    }
    if (text.size() == 1 && !is_delivered_ && (c == ',' || c == ';' || c == ')' || c == ']')) {
        token_ = at_;
        return;
    }
    if (!fence_.empty() && fence_.starts_with(text)) {
        if (text.size() < fence_.size()) return;
        fence_.clear();
        token_ = resume_ = at_;
        return;
    }
    const TokenMatch match = match_token(text, languages_);
    if (match.kind != TokenKind::none) {
        longest_ = match;
        longest_size_ = text.size();
        if (!match.may_grow) return trail(std::exchange(longest_, {}));
    }
    if (match.may_grow && text.size() < longest_token) return;
    if (longest_size_ == 0) return end_trailer();
    at_ = token_ + longest_size_;
    trail(match_token(since(token_), languages_));
}

void TextReader::trail(const TokenMatch& match)
{
    longest_size_ = 0;
    if (match.kind == TokenKind::closer) {
        token_ = resume_ = at_;
        if (fence_.empty()) deliver();
        return;
    }
    const bool is_call = match.kind != TokenKind::scan || since(token_) == "{" || is_delivered_;
    if (match.kind == TokenKind::word || (match.kind == TokenKind::named && !is_delivered_) || !is_call) return end_trailer();
    // Another call may begin here.
    const std::size_t next = token_;
    std::string fence = std::exchange(fence_, {});
    deliver();
    passed_ += next - start_;
    begin(next);
    fence_ = std::move(fence);
}

void TextReader::end_trailer()
{
    if (!is_delivered_) return release();
    passed_ += resume_ - start_;
    at_ = start_ = resume_;
    state_ = State::idle;
}

void TextReader::deliver()
{
    is_delivered_ = true;
    has_text_ = true;
    for (const auto& call : std::exchange(calls_, {})) {
        outlet_.code(call.language, call.code);
        outlet_.end_code();
    }
}

void TextReader::resolve(ReplyEnd end)
{
    if (state_ == State::trailer) {
        deliver();
        return end_trailer();
    }
    if (end == ReplyEnd::limit) return release();
    if (state_ == State::body) {
        end_body(since(core_));
    } else if (state_ == State::scan) {
        const auto read = read_loose(since(core_));
        auto calls = meaning_.of_text(read.value);
        if (calls.empty() && is_named_) calls = meaning_.of_arguments(read.value, "execute");
        if (!calls.empty() && !read.is_string_cut) whole(std::move(calls));
        else if (!calls.empty() || is_named_ || scan_->is_named()) unreadable();
        else release();
    } else {
        release();
    }
}

void TextReader::finish(ReplyEnd end)
{
    while (state_ != State::idle) {
        if (end == ReplyEnd::cut && state_ != State::trailer) break;
        resolve(end);
        run();
    }
    fences_.finish(end);
    buffer_.clear();
    at_ = no_call_before_ = 0;
}

}  // namespace oi::llm
