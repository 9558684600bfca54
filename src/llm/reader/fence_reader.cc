// FenceReader: line by line, holding back only what may be a fence.
#include "llm/reader/fence_reader.h"

#include "base/text.h"
#include "llm/reader/language_names.h"

#include <algorithm>
#include <array>

namespace oi::llm {

namespace {

constexpr std::string_view blanks = " \t";

// Blocks of these are shown, not run.
constexpr std::array<std::string_view, 22> prose_languages{
    "text", "txt",  "plaintext", "plain", "markdown", "md",  "output", "out", "stdout", "console-output", "log",
    "json", "yaml", "yml",       "toml",  "xml",      "csv", "diff",   "ini", "none",   "result",         "traceback"};

bool contains(std::span<const std::string_view> names, std::string_view name)
{
    return std::find(names.begin(), names.end(), name) != names.end();
}

std::size_t indent_of(std::string_view line) { return std::min(line.find_first_not_of(blanks), line.size()); }

// The number of `symbol`s at the front.
std::size_t run_of(std::string_view text, char symbol) { return std::min(text.find_first_not_of(symbol), text.size()); }

// "python" of "python title=x", "{.python}" or "Python:main.py".
std::string language_of(std::string_view info)
{
    info = trim(info);
    if (info.starts_with('{')) info.remove_prefix(1);
    if (info.starts_with('.')) info.remove_prefix(1);
    return lower(info.substr(0, info.find_first_of(" \t:,{}")));
}

// Whether a line so far can still become one that opens a fence.
bool may_open(std::string_view line)
{
    line.remove_prefix(indent_of(line));
    if (line.empty()) return true;
    const char symbol = line.front();
    if (symbol != '`' && symbol != '~') return false;
    const std::size_t run = run_of(line, symbol);
    if (run == line.size()) return true;
    return run >= 3 && (symbol == '~' || line.find('`', run) == std::string_view::npos);
}

}  // namespace

bool FenceReader::is_code_language(std::string_view word) const { return is_language(word, languages_); }

void FenceReader::feed(std::string_view text)
{
    while (!text.empty()) {
        const auto line = text.substr(0, text.find('\n'));
        if (block_ == Block::none) prose(line);
        else inside(line);
        if (line.size() == text.size()) return;
        if (block_ == Block::none) end_prose_line();
        else end_inside_line();
        text.remove_prefix(line.size() + 1);
    }
}

void FenceReader::prose(std::string_view piece)
{
    held_ += piece;
    if (!is_passing_ && may_open(held_)) return;
    is_passing_ = true;
    if (blocks_ == Blocks::shown) {
        outlet_.text(std::exchange(held_, {}));
        return;
    }
    // All may go but a run of three backticks whose line may end in a language (or one that is still growing).
    std::size_t keep = held_.size();
    for (std::size_t at = held_.find('`'); at != std::string::npos;) {
        const std::size_t run = run_of(std::string_view{held_}.substr(at), '`');
        const std::size_t after = at + run;
        if (after == held_.size() || (run >= 3 && held_.find_first_of(" \t`", after) == std::string::npos)) {
            keep = at;
            break;
        }
        at = held_.find('`', after);
    }
    outlet_.text(std::string_view{held_}.substr(0, keep));
    held_.erase(0, keep);
}

// Decides about the whole line that is held; true: it opened a block.
bool FenceReader::opens_here()
{
    if (is_passing_ && blocks_ == Blocks::shown) return false;
    const std::string_view line = held_;
    const std::size_t indent = is_passing_ ? 0 : indent_of(line);
    if (indent == line.size()) return false;
    const char symbol = line[indent];
    const std::size_t run = run_of(line.substr(indent), symbol);
    if ((symbol != '`' && symbol != '~') || run < 3) return false;
    const auto info = line.substr(indent + run);
    if (symbol == '`' && info.find('`') != std::string_view::npos) return false;
    if (is_passing_ && !is_code_language(language_of(info))) return false;
    open({symbol, run, indent, info});
    return true;
}

void FenceReader::end_prose_line()
{
    if (!opens_here()) {
        outlet_.text(held_);
        outlet_.text("\n");
    }
    held_.clear();
    is_passing_ = false;
}

void FenceReader::open(const Fence& fence)
{
    language_ = language_of(fence.info);
    const bool is_data = contains(prose_languages, language_) && !is_code_language(language_);
    block_ = is_data || blocks_ == Blocks::shown ? Block::literal : Block::code;
    language_ = canonical_language(language_.empty() ? "python" : language_, languages_);
    symbol_ = fence.symbol;
    length_ = fence.length;
    indent_ = fence.indent;
    has_line_break_ = false;
    opening_ = cat(held_, "\n");
    if (block_ == Block::literal) outlet_.text(opening_);
}

void FenceReader::inside(std::string_view piece)
{
    held_ += piece;
    if (!is_passing_) {
        const auto rest = std::string_view{held_}.substr(indent_of(held_));
        const std::size_t run = run_of(rest, symbol_);
        if (run == rest.size() || (run >= length_ && is_blank(rest.substr(run)))) return;  // may close the block
        is_passing_ = true;
        if (block_ == Block::code) held_.erase(0, std::min(indent_, indent_of(held_)));
        if (has_line_break_) put_code("\n");
        has_line_break_ = false;
    }
    // The symbols at the end stay: with nothing after them they are the fence of a block cut short.
    const auto last = held_.find_last_not_of(symbol_);
    const std::size_t ready = last == std::string::npos ? 0 : last + 1;
    put_code(std::string_view{held_}.substr(0, ready));
    held_.erase(0, ready);
}

void FenceReader::end_inside_line()
{
    const std::string line = std::exchange(held_, {});
    if (block_ == Block::literal) {
        outlet_.text(cat(line, "\n"));
        const auto marks = trim(line);
        if (!std::exchange(is_passing_, false) && marks.size() >= length_ && run_of(marks, symbol_) == marks.size()) close();
        return;
    }
    if (std::exchange(is_passing_, false)) {
        put_code(line);
        has_line_break_ = true;
        return;
    }
    const auto rest = trim(line);
    if (rest.size() >= length_ && run_of(rest, symbol_) == rest.size()) {
        return close();
    }
    if (has_line_break_) put_code("\n");  // blank, or a shorter run of the symbol
    put_code(std::string_view{line}.substr(std::min(indent_, indent_of(line))));
    has_line_break_ = true;
}

void FenceReader::put_code(std::string_view piece)
{
    if (block_ == Block::literal) return outlet_.text(piece);
    if (piece.empty()) return;
    opening_.clear();
    outlet_.code(language_, piece);
}

void FenceReader::close()
{
    if (block_ == Block::code) {
        if (opening_.empty()) outlet_.end_code();
        else outlet_.text(cat(opening_, std::string(length_, symbol_), "\n"));  // a block without code is prose
    }
    block_ = Block::none;
    has_line_break_ = false;
    is_passing_ = false;
}

void FenceReader::finish(ReplyEnd end)
{
    if (block_ != Block::code) {
        if (end != ReplyEnd::cut) outlet_.text(held_);
    } else {
        const std::string line = std::exchange(held_, {});
        const std::size_t run = line.size() - std::min(line.find_last_not_of(symbol_) + 1, line.size());
        if (is_passing_ ? run < length_ : trim(line).find_first_not_of(symbol_) != std::string_view::npos) put_code(line);
        if (opening_.empty()) outlet_.end_code(end);
        else if (end != ReplyEnd::cut) outlet_.text(std::string_view{opening_}.substr(0, opening_.size() - 1));
        block_ = Block::none;
    }
    held_.clear();
}

}  // namespace oi::llm
