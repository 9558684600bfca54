// Blanking comments and literals; see skeleton.h.
#include "kernel/drivers/skeleton.h"

#include <algorithm>

namespace oi::kernel {

namespace {

constexpr auto npos = std::string_view::npos;

class Blanker {
public:
    Blanker(std::string_view code, Syntax syntax) : code_{code}, syntax_{syntax}, text_{code} {}

    std::string run()
    {
        while (at_ < code_.size())
            if (!pass_comment() && !pass_literal()) ++at_;
        return std::move(text_);
    }

private:
    bool starts(std::string_view what) const { return code_.substr(at_).starts_with(what); }
    char before() const { return at_ > 0 ? code_[at_ - 1] : ' '; }
    // Blanks up to `end` (npos: the rest) and goes on there.
    void blank_to(std::size_t end)
    {
        for (end = std::min(end, code_.size()); at_ < end; ++at_)
            if (text_[at_] != '\n') text_[at_] = ' ';
    }
    std::size_t after(std::string_view mark, std::size_t from) const
    {
        const auto found = code_.find(mark, from);
        return found == npos ? npos : found + mark.size();
    }

    bool pass_comment()
    {
        const bool is_line = syntax_ == Syntax::sql ? starts("--") : starts("//");
        if (is_line) blank_to(code_.find('\n', at_));
        else if (starts("/*")) blank_to(end_of_block());
        else return false;
        return true;
    }

    std::size_t end_of_block() const
    {
        if (syntax_ != Syntax::rust) return after("*/", at_ + 2);
        std::size_t depth = 0, i = at_;  // Rust's nest
        while (i < code_.size()) {
            if (code_.substr(i).starts_with("/*")) ++depth, i += 2;
            else if (code_.substr(i).starts_with("*/")) {
                i += 2;
                if (--depth == 0) return i;
            } else ++i;
        }
        return npos;
    }

    bool pass_literal()
    {
        if (pass_raw_string()) return true;
        if (starts("\"")) return pass_quoted('"'), true;
        if (!starts("'")) return false;
        if (syntax_ == Syntax::cpp && is_word_character(before()) && before() <= '9') return false;  // 1'000
        if (syntax_ == Syntax::rust && !is_rust_character()) return false;                           // a lifetime
        pass_quoted('\'');
        return true;
    }

    bool is_rust_character() const
    {
        if (at_ + 2 >= code_.size()) return false;
        if (code_[at_ + 1] == '\\') return true;
        const auto end = code_.substr(at_ + 1, 6).find('\'');
        return end != npos && end > 0 && (end == 1 || static_cast<unsigned char>(code_[at_ + 1]) >= 0x80);
    }

    void pass_quoted(char quote)
    {
        const bool has_escapes = syntax_ != Syntax::sql;
        const bool may_span_lines = syntax_ == Syntax::rust || syntax_ == Syntax::sql;
        for (++at_; at_ < code_.size() && code_[at_] != quote; ++at_) {
            if (code_[at_] == '\n' && !may_span_lines) return;  // it was never closed
            if (code_[at_] != '\n') text_[at_] = ' ';
            if (has_escapes && code_[at_] == '\\' && at_ + 1 < code_.size() && code_[++at_] != '\n') text_[at_] = ' ';
        }
        ++at_;
    }

    // R"x(...)x", `...`, r#"..."#: no escapes in them.
    bool pass_raw_string()
    {
        std::string end;
        std::size_t open = at_;
        if (syntax_ == Syntax::go && starts("`")) {
            end = "`";
        } else if (syntax_ == Syntax::cpp && starts("R\"")) {
            open = code_.find('(', at_);
            if (open == npos || open - at_ > 18) return false;
            end = ")" + std::string{code_.substr(at_ + 2, open - at_ - 2)} + "\"";
        } else if (syntax_ == Syntax::rust && starts("r") && !is_word_character(before())) {
            const auto quote = code_.find_first_not_of('#', at_ + 1);
            if (quote == npos || code_[quote] != '"') return false;
            end = "\"" + std::string(quote - at_ - 1, '#');
            open = quote;
        } else {
            return false;
        }
        at_ = open + 1;
        const auto closed = code_.find(end, at_);
        blank_to(closed);
        at_ = closed == npos ? code_.size() : closed + end.size();
        return true;
    }

    std::string_view code_;
    Syntax syntax_;
    std::string text_;
    std::size_t at_ = 0;
};

}  // namespace

std::string skeleton(std::string_view code, Syntax syntax) { return Blanker{code, syntax}.run(); }

long first_code_line(std::string_view skeleton)
{
    const auto first = skeleton.find_first_not_of(" \t\r\n\f\v");
    if (first == npos) return 0;
    return 1 + std::count(skeleton.begin(), skeleton.begin() + static_cast<long>(first), '\n');
}

bool has_word(std::string_view skeleton, std::string_view word)
{
    for (auto found = skeleton.find(word); found != npos; found = skeleton.find(word, found + 1)) {
        const auto end = found + word.size();
        if ((found == 0 || !is_word_character(skeleton[found - 1])) && (end == skeleton.size() || !is_word_character(skeleton[end])))
            return true;
    }
    return false;
}

}  // namespace oi::kernel
