// Inline Markdown, character by character: emphasis, code, strike, links, addresses, entities, escapes; formulas stay as they are.
#pragma once

#include "frontend/terminal/graphemes.h"
#include "frontend/terminal/page.h"

#include <string>
#include <string_view>
#include <vector>

namespace oi {

// Styles start as soon as their mark is read. A mark that its line does not close comes back as a literal, if
// the row it stands in is still in progress. Nothing depends on how the text was cut into pieces.
class Inline {
public:
    explicit Inline(Page& page) : page_{page} {}

    void begin(const Style& base);          // a line of text begins
    void feed(std::string_view character);  // one UTF-8 character, no newline
    void end();                             // the line is complete

private:
    struct Opener {
        char mark;
        std::size_t length;
        Page::Place place;
    };
    enum class Neighbour : unsigned char { space, punctuation, word };
    static Neighbour neighbour(std::string_view character);
    // What is held back until it is known to be what it looks like.
    enum class Held : unsigned char { nothing, link_text, after_link_text, link_address, address, angle, entity, formula };

    void put(std::string_view text);
    void start_run(char mark);
    void end_run(Neighbour next);
    void end_emphasis(char mark, std::size_t length, Neighbour next);
    std::size_t close(char mark, std::size_t length);
    void in_code(std::string_view character);
    void hold(Held what, std::string_view beginning);
    void in_held(std::string_view character);
    void in_link(std::string_view character);
    void in_address(std::string_view character);
    void in_angle(std::string_view character);
    void in_entity(std::string_view character);
    void in_formula(std::string_view character);
    void finish_link();
    void finish_address();
    void put_address(std::string_view address);
    void release(std::string_view first, std::size_t skipped);
    void break_held();
    void feed_all(std::string_view text);
    void take_back(const Opener& opener);
    Style style() const;

    Page& page_;
    Style base_;
    std::vector<Opener> openers_;
    Neighbour before_ = Neighbour::space;      // the character before
    Neighbour before_run_ = Neighbour::space;  // and before the marks that wait
    char run_ = 0;                             // marks that wait for what follows
    std::size_t run_length_ = 0;
    std::size_t code_length_ = 0;  // back quotes that opened the code we are in
    bool is_escaped_ = false;
    bool is_bang_ = false;
    Held what_ = Held::nothing;
    std::string held_;                // as far as it has come
    std::size_t text_end_ = 0;        // of a link's text, in held_
    int depth_ = 0;                   // of brackets in it
    bool brackets_are_text_ = false;  // so many are open that they begin no links
};

// A whole text at once, on one line.
void put_inline(Page& page, std::string_view text, const Style& base);

}  // namespace oi
