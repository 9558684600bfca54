// ShellLexer: the words of shell code and what is quoted and substituted in them; the parser adds the grammar.
#pragma once

#include "scan/shell_parser.h"

#include <string>
#include <string_view>
#include <vector>

namespace oi::scan {

class ShellLexer {
public:
    ShellLexer(std::string_view code, ShellScript& script, int line, int depth) : script_{script}, code_{code}, line_{line}, depth_{depth}
    {
    }
    // Here-documents that have not come are empty.
    void finish();
    // All that is left, as between double quotes.
    ShellWord quoted_word();

protected:
    bool at_end() const { return position_ >= code_.size(); }
    char peek(std::size_t ahead = 0) const { return position_ + ahead < code_.size() ? code_[position_ + ahead] : '\0'; }
    std::string_view rest() const { return code_.substr(position_); }
    bool starts_with(std::string_view text) const { return rest().starts_with(text); }
    void advance();
    bool take(std::string_view text);
    void skip_blanks();  // and comments, and continued lines
    void skip_past(std::string_view end);
    bool is_operator() const;
    std::size_t position() const { return position_; }
    int line() const { return line_; }

    ShellWord word();
    void emit(ShellCommand command) { script_.commands.push_back(std::move(command)); }
    void expect_document(std::string end, bool is_indented);
    void read_documents();  // at the start of a line
    bool descend();         // false: too deep
    void ascend() { --depth_; }
    static std::size_t name_length(std::string_view text);

    ShellScript& script_;

private:
    void nested_list();
    void add(ShellWord& word, std::string_view text) const;
    void add(ShellWord& word, ShellPiece piece) const;
    void single_quoted(ShellWord& word);
    void escaped_quoted(ShellWord& word);
    void double_quoted(ShellWord& word);
    void dollar(ShellWord& word);
    void braced(ShellWord& word);
    void backticks(ShellWord& word);
    void substitution(ShellWord& word);
    void unquoted(ShellWord& word);

    struct Document {
        std::string end;
        bool is_indented;
        std::size_t command;  // that the parser will have emitted by then
        std::string text{};
    };

    std::string_view code_;
    std::size_t position_ = 0;
    int line_;
    int depth_;
    std::vector<Document> documents_;
};

// Parses `code` into `into`, as part of it.
void parse_nested(std::string_view code, ShellScript& into, int line, int depth);

}  // namespace oi::scan
