// The two split patterns as scanners: one pass, no regular expressions.
#include "llm/tokens/token_split.h"

#include <algorithm>
#include <array>
#include <utf8proc.h>

namespace oi::llm {

namespace {

// What the patterns tell apart. `either`: letters without case; they and marks stand where lower or upper case may.
enum class Class : std::uint8_t { end, upper, lower, either, mark, number, newline, space, sign };

struct Char {
    Class kind = Class::end;
    std::size_t end = 0;  // where the next one starts
};

bool is_white_space(std::uint32_t point)
{
    return (point >= 9 && point <= 13) || point == 32 || point == 0x85 || point == 0xA0 || point == 0x1680 ||
           (point >= 0x2000 && point <= 0x200A) || point == 0x2028 || point == 0x2029 || point == 0x202F || point == 0x205F ||
           point == 0x3000;
}

Class class_of(std::int32_t point)
{
    if (point == '\r' || point == '\n') return Class::newline;
    if (is_white_space(static_cast<std::uint32_t>(point))) return Class::space;
    switch (utf8proc_category(point)) {
    case UTF8PROC_CATEGORY_LU:
    case UTF8PROC_CATEGORY_LT: return Class::upper;
    case UTF8PROC_CATEGORY_LL: return Class::lower;
    case UTF8PROC_CATEGORY_LM:
    case UTF8PROC_CATEGORY_LO: return Class::either;
    case UTF8PROC_CATEGORY_MN:
    case UTF8PROC_CATEGORY_MC:
    case UTF8PROC_CATEGORY_ME: return Class::mark;
    case UTF8PROC_CATEGORY_ND:
    case UTF8PROC_CATEGORY_NL:
    case UTF8PROC_CATEGORY_NO: return Class::number;
    default: return Class::sign;
    }
}

Class class_of_ascii(unsigned char c)
{
    static const auto table = [] {
        std::array<Class, 128> classes{};
        for (std::int32_t point = 0; point < 128; ++point) classes[static_cast<std::size_t>(point)] = class_of(point);
        return classes;
    }();
    return table[c];
}

constexpr unsigned bit(Class kind) { return 1U << static_cast<unsigned>(kind); }
constexpr unsigned letters = bit(Class::upper) | bit(Class::lower) | bit(Class::either);
constexpr unsigned numbers = bit(Class::number);
constexpr unsigned spaces = bit(Class::space) | bit(Class::newline);
constexpr unsigned signs = bit(Class::sign) | bit(Class::mark);
constexpr unsigned caseless = bit(Class::either) | bit(Class::mark);
constexpr unsigned upper_run = bit(Class::upper) | caseless;
constexpr unsigned lower_run = bit(Class::lower) | caseless;
bool is(Class kind, unsigned set) { return (bit(kind) & set) != 0; }

class Scanner {
public:
    explicit Scanner(std::string_view text) : text_{text} {}

    Char at(std::size_t from) const
    {
        if (from >= text_.size()) return {Class::end, from};
        const auto byte = static_cast<unsigned char>(text_[from]);
        if (byte < 128) return {class_of_ascii(byte), from + 1};
        std::int32_t point = 0;
        const auto size = utf8proc_iterate(reinterpret_cast<const utf8proc_uint8_t*>(text_.data()) + from,
                                           static_cast<utf8proc_ssize_t>(text_.size() - from), &point);
        return size > 0 ? Char{class_of(point), from + static_cast<std::size_t>(size)} : Char{Class::sign, from + 1};
    }

    std::size_t run(std::size_t from, unsigned set) const
    {
        for (Char next = at(from); is(next.kind, set); next = at(from)) from = next.end;
        return from;
    }

    std::size_t run_of(std::size_t from, std::string_view characters) const
    {
        return std::min(text_.find_first_not_of(characters, from), text_.size());
    }

