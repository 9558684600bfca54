// CheckResults as lines: a mark, what was checked, what was found; the remedy below.
#include "app/doctor_report.h"

#include "base/json.h"
#include "base/text.h"

#include <algorithm>
#include <array>

namespace oi {

namespace {

constexpr std::size_t indent = 14;  // "ok " and the name of the check
constexpr std::array<std::string_view, 3> marks{"ok", "--", "!!"};
constexpr std::array<std::string_view, 3> names{"ok", "note", "bad"};
constexpr std::array<std::string_view, 3> colours{"\x1b[32m", "\x1b[2m", "\x1b[1;31m"};

std::size_t width(std::string_view text)
{
    return static_cast<std::size_t>(
        std::count_if(text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

// The words in lines of `columns`; a word that is longer has a line of its own.
std::vector<std::string> wrapped(std::string_view text, std::size_t columns)
{
    std::vector<std::string> lines{""};
    for (const auto word : split(text, ' ')) {
        const bool is_first = lines.back().empty();
        if (!is_first && width(lines.back()) + 1 + width(word) > columns) lines.emplace_back(word);
        else lines.back() += cat(is_first ? "" : " ", word);
    }
    return lines;
}

std::string to_json(const CheckResult& finding)
{
    json::Writer writer;
    writer.object([&] {
        writer.field("check", finding.check);
        writer.field("state", names[static_cast<std::size_t>(finding.state)]);
        writer.field("text", finding.text);
        if (!finding.remedy.empty()) writer.field("remedy", finding.remedy);
    });
    return cat(writer.view(), "\n");
}

// What came from outside, in one line that no terminal obeys.
std::string calm(std::string text)
{
    text = without_escapes(valid_utf8(std::move(text)));
    for (char& c : text)
        if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) c = ' ';
    return text;
}

}  // namespace

std::string to_lines(const CheckResult& found, const ReportStyle& style)
{
    const CheckResult finding{found.state, found.check, calm(found.text), calm(found.remedy)};
    if (style.is_json) return to_json(finding);
    const auto state = static_cast<std::size_t>(finding.state);
    const std::size_t columns = std::max<std::size_t>(static_cast<std::size_t>(style.columns), indent + 20) - indent - 1;
    std::string head = cat(marks[state], " ", finding.check);
    head.resize(std::max(indent, head.size() + 1), ' ');
    if (style.has_colour) head.replace(0, 2, cat(colours[state], marks[state], "\x1b[0m"));
    std::string out;
    for (const auto& line : wrapped(finding.text, columns)) out += cat(out.empty() ? head : std::string(indent, ' '), line, "\n");
    bool is_first = true;
    for (const auto& line : wrapped(finding.remedy, columns - 3)) {
        if (finding.remedy.empty()) break;
        out += cat(std::string(indent, ' '), std::exchange(is_first, false) ? "-> " : "   ", line, "\n");
    }
    return out;
}

}  // namespace oi
