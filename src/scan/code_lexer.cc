// Tokens; see code_lexer.h.
#include "scan/code_lexer.h"

#include <algorithm>

namespace oi::scan {

namespace {

bool is_name_start(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '$' || c == '@' || (c & 0x80) != 0;
}
bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_name(char c) { return is_name_start(c) || is_digit(c); }

class Lexer {
public:
    Lexer(std::string_view code, const CodeStyle& style) : code_{code}, style_{style} { tokens_.reserve(code.size() / 5); }

    std::vector<Token> run()
    {
        while (at_ < code_.size()) {
            const char c = code_[at_];
            if (c == '\n') {
                add(Token::Kind::newline, at_, at_);
                ++line_;
                ++at_;
            } else if (c == ' ' || c == '\t' || c == '\r') ++at_;
            else if (skips_comment()) continue;
            else if (c == '"' || c == '\'' || (c == '`' && style_.has_templates)) string(at_);
            else if (is_name_start(c) || starts_member()) name();
            else if (is_digit(c)) number();
            else {
                add(Token::Kind::mark, at_, at_ + 1);
                ++at_;
            }
        }
        return std::move(tokens_);
    }

private:
    bool starts_with(std::string_view text) const { return code_.substr(at_).starts_with(text); }

    void add(Token::Kind kind, std::size_t start, std::size_t end, bool has_parts = false)
    {
        tokens_.push_back({kind, code_.substr(start, end - start), line_, has_parts});
    }

    bool skips_comment()
    {
        const bool is_line = (style_.has_hash_comments && code_[at_] == '#') || (style_.has_slash_comments && starts_with("//")) ||
                             (style_.has_dash_comments && starts_with("--"));
        if (is_line) at_ = std::min(code_.find('\n', at_), code_.size());
        else if (style_.has_slash_comments && starts_with("/*")) skip_to("*/");
        else return false;
        return true;
    }

    void skip_to(std::string_view end)
    {
        const auto found = code_.find(end, at_ + 2);
        const std::size_t target = found == std::string_view::npos ? code_.size() : found + end.size();
        line_ += static_cast<int>(
            std::count(code_.begin() + static_cast<std::ptrdiff_t>(at_), code_.begin() + static_cast<std::ptrdiff_t>(target), '\n'));
        at_ = target;
    }

    bool starts_member() const
    {
        return code_[at_] == '.' && at_ + 1 < code_.size() && is_name_start(code_[at_ + 1]) && !tokens_.empty() &&
               tokens_.back().text.size() == 1 && (tokens_.back().text == ")" || tokens_.back().text == "]");
    }

    // A name with all that it is reached by: a.b, A::b, $a->b.
    void name()
    {
        const std::size_t start = at_;
        if (code_[at_] == '.') ++at_;
        for (;;) {
            while (at_ < code_.size() && is_name(code_[at_])) ++at_;
            std::size_t joint = 0;
            if (starts_with("::") || starts_with("->") || starts_with("?.")) joint = 2;
            else if (starts_with(".")) joint = 1;
            if (joint == 0 || at_ + joint >= code_.size() || !is_name_start(code_[at_ + joint])) break;
            at_ += joint;
        }
        const std::string_view text = code_.substr(start, at_ - start);
        const bool is_prefix = text.size() <= 2 && at_ < code_.size() && (code_[at_] == '"' || code_[at_] == '\'') &&
                               text.find_first_not_of("rRbBuUfF") == std::string_view::npos;
        if (!is_prefix) return add(Token::Kind::name, start, at_);
        string(at_, text.find_first_of("fF") != std::string_view::npos, text.find_first_of("rR") != std::string_view::npos);
    }

    void number()
    {
        const std::size_t start = at_;
        while (at_ < code_.size() && (is_name(code_[at_]) || (code_[at_] == '.' && at_ + 1 < code_.size() && is_digit(code_[at_ + 1]))))
            ++at_;
        add(Token::Kind::number, start, at_);
    }

    void string(std::size_t start, bool has_parts = false, bool is_raw = false)
    {
        const char quote = code_[start];
        const std::string_view triple = code_.substr(start, 3);
        const bool is_triple = style_.has_triple_quotes && triple.size() == 3 && triple[1] == quote && triple[2] == quote;
        const std::size_t length = is_triple ? 3 : 1;
        const bool may_span = is_triple || quote == '`' || style_.always_has_parts;
        std::size_t end = start + length;
        int lines = 0;
        while (end < code_.size()) {
            const char c = code_[end];
            if (c == '\\' && !is_raw) ++end;
            else if (c == '\n' && !may_span) break;
            else if (c == quote && (!is_triple || code_.substr(end, 3) == triple)) break;
            if (end < code_.size() && code_[end] == '\n') ++lines;
            ++end;
        }
        end = std::min(end, code_.size());
        const bool holds = has_parts || quote == '`' || (style_.always_has_parts && quote == '"');
        add(Token::Kind::string, start + length, end, holds);
        line_ += lines;
        at_ = std::min(end + (end < code_.size() && code_[end] == quote ? length : 0), code_.size());
    }

    std::string_view code_;
    const CodeStyle& style_;
    std::vector<Token> tokens_;
    std::size_t at_ = 0;
    int line_ = 1;
};

}  // namespace

CodeStyle style_of(std::string_view language)
{
    if (language == "python") return {.has_hash_comments = true, .has_triple_quotes = true};
    if (language == "ruby" || language == "perl" || language == "php")
        return {.has_hash_comments = true, .has_slash_comments = language == "php", .always_has_parts = true};
    if (language == "r") return {.has_hash_comments = true};
    if (language == "lua" || language == "sql" || language == "applescript") return {.has_dash_comments = true};
    return {.has_slash_comments = true, .has_templates = true};
}

std::vector<Token> tokens_of(std::string_view code, const CodeStyle& style) { return Lexer{code, style}.run(); }

}  // namespace oi::scan
