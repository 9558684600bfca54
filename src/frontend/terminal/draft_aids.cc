// The rows below the message; see draft_aids.h.
#include "frontend/terminal/draft_aids.h"

#include "base/text.h"
#include "frontend/terminal/graphemes.h"
#include "frontend/terminal/safe_text.h"

#include <algorithm>

namespace oi {

namespace {
const Style quiet{.colour = Colour::grey};
constexpr std::size_t most_choice_rows = 8;
}  // namespace

bool DraftAids::press(const Key& key, LineEditor& editor)
{
    choices_.clear();
    // A terminal that does not mark what is dragged gives it in one read.
    if (key.kind == Key::Kind::paste || (key.kind == Key::Kind::text && key.text.size() > 2)) attachments_.note_paste(key.text);
    if (key.kind == Key::Kind::right || key.kind == Key::Kind::end) {
        const std::string rest = hint(editor);
        if (!rest.empty()) editor.replace(editor.cursor(), editor.cursor(), rest);
        return !rest.empty();
    }
    if (key.kind != Key::Kind::tab || editor.is_searching()) return false;
    auto completion = completer_.complete(editor.text(), editor.cursor());
    if (!completion) return false;
    editor.replace(completion->from, editor.cursor(), completion->text);
    if (completion->choices.size() > 1) choices_ = std::move(completion->choices);
    return true;
}

std::string DraftAids::hint(const LineEditor& editor) const
{
    if (!has_hints_ || editor.is_searching() || editor.cursor() != editor.text().size()) return {};
    return completer_.rest_of_word(editor.text());
}

std::vector<Spans> DraftAids::rows(const LineEditor& editor, int columns, bool takes_pictures)
{
    std::vector<Spans> rows;
    for (const auto& row : in_columns(choices_, columns - 3, most_choice_rows)) rows.push_back({{"  "}, {row, quiet}});
    if (const auto mark = editor.open_mark(); !mark.empty())
        rows.push_back({{"  "}, {cat("Enter: a new line, until a line has ", mark, " again"), quiet}});
    if (looked_at_ != editor.text()) {
        looked_at_ = editor.text();
        files_ = attachments_.of(looked_at_);
    }
    // A file that has gone meanwhile is looked for when the message is sent.
    if (!files_.empty()) rows.push_back({{"  attached: "}, {safe_line(describe(files_, takes_pictures)), {.colour = Colour::cyan}}});
    return rows;
}

std::vector<std::string> in_columns(const std::vector<std::string>& words, int columns, std::size_t most)
{
    std::vector<std::string> rows;
    if (words.empty() || columns < 1) return rows;
    int width = 0;
    for (const auto& word : words) width = std::max(width, columns_of(word) + 2);
    const auto across = static_cast<std::size_t>(std::max(1, columns / std::max(width, 1)));
    const std::size_t down = (words.size() + across - 1) / across;
    const std::size_t shown = std::min(down, down > most ? most - 1 : most);
    // Down the columns, as in a list of files; of too many the first, across.
    const bool is_whole = shown == down;
    for (std::size_t row = 0; row < shown; ++row) {
        std::string line;
        for (std::size_t column = 0; column < across; ++column) {
            const std::size_t index = is_whole ? column * down + row : row * across + column;
            if (index >= words.size()) continue;
            const std::string word = safe_line(words[index]);
            line += cat(word, std::string(static_cast<std::size_t>(std::max(width - columns_of(word), 0)), ' '));
        }
        rows.push_back(std::string{line.substr(0, line.find_last_not_of(' ') + 1)});
    }
    if (!is_whole) rows.push_back(cat("... ", words.size() - shown * across, " more"));
    return rows;
}

}  // namespace oi
