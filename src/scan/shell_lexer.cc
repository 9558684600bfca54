// Words of shell code; see shell_lexer.h.
#include "scan/shell_lexer.h"

#include "base/text.h"

#include <algorithm>

namespace oi::scan {

namespace {

constexpr int deepest = 24;  // substitutions and subshells within each other

bool is_name_start(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }
bool is_name(char c) { return is_name_start(c) || (c >= '0' && c <= '9'); }
bool is_blank_char(char c) { return c == ' ' || c == '\t' || c == '\r'; }

}  // namespace

void ShellLexer::advance()
{
    if (at_end()) return;
    if (code_[position_] == '\n') ++line_;
    ++position_;
}

bool ShellLexer::take(std::string_view text)
{
    if (peek() != text[0] || !starts_with(text)) return false;
    for (std::size_t i = 0; i < text.size(); ++i) advance();
    return true;
}

void ShellLexer::skip_blanks()
{
    for (;;) {
        while (is_blank_char(peek())) ++position_;
        if (peek() == '\\' && peek(1) == '\n') {
            ++line_;
            position_ += 2;
            continue;
        }
        if (peek() != '#') return;
        if (position_ > 0 && !is_blank_char(code_[position_ - 1]) &&
            std::string_view{"\n;&|()"}.find(code_[position_ - 1]) == std::string_view::npos)
            return;
        position_ = std::min(code_.find('\n', position_), code_.size());
    }
}

void ShellLexer::skip_past(std::string_view end)
{
    const auto found = code_.find(end, position_);
    if (found == std::string_view::npos) script_.is_whole = false;
    const std::size_t target = std::min(found == std::string_view::npos ? code_.size() : found + end.size(), code_.size());
    line_ += static_cast<int>(
        std::count(code_.begin() + static_cast<std::ptrdiff_t>(position_), code_.begin() + static_cast<std::ptrdiff_t>(target), '\n'));
    position_ = target;
}

bool ShellLexer::is_operator() const
{
    const char c = peek();
    if (c == '&') return peek(1) != '>';
    return c == '\n' || c == ';' || c == '|' || c == ')' || (c == '(' && peek(1) != ')');
}

std::size_t ShellLexer::name_length(std::string_view text)
{
    if (text.empty() || !is_name_start(text[0])) return 0;
    std::size_t end = 1;
    while (end < text.size() && is_name(text[end])) ++end;
    return end;
}

bool ShellLexer::descend()
{
    if (depth_ < deepest) {
        ++depth_;
        return true;
    }
    script_.is_plain = script_.is_whole = false;
    position_ = code_.size();
    return false;
}

void ShellLexer::add(ShellWord& word, std::string_view text) const
{
    word.text += text;
    if (word.pieces.empty()) return;
    if (word.pieces.back().kind == ShellPiece::Kind::text) word.pieces.back().text += text;
    else word.pieces.push_back({.text = std::string{text}});
}

void ShellLexer::add(ShellWord& word, ShellPiece piece) const
{
    if (word.pieces.empty()) word.pieces.push_back({.text = word.text});
    word.pieces.push_back(std::move(piece));
}

ShellWord ShellLexer::word()
{
    ShellWord word;
    word.has_tilde = peek() == '~';
    while (!at_end()) {
        const char c = peek();
        if (is_blank_char(c) || c == '\n' || c == ';' || c == '|' || c == '&' || c == ')') break;
        if ((c == '<' || c == '>') && peek(1) != '(') break;
        if (c == '(' && peek(1) != ')' && word.pieces.empty() && !word.text.ends_with('=')) break;
        if (c == '(' && peek(1) == ')') break;
        unquoted(word);
    }
    return word;
}

void ShellLexer::unquoted(ShellWord& word)
{
    const char c = peek();
    switch (c) {
    case '\'': return single_quoted(word);
    case '"': return double_quoted(word);
    case '`': return backticks(word);
    case '$': return dollar(word);
    case '\\':
        advance();
        if (at_end()) return;
        if (peek() != '\n') {
            add(word, code_.substr(position_, 1));
            word.is_quoted = true;
        }
        return advance();
    case '<':
    case '>':
    case '(':  // <(...), an array
        advance();
        if (c != '(') advance();
        return substitution(word);
    case '*':
    case '?':
    case '[':
    case '{': word.has_glob = true; [[fallthrough]];
    default: {
        std::size_t end = position_ + 1;
        while (end < code_.size() && (is_name(code_[end]) || code_[end] == '/' || code_[end] == '.' || code_[end] == '-')) ++end;
        add(word, code_.substr(position_, end - position_));
        position_ = end;
    }
    }
}

void ShellLexer::single_quoted(ShellWord& word)
{
    word.is_quoted = true;
    advance();
    const std::size_t start = position_;
    skip_past("'");
    const bool is_closed = position_ > start && code_[position_ - 1] == '\'';
    add(word, code_.substr(start, position_ - start - (is_closed ? 1 : 0)));
}

// $'...'
void ShellLexer::escaped_quoted(ShellWord& word)
{
    word.is_quoted = true;
    advance();
    advance();
    while (!at_end() && peek() != '\'') {
        if (peek() != '\\') {
            add(word, code_.substr(position_, 1));
            advance();
            continue;
        }
        advance();
        const char c = peek();
        advance();
        if (c == 'x') {
            const auto digits = code_.substr(position_, 2);
            char byte = 0;
            const auto parsed = std::from_chars(digits.data(), digits.data() + digits.size(), byte, 16);
            position_ += static_cast<std::size_t>(parsed.ptr - digits.data());
            add(word, std::string_view{&byte, 1});
        } else {
            const char plain = c == 'n' ? '\n' : c == 't' ? '\t' : c;
            add(word, std::string_view{&plain, 1});
        }
    }
    if (at_end()) script_.is_whole = false;
    advance();
}

void ShellLexer::double_quoted(ShellWord& word)
{
    word.is_quoted = true;
    advance();
    while (!at_end() && peek() != '"') {
        const char c = peek();
        if (c == '$') dollar(word);
        else if (c == '`') backticks(word);
        else if (c == '\\') {
            advance();
            if (at_end()) break;
            const bool is_special = std::string_view{"$`\"\\"}.find(peek()) != std::string_view::npos;
            if (!is_special && peek() != '\n') add(word, "\\");
            if (peek() != '\n') add(word, code_.substr(position_, 1));
            advance();
        } else {
            const std::size_t end = std::min(code_.find_first_of("$`\\\"", position_), code_.size());
            add(word, code_.substr(position_, end - position_));
            line_ += static_cast<int>(
                std::count(code_.begin() + static_cast<std::ptrdiff_t>(position_), code_.begin() + static_cast<std::ptrdiff_t>(end), '\n'));
            position_ = end;
        }
    }
    if (at_end()) script_.is_whole = false;
    advance();
}

ShellWord ShellLexer::quoted_word()
{
    ShellWord word;
    word.is_quoted = true;
    while (!at_end()) {
        if (peek() == '$') dollar(word);
        else if (peek() == '`') backticks(word);
        else {
            add(word, code_.substr(position_, 1));
            advance();
        }
    }
    return word;
}

void ShellLexer::dollar(ShellWord& word)
{
    const char next = peek(1);
    if (next == '\'') return escaped_quoted(word);
    if (next == '{') return braced(word);
    if (next == '(' && peek(2) == '(') {
        const std::size_t start = position_;
        skip_past("))");
        return add(word, {ShellPiece::Kind::unknown, std::string{code_.substr(start, position_ - start)}});
    }
    advance();
    if (next == '(') {
        advance();
        return substitution(word);
    }
    std::size_t length = name_length(rest());
    if (length == 0 && std::string_view{"@*#?$!-0123456789"}.find(next) != std::string_view::npos && next != '\0') length = 1;
    if (length == 0) return add(word, "$");
    add(word, {ShellPiece::Kind::variable, std::string{code_.substr(position_, length)}});
    position_ += length;
}

// ${NAME}, ${NAME:-word}, ${NAME%pattern} ...
void ShellLexer::braced(ShellWord& word)
{
    const std::size_t start = position_;
    int depth = 0;
    do {
        if (peek() == '\\') advance();
        else if (peek() == '{') ++depth;
        else if (peek() == '}') --depth;
        advance();
    } while (!at_end() && (depth > 0 || position_ == start + 1));
    if (depth > 0) script_.is_whole = false;
    std::string_view inside = code_.substr(start + 2, position_ - start - 3);
    std::size_t length = name_length(inside);
    if (length == 0) return add(word, {ShellPiece::Kind::unknown, std::string{code_.substr(start, position_ - start)}});
    ShellPiece piece{ShellPiece::Kind::variable, std::string{inside.substr(0, length)}};
    inside.remove_prefix(length);
    if (inside.starts_with(':') && inside.size() > 1 && std::string_view{"-=?+"}.find(inside[1]) != std::string_view::npos)
        inside.remove_prefix(1);
    if (!inside.empty()) {
        piece.operation = inside[0];
        piece.argument = inside.substr(1);
        if (piece.argument.find("$(") != std::string::npos || piece.argument.find('`') != std::string::npos) script_.is_plain = false;
    }
    add(word, std::move(piece));
}

void ShellLexer::backticks(ShellWord& word)
{
    advance();
    const std::size_t start = position_;
    std::string inside;
    while (!at_end() && peek() != '`') {
        if (peek() == '\\' && std::string_view{"`\\$"}.find(peek(1)) != std::string_view::npos) advance();
        inside += peek();
        advance();
    }
    if (at_end()) script_.is_whole = false;
    add(word, {ShellPiece::Kind::unknown, cat("$(", code_.substr(start, position_ - start), ")")});
    advance();
    script_.is_plain = false;
    if (depth_ >= deepest) return;
    emit({.kind = ShellCommand::Kind::open, .line = line_});
    parse_nested(inside, script_, line_, depth_ + 1);
    emit({.kind = ShellCommand::Kind::close, .line = line_});
}

// What stands in $(...), <(...) or an array; its opening is behind us.
void ShellLexer::substitution(ShellWord& word)
{
    const std::size_t start = position_;
    script_.is_plain = false;
    const bool is_array = position_ >= 2 && code_[position_ - 2] == '=';
    if (!descend()) return;
    if (is_array) skip_past(")");
    else {
        emit({.kind = ShellCommand::Kind::open, .line = line_});
        nested_list();
        emit({.kind = ShellCommand::Kind::close, .line = line_});
    }
    ascend();
    const std::size_t length = position_ > start ? position_ - start - 1 : 0;
    add(word, {ShellPiece::Kind::unknown, cat("$(", trim(code_.substr(start, length)), ")")});
}

void ShellLexer::expect_document(std::string end, bool is_indented)
{
    script_.is_plain = false;
    documents_.push_back({std::move(end), is_indented, script_.commands.size()});
}

void ShellLexer::read_documents()
{
    for (auto& document : documents_) {
        if (!document.text.empty() || document.command >= script_.commands.size()) continue;
        while (!at_end()) {
            const std::size_t end = std::min(code_.find('\n', position_), code_.size());
            std::string_view row = code_.substr(position_, end - position_);
            position_ = std::min(end + 1, code_.size());
            ++line_;
            std::string_view bare = row;
            if (document.is_indented) bare.remove_prefix(std::min(bare.find_first_not_of('\t'), bare.size()));
            if (bare == document.end) break;
            document.text += row;
            document.text += '\n';
        }
        for (auto& redirection : script_.commands[document.command].redirections)
            if (redirection.operation.starts_with("<<") && redirection.document.empty() && redirection.target.text == document.end)
                redirection.document = std::move(document.text);
    }
    documents_.clear();
}

void ShellLexer::finish()
{
    if (!documents_.empty()) script_.is_whole = false;
    documents_.clear();
}

}  // namespace oi::scan
