// Streaming syntax colours; see highlight.h.
#include "frontend/terminal/highlight.h"

#include "base/text.h"

#include <algorithm>
#include <cctype>
#include <utility>

namespace oi {

struct Syntax {
    std::string_view names;
    std::string_view line_comment, other_line_comment;
    std::string_view block_start, block_end;
    std::string_view quotes;
    std::string_view flags;
    std::string_view keywords;
};

namespace {

constexpr Syntax syntaxes[] = {
#define SYNTAX(names, line, other, start, end, quotes, flags, keywords) {names, line, other, start, end, quotes, flags, keywords},
#include "frontend/terminal/syntax.def"
#undef SYNTAX
};
constexpr Syntax nothing{};

bool holds_word(std::string_view list, std::string_view word)
{
    for (std::size_t at = 0; (at = list.find(word, at)) != std::string_view::npos; ++at) {
        const bool starts = at == 0 || list[at - 1] == ' ';
        const bool ends = at + word.size() == list.size() || list[at + word.size()] == ' ';
        if (starts && ends) return true;
    }
    return false;
}

const Syntax* syntax_of(std::string_view language)
{
    const std::string name = lower(language);
    if (name.empty() || name.find(' ') != std::string::npos) return &nothing;
    for (const Syntax& syntax : syntaxes)
        if (holds_word(syntax.names, name)) return &syntax;
    return &nothing;
}

const Style keyword_style{.colour = Colour::magenta};
const Style string_style{.colour = Colour::green};
const Style comment_style{.colour = Colour::grey, .italic = true};
const Style number_style{.colour = Colour::yellow};
const Style variable_style{.colour = Colour::cyan};
const Style key_style{.colour = Colour::cyan};
const Style tag_style{.colour = Colour::magenta};
const Style added_style{.colour = Colour::green};
const Style removed_style{.colour = Colour::red};
const Style place_style{.colour = Colour::cyan};  // which lines of which file

bool is_word_character(std::string_view c, bool takes_dollar)
{
    if (c.size() > 1) return true;
    const auto byte = static_cast<unsigned char>(c[0]);
    return std::isalnum(byte) || c[0] == '_' || (takes_dollar && c[0] == '$');
}

}  // namespace

Highlighter::Highlighter(std::string_view language) : syntax_{syntax_of(language)} {}

bool Highlighter::has(char flag) const { return syntax_->flags.find(flag) != std::string_view::npos; }

namespace {

class PageTokens : public TokenSink {
public:
    explicit PageTokens(Page& page) : page_{page} {}
    void put(std::string_view text, const Style& style) override { page_.put(text, style); }

private:
    Page& page_;
};

}  // namespace

void Highlighter::feed(std::string_view character, Page& page)
{
    PageTokens out{page};
    feed(character, out);
}

void Highlighter::end_line(Page& page)
{
    PageTokens out{page};
    end_line(out);
}

void Highlighter::feed(std::string_view character, TokenSink& out)
{
    if (has('d')) {
        if (is_line_start_) begin_diff_line(character);
        is_line_start_ = false;
        return out.put(character, line_style_);
    }
    switch (state_) {
    case State::tag: return in_tag(character, out);
    case State::plain: return plain(character, out);
    case State::string: return in_string(character, out);
    case State::line_comment: return out.put(character, comment_style);
    case State::block_comment: return in_block_comment(character, out);
    }
}

// Whether `text` is the beginning of a comment mark or of a run of quotes that may be three.
bool Highlighter::begins_mark(std::string_view text) const
{
    for (const auto mark : {syntax_->line_comment, syntax_->other_line_comment, syntax_->block_start}) {
        if (mark.empty() || !mark.starts_with(text)) continue;
        if (has('h') && mark == syntax_->line_comment && !is_word_start_) continue;
        return true;
    }
    if (has('m')) return text == "<";
    if (syntax_->quotes.find(text[0]) == std::string_view::npos || text.size() > 3) return false;
    return std::all_of(text.begin(), text.end(), [&](char c) { return c == text[0]; }) && (text.size() == 1 || has('t'));
}

void Highlighter::plain(std::string_view character, TokenSink& out)
{
    if (!mark_.empty()) {
        if (character.size() == 1 && begins_mark(cat(mark_, character))) {
            mark_ += character;
            if (mark_ == syntax_->block_start || (mark_.size() == 3 && syntax_->quotes.find(mark_[0]) != std::string_view::npos))
                resolve_mark(out);
            return;
        }
        resolve_mark(out);
        return feed(character, out);
    }
    const bool is_mark_of_word = has('-') && (word_.empty() ? character == "@" || character == "!" : character == "-");
    // "#include" is a word of C, '#' begins a comment elsewhere.
    const bool is_directive = character == "#" && word_.empty() && syntax_->keywords.find('#') != std::string_view::npos;
    if (is_directive || is_mark_of_word || is_word_character(character, has('v'))) {
        word_ += character;
        is_word_start_ = false;
        if (word_.size() > 200) put_word(out);
        return;
    }
    put_word(out, has('k') && character == ":");
    if (character.size() == 1 && begins_mark(character)) {
        mark_.push_back(character[0]);
        return;
    }
    is_word_start_ = character == " " || character == "\t";
    out.put(character);
}

void Highlighter::put_word(TokenSink& out, bool is_key)
{
    if (word_.empty()) return;
    const std::string word = std::exchange(word_, {});
    const bool is_keyword = holds_word(syntax_->keywords, has('i') ? lower(word) : word);
    if (is_keyword) out.put(word, keyword_style);
    else if (is_key) out.put(word, key_style);
    else if (std::isdigit(static_cast<unsigned char>(word[0])) && syntax_ != &nothing && !has('m')) out.put(word, number_style);
    else if (word[0] == '$' && has('v')) out.put(word, variable_style);
    else out.put(word);
}

void Highlighter::resolve_mark(TokenSink& out)
{
    const std::string mark = std::exchange(mark_, {});
    is_word_start_ = has('m');
    if (mark == syntax_->block_start) {
        state_ = State::block_comment;
        ending_ = 0;
        return out.put(mark, comment_style);
    }
    if (has('m')) {
        state_ = State::tag;
        is_tag_name_ = true;
        return out.put(mark, tag_style);
    }
    const bool is_comment = !syntax_->line_comment.empty() && mark.starts_with(syntax_->line_comment);
    if (is_comment || (!mark.empty() && mark == syntax_->other_line_comment)) {
        state_ = State::line_comment;
        return out.put(mark, comment_style);
    }
    if (syntax_->quotes.find(mark[0]) == std::string_view::npos) return out.put(mark);
    out.put(mark, string_style);
    if (mark.size() == 2) return;  // an empty string
    state_ = State::string;
    quote_ = mark[0];
    quotes_ = mark.size();
    ending_ = 0;
    is_escaped_ = false;
}

void Highlighter::in_string(std::string_view character, TokenSink& out)
{
    out.put(character, string_style);
    if (std::exchange(is_escaped_, false)) return;
    if (character == "\\") is_escaped_ = !(quote_ == '\'' && has('v'));
    ending_ = character.size() == 1 && character[0] == quote_ ? ending_ + 1 : 0;
    if (ending_ == quotes_) state_ = has('m') ? State::tag : State::plain;
}

// From '<' on; a sign that no tag begins with was one of comparison.
void Highlighter::in_tag(std::string_view character, TokenSink& out)
{
    const char c = character[0];
    const bool is_word = is_word_character(character, false) || c == '-' || c == ':' || c == '.';
    if (is_tag_name_ && !is_word && c != '/' && c != '!' && c != '?' && c != '>' && is_word_start_) {
        state_ = State::plain;
        return plain(character, out);
    }
    is_word_start_ = false;
    if (c == '>' || c == '/') {
        out.put(character, tag_style);
        if (c == '>') state_ = State::plain;
    } else if (c == '"' || c == '\'') {
        out.put(character, string_style);
        state_ = State::string;
        quote_ = c;
        quotes_ = 1;
        ending_ = 0;
        is_escaped_ = false;
    } else if (is_word) {
        out.put(character, is_tag_name_ ? tag_style : variable_style);
    } else {
        is_tag_name_ = false;
        out.put(character);
    }
}

void Highlighter::begin_diff_line(std::string_view character)
{
    switch (character[0]) {
    case '+':
    case '>': line_style_ = added_style; return;
    case '-':
    case '<': line_style_ = removed_style; return;
    case '@': line_style_ = place_style; return;
    case 'd':
    case 'i': line_style_ = {.bold = true}; return;  // "diff --git", "index"
    default: line_style_ = {}; return;
    }
}

void Highlighter::in_block_comment(std::string_view character, TokenSink& out)
{
    out.put(character, comment_style);
    const std::string_view end = syntax_->block_end;
    if (character.size() == 1 && character[0] == end[ending_]) ++ending_;
    else ending_ = character.size() == 1 && character[0] == end[0] ? 1 : 0;
    if (ending_ == end.size()) state_ = State::plain;
}

void Highlighter::end_line(TokenSink& out)
{
    if (!mark_.empty()) resolve_mark(out);
    put_word(out);
    is_word_start_ = true;
    if (state_ == State::line_comment) state_ = State::plain;
    is_line_start_ = true;
    // A shell string and a template go on; a one-line string that was never closed does not.
    if (state_ == State::string && quotes_ == 1 && quote_ != '`' && !has('v') && !has('m')) state_ = State::plain;
    ending_ = 0;
    is_escaped_ = false;
}

}  // namespace oi
