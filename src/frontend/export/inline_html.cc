// Emphasis, code and links; see inline_html.h.
#include "frontend/export/inline_html.h"

#include "base/text.h"
#include "frontend/export/markdown_html.h"

#include <map>

namespace oi::exporting {

namespace {

constexpr int deepest = 8;
constexpr std::size_t longest_address = 4096;

bool is_punctuation(char c)
{
    const char letter = static_cast<char>(c | 0x20);
    return c > ' ' && c < 0x7f && !(c >= '0' && c <= '9') && !(letter >= 'a' && letter <= 'z');
}
bool is_space(char c) { return c == ' ' || c == '\n' || c == '\t'; }
bool is_word(char c) { return !is_space(c) && !is_punctuation(c); }

bool is_safe_address(std::string_view address)
{
    const std::string start = lower(address.substr(0, 8));
    return start.starts_with("https://") || start.starts_with("http://") || start.starts_with("mailto:");
}

class Inline {
public:
    Inline(std::string_view text, int depth) : text_{text}, depth_{depth} {}

    std::string write()
    {
        while (at_ < text_.size()) {
            const std::size_t before = at_;
            step();
            if (at_ == before) plain(1);
        }
        return std::move(out_);
    }

private:
    char peek(std::size_t ahead = 0) const { return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0'; }

    void plain(std::size_t count)
    {
        out_ += escape_html(text_.substr(at_, count));
        at_ += count;
    }

    // Takes what begins here, if it is more than text.
    void step()
    {
        switch (peek()) {
        case '\\': return escape();
        case '`': return code();
        case '*':
        case '_':
        case '~': return emphasis();
        case '!':
        case '[': return link();
        case '<': return automatic('>');
        case 'h': return bare_address();
        case ' ': return hard_break();
        default: return;
        }
    }

    void escape()
    {
        if (peek(1) == '\n') {
            out_ += "<br>\n";
            at_ += 2;
        } else if (is_punctuation(peek(1))) {
            ++at_;
            plain(1);
        }
    }

    void hard_break()
    {
        if (text_.substr(at_, 3) != "  \n") return;
        out_ += "<br>\n";
        at_ += 3;
    }

    void code()
    {
        std::size_t length = 0;
        while (peek(length) == '`') ++length;
        const std::size_t end = closing_ticks(at_ + length, length);
        if (end == std::string_view::npos) return plain(length);
        std::string_view inner = text_.substr(at_ + length, end - at_ - length);
        if (inner.size() > 2 && inner.front() == ' ' && inner.back() == ' ') inner = inner.substr(1, inner.size() - 2);
        out_ += cat("<code>", escape_html(inner), "</code>");
        at_ = end + length;
    }

    // Where a run of exactly that many stands. What was not found once is not looked for again.
    std::size_t closing_ticks(std::size_t from, std::size_t length)
    {
        if (missing_[cat(std::string(1, '`'), length)]) return std::string_view::npos;
        for (std::size_t i = text_.find('`', from); i != std::string_view::npos; i = text_.find('`', i)) {
            std::size_t end = i;
            while (end < text_.size() && text_[end] == '`') ++end;
            if (end - i == length) return i;
            i = end;
        }
        missing_[cat(std::string(1, '`'), length)] = true;
        return std::string_view::npos;
    }

    void emphasis()
    {
        const char mark = peek();
        std::size_t length = 0;
        while (peek(length) == mark) ++length;
        if (length > 3 || (mark == '~' && length != 2) || depth_ >= deepest || is_space(peek(length)) || peek(length) == '\0' ||
            (mark == '_' && at_ > 0 && is_word(text_[at_ - 1])))
            return plain(length);
        const std::string marks(length, mark);
        const std::size_t end = closing(marks);
        if (end == std::string_view::npos) return plain(length);
        const std::string inner = Inline{text_.substr(at_ + length, end - at_ - length), depth_ + 1}.write();
        if (mark == '~') out_ += cat("<del>", inner, "</del>");
        else if (length == 1) out_ += cat("<em>", inner, "</em>");
        else if (length == 2) out_ += cat("<strong>", inner, "</strong>");
        else out_ += cat("<em><strong>", inner, "</strong></em>");
        at_ = end + length;
    }

    std::size_t closing(const std::string& marks)
    {
        if (missing_[marks]) return std::string_view::npos;
        for (std::size_t i = text_.find(marks, at_ + marks.size() + 1); i != std::string_view::npos; i = text_.find(marks, i)) {
            std::size_t end = i;
            while (end < text_.size() && text_[end] == marks[0]) ++end;
            const bool closes = end - i == marks.size() && !is_space(text_[i - 1]) && text_[i - 1] != '\\' &&
                                (marks[0] != '_' || end == text_.size() || !is_word(text_[end]));
            if (closes) return i;
            i = end;
        }
        missing_[marks] = true;
        return std::string_view::npos;
    }

    // [text](address "title"), and ![text](address).
    void link()
    {
        const std::size_t open = at_ + (peek() == '!' ? 1 : 0);
        if (open >= text_.size() || text_[open] != '[' || depth_ >= deepest) return;
        const std::size_t middle = text_.find_first_of("[]", open + 1);
        if (middle == std::string_view::npos || text_.substr(middle, 2) != "](") return;
        const std::string_view rest = text_.substr(middle + 2, longest_address);
        const std::size_t end = rest.find(')');
        if (end == std::string_view::npos) return;
        std::string_view address = trim(rest.substr(0, end));
        address = address.substr(0, address.find_first_of(" \n\t"));
        if (address.starts_with('<') && address.ends_with('>')) address = address.substr(1, address.size() - 2);
        const std::string_view words = text_.substr(open + 1, middle - open - 1);
        const std::string inner = Inline{words.empty() ? address : words, deepest}.write();
        if (!is_safe_address(address)) out_ += cat(inner, " (", escape_html(address), ")");
        else put_link(address, inner);
        at_ = middle + 2 + end + 1;
    }

    void automatic(char close)
    {
        const std::string_view rest = text_.substr(at_ + 1, longest_address);
        const std::size_t end = rest.find_first_of(cat(" \n<", close));
        if (end == std::string_view::npos || rest[end] != close || !is_safe_address(rest.substr(0, end))) return;
        put_link(rest.substr(0, end), escape_html(rest.substr(0, end)));
        at_ += end + 2;
    }

    void bare_address()
    {
        const std::string_view rest = text_.substr(at_, longest_address);
        if (depth_ >= deepest || !(rest.starts_with("https://") || rest.starts_with("http://")) || (at_ > 0 && is_word(text_[at_ - 1])))
            return;
        std::string_view address = rest.substr(0, rest.find_first_of(" \n\t<>\"`*|)]"));
        while (!address.empty() && std::string_view{".,;:!?'"}.find(address.back()) != std::string_view::npos) address.remove_suffix(1);
        put_link(address, escape_html(address));
        at_ += address.size();
    }

    void put_link(std::string_view address, std::string_view html)
    {
        out_ += cat("<a href=\"", escape_html(address), "\" rel=\"noreferrer\">", html, "</a>");
    }

    std::string_view text_;
    int depth_;
    std::size_t at_ = 0;
    std::string out_;
    std::map<std::string, bool> missing_;  // marks that nothing closes from here on
};

}  // namespace

std::string inline_to_html(std::string_view text) { return Inline{text, 0}.write(); }

}  // namespace oi::exporting
