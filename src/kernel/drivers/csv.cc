// Comma-separated values; see csv.h.
#include "kernel/drivers/csv.h"

#include <algorithm>
#include <utility>

namespace oi::kernel {

namespace {

// The one of , ; tab | that is most often in the first line.
char guess_separator(std::string_view text)
{
    const auto first = text.substr(0, text.find('\n'));
    char best = ',';
    for (const char c : {';', '\t', '|'})
        if (std::count(first.begin(), first.end(), c) > std::count(first.begin(), first.end(), best)) best = c;
    return best;
}

}  // namespace

CsvReader::CsvReader(std::string_view text) : text_{text}
{
    if (text_.starts_with("\xEF\xBB\xBF")) text_.remove_prefix(3);
    separator_ = guess_separator(text_);
}

void CsvReader::pass_line_end()
{
    if (at_ < text_.size() && text_[at_] == '\r') ++at_;
    if (at_ < text_.size() && text_[at_] == '\n') ++at_;
    ++next_line_;
}

std::optional<std::vector<std::string>> CsvReader::next()
{
    while (at_ < text_.size() && (text_[at_] == '\n' || text_[at_] == '\r')) pass_line_end();
    if (at_ >= text_.size()) return {};
    line_ = next_line_;
    std::vector<std::string> record{field()};
    while (at_ < text_.size() && text_[at_] == separator_) {
        ++at_;
        record.push_back(field());
    }
    pass_line_end();
    return record;
}

std::string CsvReader::field()
{
    const auto plain = [&] {
        const char stops[] = {separator_, '\n', '\r'};
        const auto end = std::min(text_.find_first_of(std::string_view{stops, sizeof stops}, at_), text_.size());
        const auto from = std::exchange(at_, end);
        return text_.substr(from, end - from);
    };
    if (at_ >= text_.size() || text_[at_] != '"') return std::string{plain()};
    std::string value;
    for (++at_; at_ < text_.size(); ++at_) {
        if (text_[at_] == '\n') ++next_line_;
        if (text_[at_] != '"') value += text_[at_];
        else if (at_ + 1 < text_.size() && text_[at_ + 1] == '"') value += text_[at_++];
        else break;
    }
    if (at_ < text_.size()) ++at_;
    return value.append(plain());
}

}  // namespace oi::kernel
