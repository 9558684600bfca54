// What inline Markdown holds back: links, addresses, entities, formulas (CommonMark 0.31, 6.2 and 6.3; GFM 6.9).
#include "frontend/terminal/inline.h"

#include "base/text.h"
#include "frontend/terminal/safe_text.h"

#include <algorithm>
#include <cctype>
#include <utility>

namespace oi {

namespace {

constexpr std::size_t longest_link = 2000;    // bytes held back while it arrives
constexpr std::size_t longest_formula = 300;  // the same
constexpr std::size_t longest_entity = 10;
constexpr int deepest_brackets = 10;

bool is_printable(char c) { return c > 0x20 && c < 0x7F; }

// Only addresses that a click may open, in characters that cannot end the sequence.
bool is_safe_address(std::string_view address)
{
    const bool is_known = address.starts_with("https://") || address.starts_with("http://") || address.starts_with("mailto:");
    return is_known && std::all_of(address.begin(), address.end(), is_printable);
}

bool is_beginning_of(std::string_view text, std::string_view whole) { return whole.starts_with(text.substr(0, whole.size())); }

std::string utf8(unsigned point)
{
    if (point < 0x80) return {static_cast<char>(point)};
    std::string text;
    if (point < 0x800) text += static_cast<char>(0xC0 | point >> 6);
    else if (point < 0x10000) text += static_cast<char>(0xE0 | point >> 12);
    else text += static_cast<char>(0xF0 | point >> 18);
    if (point >= 0x10000) text += static_cast<char>(0x80 | (point >> 12 & 63));
    if (point >= 0x800) text += static_cast<char>(0x80 | (point >> 6 & 63));
    return text + static_cast<char>(0x80 | (point & 63));
}

// "amp", "#39", "#x27" -> the character; empty: none that is known, or one that is not to be seen.
std::string entity(std::string_view name)
{
    constexpr std::pair<std::string_view, std::string_view> known[] = {{"amp", "&"},
                                                                       {"lt", "<"},
                                                                       {"gt", ">"},
                                                                       {"quot", "\""},
                                                                       {"apos", "'"},
                                                                       {"nbsp", "\xC2\xA0"},
                                                                       {"copy", "\xC2\xA9"},
                                                                       {"reg", "\xC2\xAE"},
                                                                       {"deg", "\xC2\xB0"},
                                                                       {"times", "\xC3\x97"},
                                                                       {"middot", "\xC2\xB7"},
                                                                       {"ndash", "\xE2\x80\x93"},
                                                                       {"mdash", "\xE2\x80\x94"},
                                                                       {"hellip", "\xE2\x80\xA6"},
                                                                       {"larr", "\xE2\x86\x90"},
                                                                       {"rarr", "\xE2\x86\x92"},
                                                                       {"bull", "\xE2\x80\xA2"},
                                                                       {"euro", "\xE2\x82\xAC"}};
    for (const auto& [word, character] : known)
        if (word == name) return std::string{character};
    if (!name.starts_with('#')) return {};
    const bool is_hex = name.starts_with("#x") || name.starts_with("#X");
    const std::string_view digits = name.substr(is_hex ? 2 : 1);
    unsigned point = 0;
    for (const char c : digits) {
        const bool is_digit = is_hex ? std::isxdigit(static_cast<unsigned char>(c)) != 0 : std::isdigit(static_cast<unsigned char>(c)) != 0;
        if (!is_digit || point > 0x10FFFF) return {};
        point = point * (is_hex ? 16 : 10) + static_cast<unsigned>(c <= '9' ? c - '0' : (c | 32) - 'a' + 10);
    }
    if (point < 0x20 || point == 0x7F || point > 0x10FFFF || (point >= 0xD800 && point <= 0xDFFF)) return {};
    return safe_text(utf8(point));
}

// How much of an address at the end is punctuation of the sentence around it.
std::size_t address_end(std::string_view address)
{
    std::size_t end = address.size();
    while (end > 0) {
        const char last = address[end - 1];
        if (last == ')') {
            const auto inside = address.substr(0, end);
            if (std::count(inside.begin(), inside.end(), '(') >= std::count(inside.begin(), inside.end(), ')')) return end;
        } else if (std::string_view{".,;:!?'*_~]}"}.find(last) == std::string_view::npos) {
            return end;
        }
        --end;
    }
    return end;
}

}  // namespace

void Inline::feed_all(std::string_view text)
{
    while (!text.empty()) {
        const std::size_t length = character_length(text);
        feed(text.substr(0, length));
        text.remove_prefix(length);
    }
}

void Inline::hold(Held what, std::string_view beginning)
{
    what_ = what;
    held_ = beginning;
}

void Inline::in_held(std::string_view character)
{
    switch (what_) {
    case Held::nothing: return;
    case Held::link_text:
    case Held::after_link_text:
    case Held::link_address: return in_link(character);
    case Held::address: return in_address(character);
    case Held::angle: return in_angle(character);
    case Held::entity: return in_entity(character);
    case Held::formula: return in_formula(character);
    }
}

// It was not what it looked like: `first` stands for the first `skipped` bytes, the rest is read again.
void Inline::release(std::string_view first, std::size_t skipped)
{
    what_ = Held::nothing;
    const std::string held = std::exchange(held_, {});
    put(first);
    before_ = neighbour(first.substr(first.size() - 1));
    feed_all(std::string_view{held}.substr(skipped));
}

void Inline::break_held()
{
    if (what_ == Held::formula && held_[0] == '\\') return release(held_.substr(1, 1), 2);
    if (what_ == Held::address) return release("h", 1);
    const bool is_link = what_ == Held::link_text || what_ == Held::after_link_text || what_ == Held::link_address;
    if (is_link && std::exchange(is_bang_, false)) put("!");
    if (depth_ > deepest_brackets) brackets_are_text_ = true;
    release(held_.substr(0, 1), 1);
}

void Inline::in_link(std::string_view character)
{
    const char c = character.size() == 1 ? character[0] : 'x';
    if (what_ == Held::after_link_text) {
        if (c != '(') {
            break_held();
            return feed(character);
        }
        what_ = Held::link_address;
        depth_ = 1;
        held_ += c;
        return;
    }
    held_ += character;
    const char open = what_ == Held::link_text ? '[' : '(';
    const char shut = what_ == Held::link_text ? ']' : ')';
    if (c == open) ++depth_;
    if (c == shut && --depth_ == 0) {
        if (what_ == Held::link_address) return finish_link();
        text_end_ = held_.size() - 1;
        what_ = Held::after_link_text;
    }
    if (held_.size() > longest_link || depth_ > deepest_brackets) break_held();
}

void Inline::finish_link()
{
    const std::string text = held_.substr(1, text_end_ - 1);
    std::string_view address = trim(std::string_view{held_}.substr(text_end_ + 2, held_.size() - text_end_ - 3));
    address = address.substr(0, address.find_first_of(" \t"));  // a title follows
    if (address.starts_with('<') && address.ends_with('>')) address = address.substr(1, address.size() - 2);
    what_ = Held::nothing;
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

// An address without marks around it.
void Inline::in_address(std::string_view character)
{
    const char c = character[0];
    const bool is_part = character.size() == 1 && is_printable(c) && std::string_view{"<>\"|`"}.find(c) == std::string_view::npos;
    const bool has_begun = held_.find("://") != std::string::npos;
    if (is_part && (has_begun || is_beginning_of(cat(held_, character), "https://") || is_beginning_of(cat(held_, character), "http://"))) {
        held_ += c;
        if (held_.size() <= longest_link) return;
        what_ = Held::nothing;
        return put(std::exchange(held_, {}));
    }
    if (has_begun) finish_address();
    else break_held();
    feed(character);
}

void Inline::finish_address()
{
    const std::size_t end = address_end(held_);
    const auto scheme_end = held_.find("://");
    if (scheme_end == std::string::npos || end <= scheme_end + 3) return break_held();
    what_ = Held::nothing;
    const std::string held = std::exchange(held_, {});
    put_address(std::string_view{held}.substr(0, end));
    feed_all(std::string_view{held}.substr(end));
}

void Inline::put_address(std::string_view address)
{
    Style linked = style();
    linked.underline = true;
    if (page_.abilities().has_links && is_safe_address(address)) linked.link = page_.add_link(std::string{address});
    page_.put(address, linked);
    before_ = Neighbour::word;
}

// <https://...>, <mailto:...>, <br>
void Inline::in_angle(std::string_view character)
{
    constexpr std::string_view known[] = {"<https://", "<http://", "<mailto:", "<br>", "<br/>", "<br />"};
    if (character == ">" && is_safe_address(std::string_view{held_}.substr(1))) {
        what_ = Held::nothing;
        const std::string held = std::exchange(held_, {});
        return put_address(std::string_view{held}.substr(1));
    }
    const std::string next = cat(held_, character);
    if (next == "<br>" || next == "<br/>" || next == "<br />") {
        what_ = Held::nothing;
        held_.clear();
        before_ = Neighbour::space;
        return put(" ");
    }
    const bool can_be = std::any_of(std::begin(known), std::end(known), [&](std::string_view one) {
        return next.size() < one.size() ? one.starts_with(next) : !one.ends_with('>') && next.starts_with(one);
    });
    if (!can_be || !(is_printable(character[0]) || next == "<br ") || next.size() > longest_link) {
        break_held();
        return feed(character);
    }
    held_ = next;
}

void Inline::in_entity(std::string_view character)
{
    if (character == ";") {
        const std::string shown = entity(std::string_view{held_}.substr(1));
        if (!shown.empty()) {
            what_ = Held::nothing;
            held_.clear();
            put(shown);
            before_ = neighbour(shown);
            return;
        }
    }
    const auto c = static_cast<unsigned char>(character[0]);
    if (!(std::isalnum(c) || c == '#') || held_.size() >= longest_entity) {
        break_held();
        return feed(character);
    }
    held_ += character;
}

// $...$, $$...$$, \(...\), \[...\]: marks inside are no emphasis. A price ("$5 and $10") is none.
void Inline::in_formula(std::string_view character)
{
    const char c = character[0];
    if (held_ == "$" && (c == ' ' || c == '\t' || std::isdigit(static_cast<unsigned char>(c)))) {
        break_held();
        return feed(character);
    }
    const bool is_dollar = held_[0] == '$';
    const bool is_double = held_.starts_with("$$");
    const char last = held_.back();
    const bool begins_another = is_dollar ? c == '$' && held_.size() > 1 && !is_double && (last == ' ' || last == '\t')
                                          : last == '\\' && (c == '(' || c == '[') && held_.size() > 2;
    if (begins_another || held_.size() > longest_formula) {
        break_held();
        return feed(character);
    }
    held_ += character;
    const bool is_over = !is_dollar  ? c == (held_[1] == '(' ? ')' : ']') && last == '\\' && held_.size() > 3
                         : is_double ? c == '$' && last == '$' && held_.size() > 4
                                     : c == '$' && last != '\\' && held_.size() > 2;
    if (!is_over) return;
    what_ = Held::nothing;
    put(std::exchange(held_, {}));
    before_ = Neighbour::word;
}

}  // namespace oi
