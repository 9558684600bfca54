// Inline Markdown; the rules of flanking are CommonMark's (spec 0.31, 6.2), bounded to one line.
#include "frontend/terminal/inline.h"

#include "base/text.h"

#include <algorithm>
#include <cctype>
#include <utility>

namespace oi {

namespace {

constexpr std::size_t most_openers = 64;  // of emphasis that is open: each costs something with each character

bool is_punctuation(std::string_view character)
{
    return character.size() == 1 && std::ispunct(static_cast<unsigned char>(character[0])) != 0;
}

}  // namespace

Inline::Neighbour Inline::neighbour(std::string_view character)
{
    if (character == " " || character == "\t") return Neighbour::space;
    return is_punctuation(character) ? Neighbour::punctuation : Neighbour::word;
}

void put_inline(Page& page, std::string_view text, const Style& base)
{
    Inline line{page};
    line.begin(base);
    while (!text.empty()) {
        const std::size_t length = character_length(text);
        line.feed(text.substr(0, length));
        text.remove_prefix(length);
    }
    line.end();
}

void Inline::begin(const Style& base)
{
    base_ = base;
    openers_.clear();
    before_ = before_run_ = Neighbour::space;
    run_ = 0;
    run_length_ = code_length_ = 0;
    is_escaped_ = is_bang_ = false;
    what_ = Held::nothing;
    held_.clear();
    brackets_are_text_ = false;
}

Style Inline::style() const
{
    Style style = base_;
    for (const Opener& opener : openers_) {
        if (opener.mark == '~') style.strike = true;
        else if (opener.mark == '`') style.colour = Colour::cyan;
        else {
            if (opener.length != 2) style.italic = true;
            if (opener.length >= 2) style.bold = true;
        }
    }
    return style;
}

void Inline::put(std::string_view text) { page_.put(text, style()); }

void Inline::feed(std::string_view character)
{
    if (what_ != Held::nothing) return in_held(character);
    if (code_length_ > 0) return in_code(character);
    if (run_ != 0) {
        if (character.size() == 1 && character[0] == run_) {
            ++run_length_;
            return;
        }
        end_run(neighbour(character));
        if (code_length_ > 0) return in_code(character);
    }
    if (is_escaped_) {
        is_escaped_ = false;
        if (character == "(" || character == "[") return hold(Held::formula, cat("\\", character));
        if (is_punctuation(character)) {
            put(character);
            before_ = Neighbour::punctuation;
            return;
        }
        put("\\");
        before_ = Neighbour::punctuation;
    }
    if (is_bang_ && character != "[") {
        is_bang_ = false;
        put("!");
        before_ = Neighbour::punctuation;
    }
    switch (character[0]) {
    case '\\': is_escaped_ = true; return;
    case '!': is_bang_ = true; return;
    case '[':
        if (brackets_are_text_) break;
        depth_ = 1;
        return hold(Held::link_text, character);
    case '&': return hold(Held::entity, character);
    case '<': return hold(Held::angle, character);
    case '$': return hold(Held::formula, character);
    case 'h':
        if (before_ == Neighbour::word) break;
        return hold(Held::address, character);
    case '*':
    case '_':
    case '~':
    case '`': return start_run(character[0]);
    default: break;
    }
    put(character);
    before_ = neighbour(character);
}

void Inline::start_run(char mark)
{
    run_ = mark;
    run_length_ = 1;
    before_run_ = before_;
    before_ = Neighbour::punctuation;
}

void Inline::end_run(Neighbour next)
{
    const char mark = run_;
    const std::size_t length = run_length_;
    run_ = 0;
    run_length_ = 0;
    if (mark == '`') {
        openers_.push_back({mark, length, page_.place()});
        code_length_ = length;
        return;
    }
    end_emphasis(mark, length, next);
}

void Inline::end_emphasis(char mark, std::size_t length, Neighbour next)
{
    const bool is_word_mark = mark == '_';
    const bool can_open = next != Neighbour::space && !(next == Neighbour::punctuation && before_run_ == Neighbour::word) &&
                          !(is_word_mark && before_run_ == Neighbour::word);
    const bool can_close = before_run_ != Neighbour::space && !(before_run_ == Neighbour::punctuation && next == Neighbour::word) &&
                           !(is_word_mark && next == Neighbour::word);
    const bool is_known = mark == '~' ? length == 2 : length <= 3;
    if (is_known && can_close) length = close(mark, length);
    if (length == 0) return;
    if (is_known && can_open && openers_.size() < most_openers) openers_.push_back({mark, length, page_.place()});
    else put(std::string(length, mark));
}

// Closes what `length` marks can close; returns how many are left.
std::size_t Inline::close(char mark, std::size_t length)
{
    while (length > 0) {
        const auto found = std::find_if(openers_.rbegin(), openers_.rend(), [&](const Opener& o) { return o.mark == mark; });
        if (found == openers_.rend()) break;
        if (mark == '~' && found->length != length) break;
        while (&openers_.back() != &*found) {
            const Opener inner = openers_.back();
            openers_.pop_back();
            take_back(inner);
        }
        Opener& opener = openers_.back();
        if (opener.length > length) {
            opener.length -= length;
            return 0;
        }
        length -= opener.length;
        openers_.pop_back();
    }
    return length;
}

void Inline::take_back(const Opener& opener)
{
    Style taken_away;
    if (opener.mark == '~') taken_away.strike = true;
    else if (opener.mark == '`') taken_away.colour = Colour::cyan;
    else {
        taken_away.italic = opener.length != 2;
        taken_away.bold = opener.length >= 2;
    }
    Style literal = style();
    page_.rewrite(opener.place, std::string(opener.length, opener.mark), literal, taken_away);
}

void Inline::in_code(std::string_view character)
{
    if (character == "`") {
        ++run_length_;
        return;
    }
    if (run_length_ == code_length_) {
        code_length_ = run_length_ = 0;
        openers_.pop_back();
        before_ = Neighbour::punctuation;
        return feed(character);
    }
    if (run_length_ > 0) put(std::string(run_length_, '`'));
    run_length_ = 0;
    put(character);
}

void Inline::end()
{
    if (what_ == Held::address) finish_address();
    while (what_ != Held::nothing) break_held();
    if (code_length_ > 0) {
        if (run_length_ == code_length_) openers_.pop_back();
        else if (run_length_ > 0) put(std::string(run_length_, '`'));
    } else if (run_ != 0) {
        if (run_ == '`') put(std::string(run_length_, '`'));
        else end_emphasis(run_, run_length_, Neighbour::space);
    }
    if (is_escaped_) put("\\");
    if (is_bang_) put("!");
    while (!openers_.empty()) {
        const Opener opener = openers_.back();
        openers_.pop_back();
        take_back(opener);
    }
    begin(base_);
}

}  // namespace oi
