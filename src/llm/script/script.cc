// Script: reading the file, line by line.
#include "llm/script/script.h"

#include "base/text.h"

#include <algorithm>
#include <optional>

namespace oi::llm {

namespace {

std::optional<ErrorKind> kind_from(std::string_view word)
{
    for (int i = 0; i <= static_cast<int>(ErrorKind::io); ++i)
        if (name(static_cast<ErrorKind>(i)) == word) return static_cast<ErrorKind>(i);
    return {};
}

class Parser {
public:
    Result<std::vector<ScriptReply>> parse(std::string_view text)
    {
        auto lines = split(text, '\n');
        if (!lines.empty() && lines.back().empty()) lines.pop_back();
        for (const auto line : lines) {
            ++number_;
            OI_CHECK(take(line.ends_with('\r') ? line.substr(0, line.size() - 1) : line));
        }
        if (!fence_.empty())
            return fail(ErrorKind::invalid, cat("line ", fence_line_, ": this block has no end"), cat("close it with ", fence_));
        end_reply();
        if (!replies_.empty() && is_empty(replies_.back()) && replies_.size() > 1) replies_.pop_back();  // after a last ---
        return std::move(replies_);
    }

private:
    static bool is_empty(const ScriptReply& reply) { return reply.steps.empty() && !reply.is_repeated; }

    Result<void> take(std::string_view line)
    {
        if (!fence_.empty()) {
            in_block(line);
            return {};
        }
        if (line == "---") {
            end_reply();
            reply_.line = number_ + 1;
            return {};
        }
        if (is_raw_) {
            raw_ += cat(line, "\n");
            return {};
        }
        if (is_at_top_ && line.starts_with('#')) return {};
        if (is_at_top_ && line.empty()) return {};
        is_at_top_ = false;
        if (line.starts_with("```")) return open_block(line);
        if (line.starts_with('@')) return directive(line.substr(1));
        prose_ += cat(line, "\n");
        return {};
    }

    Result<void> open_block(std::string_view line)
    {
        end_prose();
        const auto ticks = std::min(line.find_first_not_of('`'), line.size());
        fence_ = line.substr(0, ticks);
        language_ = trim(line.substr(ticks));
        fence_line_ = number_;
        code_.clear();
        if (language_.empty()) return fail(ErrorKind::invalid, cat("line ", number_, ": this block has no language"), "```python");
        return {};
    }

    void in_block(std::string_view line)
    {
        if (trim(line) == fence_) {
            if (code_.ends_with('\n')) code_.pop_back();
            reply_.steps.emplace_back(ScriptCode{language_, code_});
            fence_.clear();
        } else {
            code_ += cat(line, "\n");
        }
    }

    Result<void> directive(std::string_view line)
    {
        const auto space = std::min(line.find(' '), line.size());
        const auto word = line.substr(0, space);
        const auto rest = trim(line.substr(space));
        end_prose();
        if (word == "delay")
            return number(rest, [&](long value) { reply_.steps.emplace_back(ScriptDelay{std::chrono::milliseconds{value}}); });
        if (word == "pieces")
            return number(rest, [&](long value) { reply_.steps.emplace_back(ScriptPieces{static_cast<std::size_t>(value)}); });
        if (word == "error") return error(rest);
        if (word == "usage") return usage(rest);
        if (word == "cut") reply_.steps.emplace_back(ScriptError{{ErrorKind::network, "the stream was cut in the middle"}});
        else if (word == "wait") reply_.steps.emplace_back(ScriptWait{});
        else if (word == "think") reply_.steps.emplace_back(ScriptThought{cat(rest, "\n")});
        else if (word == "expect") reply_.steps.emplace_back(ScriptExpect{std::string{rest}});
        else if (word == "repeat") reply_.is_repeated = true;
        else if (word == "text") is_raw_ = true;
        else
            return fail(ErrorKind::invalid, cat("line ", number_, ": there is no directive @", word),
                        "@delay, @pieces, @error, @cut, @wait, @text, @think, @expect, @usage, @repeat");
        return {};
    }

    template <class Use>
    Result<void> number(std::string_view text, Use use)
    {
        const auto value = to_integer(text);
        if (!value || *value < 0) return fail(ErrorKind::invalid, cat("line ", number_, ": not a number from 0: \"", text, "\""));
        use(*value);
        return {};
    }

    Result<void> usage(std::string_view rest)
    {
        const auto words = split(rest, ' ');
        const auto input = to_integer(words[0]);
        const auto output = words.size() > 1 ? to_integer(words[1]) : std::nullopt;
        const auto cost = words.size() > 2 ? to_number(words[2]) : std::nullopt;
        if (!input || !output || words.size() > 3 || (words.size() == 3 && !cost))
            return fail(ErrorKind::invalid, cat("line ", number_, ": no usage: \"", rest, "\""), "@usage INPUT OUTPUT [DOLLARS]");
        reply_.usage = {.input_tokens = *input, .output_tokens = *output, .cost = cost.value_or(0), .unpriced_requests = cost ? 0 : 1};
        return {};
    }

    Result<void> error(std::string_view rest)
    {
        const auto space = std::min(rest.find(' '), rest.size());
        const auto kind = kind_from(rest.substr(0, space));
        if (!kind)
            return fail(ErrorKind::invalid, cat("line ", number_, ": no kind of error: \"", rest.substr(0, space), "\""),
                        "network, auth, rate_limited, ...");
        reply_.steps.emplace_back(ScriptError{{*kind, std::string{trim(rest.substr(space))}}});
        return {};
    }

    void end_prose()
    {
        const auto first = prose_.find_first_not_of('\n');
        if (first != std::string::npos)
            reply_.steps.emplace_back(ScriptText{prose_.substr(first, prose_.find_last_not_of('\n') + 1 - first)});
        prose_.clear();
    }

    void end_reply()
    {
        end_prose();
        if (is_raw_) {
            if (raw_.ends_with('\n')) raw_.pop_back();
            reply_.steps.emplace_back(ScriptRaw{raw_});
        }
        replies_.push_back(std::exchange(reply_, {}));
        raw_.clear();
        is_raw_ = false;
        is_at_top_ = true;
    }

    int number_ = 0;
    std::vector<ScriptReply> replies_;
    ScriptReply reply_;
    std::string prose_;
    std::string raw_;
    bool is_raw_ = false;
    bool is_at_top_ = true;
    std::string fence_;
    std::string language_;
    std::string code_;
    int fence_line_ = 0;
};

}  // namespace

Result<std::vector<ScriptReply>> parse_script(std::string_view text) { return Parser{}.parse(text); }

}  // namespace oi::llm
