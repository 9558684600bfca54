// Replacing a passage; see text_edit.h.
#include "computer/text_edit.h"

#include "base/text.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <vector>

namespace oi::computer {

namespace {

constexpr std::size_t largest_compared = 4 << 20;  // bytes of a text in which near passages are looked for
constexpr std::size_t shown_bytes = 120;           // of each near passage
constexpr std::size_t passages_shown = 3;

bool has_only_crlf(std::string_view text)
{
    const auto crlf = [&] {
        std::size_t count = 0;
        for (auto at = text.find("\r\n"); at != std::string_view::npos; at = text.find("\r\n", at + 2)) ++count;
        return count;
    }();
    return crlf > 0 && static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n')) == crlf;
}

std::string with_crlf(std::string_view text) { return replace_all(replace_all(std::string{text}, "\r\n", "\n"), "\n", "\r\n"); }

// nullopt: a character that Latin-1 does not have.
std::optional<std::string> to_latin1(std::string_view text)
{
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const auto byte = static_cast<unsigned char>(text[i]);
        if (byte < 0x80) out += text[i];
        else if ((byte == 0xC2 || byte == 0xC3) && i + 1 < text.size())
            out += static_cast<char>((byte << 6) | (static_cast<unsigned char>(text[++i]) & 0x3F));
        else return {};
    }
    return out;
}

std::string from_latin1(std::string_view text)
{
    std::string out;
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if (byte < 0x80) out += c;
        else out += {static_cast<char>(0xC0 | (byte >> 6)), static_cast<char>(0x80 | (byte & 0x3F))};
    }
    return out;
}

// How often each pair of letters occurs; blanks count once in a row, so that indentation matters little.
class Pairs {
public:
    void add(std::string_view text)
    {
        char before = ' ';
        for (char c : text) {
            if (c == '\t' || c == '\r' || c == '\n') c = ' ';
            if (c == ' ' && before == ' ') continue;
            ++counts_[slot(before, c)];
            ++total_;
            before = c;
        }
    }
    // Of a passage with this one: 0 nothing in common, 1 the same pairs.
    double likeness(std::string_view passage) const
    {
        std::array<std::uint16_t, size> left = counts_;
        std::size_t shared = 0, count = 0;
        char before = ' ';
        for (char c : passage) {
            if (c == '\t' || c == '\r' || c == '\n') c = ' ';
            if (c == ' ' && before == ' ') continue;
            ++count;
            auto& pair = left[slot(before, c)];
            if (pair > 0) --pair, ++shared;
            before = c;
        }
        return total_ + count == 0 ? 0 : 2.0 * static_cast<double>(shared) / static_cast<double>(total_ + count);
    }

private:
    static constexpr std::size_t size = 4096;
    static std::size_t slot(char a, char b) { return (static_cast<unsigned char>(a) * 31U + static_cast<unsigned char>(b)) % size; }

    std::array<std::uint16_t, size> counts_{};
    std::size_t total_ = 0;
};

struct Passage {
    std::size_t line;  // from 1
    std::string_view text;
    double likeness;
};

// The passages of as many lines as `original` that are most like it, the best first, none overlapping another.
std::vector<Passage> nearest_passages(std::string_view text, std::string_view original)
{
    Pairs pairs;
    pairs.add(original);
    const auto lines = split(text, '\n');
    const auto height = std::min(lines.size(), static_cast<std::size_t>(std::count(original.begin(), original.end(), '\n')) + 1);
    std::vector<Passage> found;
    for (std::size_t i = 0; i + height <= lines.size(); ++i) {
        const char* end = lines[i + height - 1].data() + lines[i + height - 1].size();
        const std::string_view passage{lines[i].data(), static_cast<std::size_t>(end - lines[i].data())};
        if (!is_blank(passage)) found.push_back({i + 1, passage, pairs.likeness(passage)});
    }
    std::stable_sort(found.begin(), found.end(), [](const Passage& a, const Passage& b) { return a.likeness > b.likeness; });
    std::vector<Passage> best;
    for (const auto& passage : found) {
        const auto overlaps = [&](const Passage& other) {
            return passage.line < other.line + height && other.line < passage.line + height;
        };
        if (best.size() < passages_shown && std::none_of(best.begin(), best.end(), overlaps)) best.push_back(passage);
    }
    return best;
}

Fail not_there(std::string_view text, std::string_view original, bool is_latin1)
{
    std::string what = "the text to replace is not in it";
    const auto best = text.size() <= largest_compared ? nearest_passages(text, original) : std::vector<Passage>{};
    if (!best.empty()) what += "; the nearest passages are";
    for (const auto& passage : best) {
        std::string shown{trim(passage.text)};
        if (is_latin1) shown = from_latin1(shown);
        if (shown.size() > shown_bytes) shown = cat(utf8_prefix(shown, shown_bytes), "...");
        what += cat("\n  line ", passage.line, ": ", replace_all(replace_all(shown, "\r", ""), "\n", "\n    "));
    }
    return fail(ErrorKind::not_found, std::move(what));
}

}  // namespace

Result<Edited> replace_in(std::string_view text, std::string_view original, std::string_view replacement)
{
    if (original.empty()) return fail(ErrorKind::invalid, "the text to replace is empty");
    std::string from{original}, to{replacement};
    if (has_only_crlf(text)) from = with_crlf(from), to = with_crlf(to);
    const bool is_latin1 = valid_utf8(std::string{text}) != text;
    if (is_latin1) {
        auto narrow = to_latin1(to);
        if (!narrow) return fail(ErrorKind::invalid, "the replacement has characters that this Latin-1 text cannot hold");
        to = std::move(*narrow);
        from = to_latin1(from).value_or(from);
    }
    Edited edited;
    std::size_t done = 0;
    for (auto at = text.find(from); at != std::string_view::npos; at = text.find(from, done)) {
        edited.text += text.substr(done, at - done);
        edited.text += to;
        done = at + from.size();
        ++edited.count;
    }
    if (edited.count == 0) return not_there(text, from, is_latin1);
    edited.text += text.substr(done);
    return edited;
}

}  // namespace oi::computer