    // 's 't 'd 'm 'll 've 're in any case; `from` when there is none.
    std::size_t contraction(std::size_t from) const
    {
        if (from + 1 >= text_.size() || text_[from] != '\'') return from;
        const auto lower = [&](std::size_t i) { return i < text_.size() ? static_cast<char>(text_[i] | 0x20) : '\0'; };
        const char first = lower(from + 1);
        if (first == 's' || first == 't' || first == 'd' || first == 'm') return from + 2;
        const char second = lower(from + 2);
        const bool is_pair = (first == 'l' && second == 'l') || ((first == 'v' || first == 'r') && second == 'e');
        return is_pair ? from + 3 : from;
    }

    std::size_t number(std::size_t from) const
    {
        Char next = at(from);
        for (int i = 0; i < 3 && next.kind == Class::number; ++i, next = at(from)) from = next.end;
        return from;
    }

    // " ?[^\s\p{L}\p{N}]+" and then any of `tail`; `from` when there is none.
    std::size_t sign_run(std::size_t from, std::string_view tail) const
    {
        const std::size_t first = text_[from] == ' ' ? from + 1 : from;
        const std::size_t end = run(first, signs);
        return end == first ? from : run_of(end, tail);
    }

    // A run of white space ends after its last newline; else it leaves its last character to the word that follows.
    std::size_t white_space(std::size_t from, std::size_t end) const
    {
        if (const auto newline = text_.substr(from, end - from).find_last_of("\r\n"); newline != std::string_view::npos)
            return from + newline + 1;
        if (end == text_.size()) return end;
        std::size_t last = end - 1;
        while (last > from && (static_cast<unsigned char>(text_[last]) & 0xC0) == 0x80) --last;
        return last > from ? last : end;
    }

    // o200k's word without its first sign: capitals and then small letters; `from` when there is none.
    std::size_t cased_word(std::size_t from) const
    {
        std::size_t after_mark = from;  // after the last character of the run that may also be a small letter
        std::size_t end = from;
        for (Char next = at(end); is(next.kind, upper_run); next = at(end)) {
            end = next.end;
            if (is(next.kind, caseless)) after_mark = end;
        }
        const std::size_t small = run(end, lower_run);
        return small > end ? small : after_mark;
    }

private:
    std::string_view text_;
};

std::size_t cl100k_end(std::string_view text, std::size_t at)
{
    const Scanner scan{text};
    if (const std::size_t end = scan.contraction(at); end > at) return end;
    const Char first = scan.at(at);
    const std::size_t letters_from = is(first.kind, letters | numbers | bit(Class::newline)) ? at : first.end;
    if (const std::size_t end = scan.run(letters_from, letters); end > letters_from) return end;
    if (first.kind == Class::number) return scan.number(at);
    if (const std::size_t end = scan.sign_run(at, "\r\n"); end > at) return end;
    const std::size_t end = scan.run(at, spaces);
    return end == text.size() ? end : scan.white_space(at, end);
}

std::size_t o200k_word(const Scanner& scan, std::size_t at, const Char& first)
{
    const bool may_lead = !is(first.kind, letters | numbers | bit(Class::newline));
    // With small letters first, with capitals alone then; either with a leading sign before without.
    if (may_lead)
        if (const std::size_t end = scan.cased_word(first.end); end > first.end) return end;
    if (const std::size_t end = scan.cased_word(at); end > at) return end;
    if (may_lead)
        if (const std::size_t end = scan.run(first.end, upper_run); end > first.end) return end;
    return scan.run(at, upper_run);
}

std::size_t o200k_end(std::string_view text, std::size_t at)
{
    const Scanner scan{text};
    const Char first = scan.at(at);
    if (const std::size_t end = o200k_word(scan, at, first); end > at) return scan.contraction(end);
    if (first.kind == Class::number) return scan.number(at);
    if (const std::size_t end = scan.sign_run(at, "\r\n/"); end > at) return end;
    return scan.white_space(at, scan.run(at, spaces));
}

}  // namespace

std::size_t piece_end(SplitPattern pattern, std::string_view text, std::size_t at)
{
    return pattern == SplitPattern::cl100k ? cl100k_end(text, at) : o200k_end(text, at);
}

}  // namespace oi::llm
