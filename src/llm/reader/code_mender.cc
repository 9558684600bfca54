// CodeMender: decides by the first bytes, unwraps at the end.
#include "llm/reader/code_mender.h"

#include "base/text.h"
#include "llm/reader/call_tokens.h"
#include "llm/reader/language_names.h"

#include <algorithm>
#include <utility>

namespace oi::llm {

namespace {

constexpr std::string_view call_names[] = {"functions.execute(", "execute(", "default_api.execute("};
constexpr int most_layers = 3;

// The inside of a fence around all of the text; nullopt: there is none, or there is more than one.
std::optional<CodeCall> unfenced(std::string_view text, std::string_view language, std::span<const std::string> languages)
{
    text = trim(text);
    const std::size_t run = std::min(text.find_first_not_of('`'), text.size());
    const auto line_end = text.find('\n');
    if (run < 3 || line_end == std::string_view::npos) return {};
    const auto info = trim(text.substr(run, line_end - run));
    if (!info.empty() && !is_language(info, languages)) return {};
    const std::string fence(run, '`');
    auto body = text.substr(line_end + 1);
    const auto close = body.starts_with(fence) ? 0 : body.find("\n" + fence);
    if (close != std::string_view::npos) {
        if (!is_blank(body.substr(close + run + (close == 0 ? 0 : 1)))) return {};
        body = body.substr(0, close);
    }
    return CodeCall{info.empty() ? std::string{language} : canonical_language(info, languages), std::string{body}};
}

CodeCalls mend(std::string_view language, std::string_view code, std::span<const std::string> languages, int layers)
{
    code = without_debris(code);
    const auto inner = trim(code);
    if (layers < most_layers && !inner.empty()) {
        CodeCalls found;
        if (inner.starts_with("`\n")) {
            return mend(language, inner.substr(2, inner.size() - 2 - (inner.ends_with("\n`") ? 2 : 0)), languages, layers + 1);
        }
        if (inner.starts_with("```")) {
            if (auto plain = unfenced(inner, language, languages)) found.push_back(std::move(*plain));
        } else if (inner.starts_with('{') || std::any_of(std::begin(call_names), std::end(call_names),
                                                         [&](std::string_view name) { return inner.starts_with(name); })) {
            const auto read = read_loose(inner);
            if (is_blank(inner.substr(std::min(read.end, inner.size()))) && !read.is_string_cut)
                found = CallMeaning{languages}.of_text(read.value);
        }
        CodeCalls all;
        for (const auto& call : found)
            for (auto& mended : mend(call.language, call.code, languages, layers + 1)) all.push_back(std::move(mended));
        if (!all.empty()) return all;
    }
    return {{std::string{language}, std::string{code}}};
}

}  // namespace

void CodeMender::feed(std::string_view piece)
{
    held_ += piece;
    if (state_ == State::deciding) decide();
}

void CodeMender::decide()
{
    if (scan_) return scan();
    const std::size_t begin = held_.find_first_not_of(" \t\r\n");
    if (begin == std::string::npos) return;
    const auto text = std::string_view{held_}.substr(begin);
    if (text.front() == '`') {
        if (text.starts_with("```") || text.starts_with("`\n")) state_ = State::wrapped;
        else if (text != "`" && text != "``" && text != "`\r") state_ = State::passing;
        return;
    }
    if (text.front() == '{') {
        scan_.emplace(languages_, CallScan::Named::no);
        scanned_ = begin;
        return scan();
    }
    for (const auto name : call_names) {
        if (name.starts_with(text)) return;
        if (!text.starts_with(name)) continue;
        scan_.emplace(languages_, CallScan::Named::yes);
        scanned_ = begin + name.size() - 1;
        return scan();
    }
    state_ = State::passing;
}

void CodeMender::scan()
{
    for (; scanned_ < held_.size(); ++scanned_) {
        const auto verdict = scan_->feed(held_[scanned_]);
        if (verdict == CallScan::Verdict::open) continue;
        state_ = verdict == CallScan::Verdict::whole ? State::wrapped : State::passing;
        return;
    }
}

std::string CodeMender::take()
{
    if (state_ != State::passing) return {};
    const std::size_t ready = held_.size() - debris_size(held_);
    std::string text = held_.substr(0, ready);
    held_.erase(0, ready);
    return text;
}

CodeCalls CodeMender::finish(std::string_view language)
{
    CodeCalls calls;
    if (state_ == State::passing) {
        std::string rest = take();
        rest += without_debris(held_);
        calls.push_back({std::string{language}, std::move(rest)});
    } else {
        calls = mend(language, held_, languages_, 0);
    }
    held_.clear();
    scan_.reset();
    state_ = State::deciding;
    return calls;
}

}  // namespace oi::llm
