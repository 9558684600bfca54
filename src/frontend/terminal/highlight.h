// Highlighter: colours code while it arrives, token by token, from a table of what each language looks like.
#pragma once

#include "frontend/terminal/page.h"

#include <string>
#include <string_view>
#include <vector>

namespace oi {

struct Syntax;

// Takes tokens, or pieces of them, in order.
class TokenSink {
public:
    virtual ~TokenSink() = default;
    virtual void put(std::string_view text, const Style& style = {}) = 0;
};

// Finished tokens go out; only a word, or a mark of up to four characters, waits for what follows it.
class Highlighter {
public:
    explicit Highlighter(std::string_view language);

    void feed(std::string_view character, TokenSink& out);  // no newline
    void end_line(TokenSink& out);                          // puts what waits; does not end the line
    void feed(std::string_view character, Page& page);
    void end_line(Page& page);

private:
    enum class State : unsigned char { plain, string, line_comment, block_comment, tag };
    void plain(std::string_view character, TokenSink& out);
    void in_string(std::string_view character, TokenSink& out);
    void in_block_comment(std::string_view character, TokenSink& out);
    bool begins_mark(std::string_view text) const;
    void resolve_mark(TokenSink& out);
    void put_word(TokenSink& out, bool is_key = false);
    void in_tag(std::string_view character, TokenSink& out);
    void begin_diff_line(std::string_view character);
    bool has(char flag) const;

    const Syntax* syntax_;
    State state_ = State::plain;
    std::string word_;
    std::string mark_;  // the beginning of a comment or string mark
    char quote_ = 0;
    std::size_t quotes_ = 0;  // 1 or 3: how many end the string
    std::size_t ending_ = 0;  // of these, how many have come
    bool is_escaped_ = false;
    bool is_word_start_ = true;  // the character before was white space
    bool is_line_start_ = true;
    bool is_tag_name_ = false;  // the word in progress is one
    Style line_style_{};        // of the line in progress of a diff
};

}  // namespace oi
