// Highlighter: colours code while it arrives, token by token, from a table of what each language looks like.
#pragma once

#include "frontend/terminal/page.h"

#include <string>
#include <string_view>
#include <vector>

namespace oi {

struct Syntax;

// Finished tokens go to the page; only a word, or a mark of up to four characters, waits for what follows it.
class Highlighter {
public:
    explicit Highlighter(std::string_view language);

    void feed(std::string_view character, Page& page);  // no newline
    void end_line(Page& page);                          // puts what waits; does not end the page's line

private:
    enum class State : unsigned char { plain, string, line_comment, block_comment, tag };
    void plain(std::string_view character, Page& page);
    void in_string(std::string_view character, Page& page);
    void in_block_comment(std::string_view character, Page& page);
    bool begins_mark(std::string_view text) const;
    void resolve_mark(Page& page);
    void put_word(Page& page, bool is_key = false);
    void in_tag(std::string_view character, Page& page);
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
