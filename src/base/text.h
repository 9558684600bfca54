// Small text tools that every layer needs: joining, splitting, trimming, comparing, UTF-8.
#pragma once

#include <charconv>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

namespace oi {

namespace detail {
inline void append(std::string& out, std::string_view piece) { out += piece; }
inline void append(std::string& out, char piece) { out += piece; }
template <class T>
requires(std::is_arithmetic_v<T> && !std::is_same_v<T, char> && !std::is_same_v<T, bool>) void append(std::string& out, T number)
{
    char digits[32];
    const auto end = std::to_chars(digits, digits + sizeof digits, number).ptr;
    out.append(digits, end);
}
}  // namespace detail

// cat("line ", 3, ": ", text): the pieces in one string; numbers in their shortest exact form.
template <class... Pieces>
std::string cat(const Pieces&... pieces)
{
    std::string out;
    (detail::append(out, pieces), ...);
    return out;
}

std::string_view trim(std::string_view text);                                // without white space at either end
std::string lower(std::string_view text);                                    // ASCII only
std::vector<std::string_view> split(std::string_view text, char separator);  // keeps empty pieces
std::string join(const std::vector<std::string>& pieces, std::string_view separator);
std::string replace_all(std::string text, std::string_view from, std::string_view to);
bool is_blank(std::string_view text);  // nothing but white space
std::optional<long> to_integer(std::string_view text);
std::optional<double> to_number(std::string_view text);

// The candidate nearest to `word` by edit distance, if it is near enough to be a slip of the keys.
std::optional<std::string_view> nearest(std::string_view word, const std::vector<std::string_view>& candidates);

// How many bytes at the end of `text` are the beginning of an unfinished UTF-8 character (0 to 3).
std::size_t unfinished_utf8(std::string_view text);

// `text` with every malformed byte replaced by U+FFFD. Returns the argument unchanged when it is valid.
std::string valid_utf8(std::string text);

// The longest prefix of `text` of at most `bytes` bytes that does not cut a UTF-8 character.
std::string_view utf8_prefix(std::string_view text, std::size_t bytes);
// The same for a suffix.
std::string_view utf8_suffix(std::string_view text, std::size_t bytes);

// `text` without terminal escape sequences (CSI, OSC, single-character ones).
std::string without_escapes(std::string_view text);

}  // namespace oi
