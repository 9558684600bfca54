// Inline Markdown; the rules of flanking are CommonMark's (spec 0.31, 6.2), bounded to one line.
#include "frontend/terminal/inline.h"

#include "base/text.h"

#include <algorithm>
#include <cctype>
#include <utility>

namespace oi {

namespace {

constexpr std::size_t longest_link = 2000;  // bytes held back while a link arrives

bool is_punctuation(std::string_view character)
{
    return character.size() == 1 && std::ispunct(static_cast<unsigned char>(character[0])) != 0;
}

// Only addresses that a click may open, in characters that cannot end the sequence.
bool is_safe_address(std::string_view address)
{
    const bool is_known = address.starts_with("https://") || address.starts_with("http://") || address.starts_with("mailto:");
    return is_known && std::all_of(address.begin(), address.end(), [](char c) { return c > 0x20 && c < 0x7F; });
}

}  // namespace

std::size_t character_length(std::string_view text)
{
    std::size_t length = 1;
    if (static_cast<unsigned char>(text[0]) >= 0xC0)
        while (length < text.size() && (static_cast<unsigned char>(text[length]) & 0xC0) == 0x80) ++length;
    return length;
}

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
    link_ = LinkState::none;
    held_.clear();
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
    if (link_ != LinkState::none) return in_link(character);
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
        link_ = LinkState::text;
        held_ = character;
        depth_ = 1;
        return;
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
    if (is_known && can_open) openers_.push_back({mark, length, page_.place()});
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

void Inline::in_link(std::string_view character)
{
    const char c = character.size() == 1 ? character[0] : 'x';
    if (link_ == LinkState::after_text) {
        if (c != '(') {
            break_link();
            return feed(character);
        }
        link_ = LinkState::address;
        depth_ = 1;
        held_ += c;
        return;
    }
    held_ += character;
    const char open = link_ == LinkState::text ? '[' : '(';
    const char shut = link_ == LinkState::text ? ']' : ')';
    if (c == open) ++depth_;
    if (c == shut && --depth_ == 0) {
        if (link_ == LinkState::address) return finish_link();
        text_end_ = held_.size() - 1;
        link_ = LinkState::after_text;
    }
    if (held_.size() > longest_link) break_link();
}

void Inline::finish_link()
{
    const std::string text = held_.substr(1, text_end_ - 1);
    std::string_view address = trim(std::string_view{held_}.substr(text_end_ + 2, held_.size() - text_end_ - 3));
    address = address.substr(0, address.find_first_of(" \t"));  // a title follows
    link_ = LinkState::none;
    const bool was_image = std::exchange(is_bang_, false);
    Style linked = style();
    linked.underline = true;
    const bool is_link = page_.abilities().has_links && is_safe_address(address);
    if (is_link) linked.link = page_.add_link(std::string{address});
    if (was_image) put("image: ");
    put_inline(page_, text.empty() ? address : std::string_view{text}, linked);
    if (!is_link && !address.empty() && address != text) put(cat(" (", address, ")"));
    held_.clear();
    before_ = Neighbour::punctuation;
}

// It was no link: its first bracket is a literal, the rest is read again.
void Inline::break_link()
{
    link_ = LinkState::none;
    const std::string held = std::exchange(held_, {});
    if (std::exchange(is_bang_, false)) put("!");
    put("[");
    before_ = Neighbour::punctuation;
    for (std::string_view rest = std::string_view{held}.substr(1); !rest.empty();) {
        const std::size_t length = character_length(rest);
        feed(rest.substr(0, length));
        rest.remove_prefix(length);
    }
}

void Inline::end()
{
    while (link_ != LinkState::none) break_link();
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
