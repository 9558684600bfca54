// A reader of the small part of HTML that tables of data are written in; see html_table.h.
#include "frontend/terminal/html_table.h"

#include "base/text.h"

#include <algorithm>
#include <array>
#include <utility>

namespace oi {

namespace {

constexpr std::size_t most_bytes = 8 << 20;
constexpr std::size_t most_columns = 1000;
constexpr std::size_t longest_notes = 400;
constexpr std::string_view ellipsis = "\xE2\x80\xA6";

bool is_name(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'); }

std::string utf8_of(long code)
{
    if (code < 0x20 || code > 0x10FFFF || (code >= 0xD800 && code < 0xE000)) return "\xEF\xBF\xBD";
    std::string out;
    const auto put = [&](long bits) { out += static_cast<char>(bits); };
    if (code < 0x80) put(code);
    else if (code < 0x800) put(0xC0 | code >> 6), put(0x80 | (code & 0x3F));
    else if (code < 0x10000) put(0xE0 | code >> 12), put(0x80 | (code >> 6 & 0x3F)), put(0x80 | (code & 0x3F));
    else put(0xF0 | code >> 18), put(0x80 | (code >> 12 & 0x3F)), put(0x80 | (code >> 6 & 0x3F)), put(0x80 | (code & 0x3F));
    return out;
}

// What the entity stands for; empty: it is none that is known.
std::string entity(std::string_view name)
{
    constexpr std::array<std::pair<const char*, const char*>, 8> known{{{"amp", "&"},
                                                                        {"lt", "<"},
                                                                        {"gt", ">"},
                                                                        {"quot", "\""},
                                                                        {"apos", "'"},
                                                                        {"nbsp", " "},
                                                                        {"times", "\xC3\x97"},
                                                                        {"hellip", "\xE2\x80\xA6"}}};
    for (const auto& [word, text] : known)
        if (name == word) return text;
    if (!name.starts_with('#')) return {};
    name.remove_prefix(1);
    const bool is_hex = name.starts_with('x') || name.starts_with('X');
    if (is_hex) name.remove_prefix(1);
    long code = 0;
    const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), code, is_hex ? 16 : 10);
    return error == std::errc{} && end == name.data() + name.size() && !name.empty() ? utf8_of(code) : std::string{};
}

// White space as one blank, entities as what they stand for.
void put_text(std::string& out, std::string_view text)
{
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        if (c == ' ' || c == '\n' || c == '\t' || c == '\r') {
            if (!out.empty() && out.back() != ' ') out += ' ';
            continue;
        }
        const auto end = c == '&' ? text.find(';', i) : std::string_view::npos;
        const std::string meant = end != std::string_view::npos && end - i <= 10 ? entity(text.substr(i + 1, end - i - 1)) : std::string{};
        out += meant.empty() ? std::string(1, c) : meant;
        if (!meant.empty()) i = end;
    }
}

struct Tag {
    std::string name;  // lower case; "/td" closes
    std::string_view attributes;
};

// The number after `name=` in the tag, at least 1.
std::size_t span_of(const Tag& tag, std::string_view name)
{
    const std::string all = lower(tag.attributes);
    auto at = all.find(cat(name, "="));
    if (at == std::string::npos) return 1;
    at += name.size() + 1;
    if (at < all.size() && (all[at] == '"' || all[at] == '\'')) ++at;
    std::size_t end = at;
    while (end < all.size() && all[end] >= '0' && all[end] <= '9') ++end;
    const long number = to_integer(std::string_view{all}.substr(at, end - at)).value_or(1);
    return static_cast<std::size_t>(std::clamp(number, 1L, 1000L));
}

class Reader {
public:
    explicit Reader(std::string_view html) : rest_{html} {}

    std::optional<HtmlTable> read()
    {
        while (!rest_.empty()) {
            const auto open = std::min(rest_.find('<'), rest_.size());
            take_text(rest_.substr(0, open));
            rest_.remove_prefix(open);
            if (rest_.starts_with("<!--")) {
                skip_to("-->");
            } else if (!rest_.empty()) {
                const auto tag = next_tag();
                if (!tag || !take(*tag)) return {};
            }
            if (table_.columns() > most_columns) return {};
        }
        end_note();
        if (!is_table_done_ || table_.columns() == 0 || notes_bytes_ > longest_notes) return {};
        return std::move(table_);
    }

private:
    void skip_to(std::string_view end)
    {
        const auto at = rest_.find(end);
        rest_.remove_prefix(at == std::string_view::npos ? rest_.size() : at + end.size());
    }

    std::optional<Tag> next_tag()
    {
        char quote = 0;
        std::size_t end = 1;
        for (; end < rest_.size() && (quote || rest_[end] != '>'); ++end) {
            if (quote ? rest_[end] == quote : rest_[end] == '"' || rest_[end] == '\'') quote = quote ? 0 : rest_[end];
        }
        if (end == rest_.size()) return {};
        const std::string_view inside = rest_.substr(1, end - 1);
        std::size_t name = inside.starts_with('/') ? 1 : 0;
        while (name < inside.size() && is_name(inside[name])) ++name;
        rest_.remove_prefix(end + 1);
        return Tag{lower(inside.substr(0, name)), inside.substr(name)};
    }

    void take_text(std::string_view text)
    {
        if (cell_) return put_text(cell_->text, text);
        put_text(note_, text);
    }

    void end_note()
    {
        const auto note = trim(note_);
        notes_bytes_ += note.size();
        if (!note.empty()) table_.notes.emplace_back(note);
        note_.clear();
    }

    // false: this is more than a table.
    bool take(const Tag& tag)
    {
        const std::string& name = tag.name;
        if (name == "td" || name == "th") return begin_cell(tag);
        if (name == "/td" || name == "/th") return end_cell();
        if (name == "tr") return end_row() && begin_row();
        if (name == "/tr" || name == "/thead" || name == "/tbody") return end_row() && leave_head(name);
        if (name == "thead") return is_head_ = is_in_table_;
        if (name == "table") return !is_table_done_ && !std::exchange(is_in_table_, true);
        if (name == "/table") {
            end_row();
            is_table_done_ = true;
            return std::exchange(is_in_table_, false);
        }
        if (name == "style") return skip_to("</style>"), true;
        if (name == "br" && cell_) return put_text(cell_->text, " "), true;
        if (name == "p" || name == "/p" || name == "br" || name == "/small" || name == "/caption") return end_note(), true;
        return is_harmless(name);
    }

    static bool is_harmless(std::string_view name)
    {
        if (name.starts_with('/')) name.remove_prefix(1);
        constexpr std::array<std::string_view, 17> words{"div", "tbody", "tfoot", "span", "b",       "i",        "em",  "strong", "code",
                                                         "a",   "small", "pre",   "sup",  "caption", "colgroup", "col", "sub"};
        return std::find(words.begin(), words.end(), name) != words.end();
    }

    bool leave_head(std::string_view closed)
    {
        if (closed == "/thead") is_head_ = false;
        return true;
    }

    bool begin_row()
    {
        if (!is_in_table_) return false;
        row_.emplace();
        return true;
    }

    // Cells that reach down from the rows above.
    void fill_from_above()
    {
        while (row_->size() < reach_.size() && reach_[row_->size()] > 0) {
            --reach_[row_->size()];
            row_->push_back({.is_header = is_head_});
        }
    }

    bool begin_cell(const Tag& tag)
    {
        end_cell();
        if (!row_ && !begin_row()) return false;
        fill_from_above();
        cell_ = HtmlTable::Cell{.is_header = tag.name == "th"};
        columns_ = span_of(tag, "colspan");
        rows_ = span_of(tag, "rowspan");
        return true;
    }

    bool end_cell()
    {
        if (!cell_) return true;
        while (cell_->text.ends_with(' ')) cell_->text.pop_back();
        const bool is_header = cell_->is_header;
        for (std::size_t i = 0; i < columns_ && row_->size() <= most_columns; ++i) {
            if (reach_.size() <= row_->size()) reach_.resize(row_->size() + 1);
            reach_[row_->size()] = rows_ - 1;
            row_->push_back(i == 0 ? std::move(*cell_) : HtmlTable::Cell{.is_header = is_header});
        }
        cell_.reset();
        return true;
    }

    bool end_row()
    {
        end_cell();
        if (!row_) return true;
        fill_from_above();
        const bool is_head =
            is_head_ || (table_.rows.empty() && std::all_of(row_->begin(), row_->end(), [](const auto& c) { return c.is_header; }));
        (is_head ? table_.head : table_.rows).push_back(std::move(*row_));
        row_.reset();
        return true;
    }

    std::string_view rest_;
    HtmlTable table_;
    std::optional<HtmlTable::Row> row_;
    std::optional<HtmlTable::Cell> cell_;
    std::size_t columns_ = 1, rows_ = 1;  // that the open cell spans
    std::vector<std::size_t> reach_;      // rows that the cell of each column still spans
    std::string note_;
    std::size_t notes_bytes_ = 0;
    bool is_head_ = false;
    bool is_in_table_ = false;
    bool is_table_done_ = false;
};

// A word without what tables in text are drawn with: brackets, rules, box-drawing characters.
std::string_view bare(std::string_view word)
{
    const auto is_drawn = [](std::string_view c) { return c.size() == 3 && c[0] == '\xE2' && (c[1] == '\x94' || c[1] == '\x95'); };
    const auto is_punctuation = [](char c) { return static_cast<unsigned char>(c) < 0x80 && !is_name(c); };
    while (!word.empty() && (is_punctuation(word.front()) || is_drawn(word.substr(0, 3))))
        word.remove_prefix(is_punctuation(word.front()) ? 1 : 3);
    while (!word.empty() && (is_punctuation(word.back()) || (word.size() >= 3 && is_drawn(word.substr(word.size() - 3)))))
        word.remove_suffix(is_punctuation(word.back()) ? 1 : 3);
    return word;
}

template <class Do>
void each_word(std::string_view text, Do&& act)
{
    constexpr std::string_view space = " \t\r\n";
    while (true) {
        text.remove_prefix(std::min(text.find_first_not_of(space), text.size()));
        if (text.empty()) return;
        const auto end = std::min(text.find_first_of(space), text.size());
        if (const auto word = bare(text.substr(0, end)); !word.empty()) act(word);
        text.remove_prefix(end);
    }
}

}  // namespace

std::size_t HtmlTable::columns() const
{
    std::size_t most = head.empty() ? 0 : head.back().size();
    if (!rows.empty()) most = std::max(most, rows.back().size());
    return most;
}

std::optional<HtmlTable> read_html_table(std::string_view html)
{
    if (html.size() > most_bytes) return {};
    return Reader{html}.read();
}

bool says_the_same(const HtmlTable& table, std::string_view text)
{
    const std::string rows = cat(table.rows.size()), columns = cat(table.columns()), unnamed = cat(table.columns() - 1);
    std::vector<std::string_view> words{"rows", "columns", "x", rows, columns, unnamed};  // "[5 rows x 3 columns]", without the index
    const auto learn = [&](std::string_view piece) { each_word(piece, [&](std::string_view word) { words.push_back(word); }); };
    for (const auto* part : {&table.head, &table.rows})
        for (const auto& row : *part)
            for (const auto& cell : row) learn(cell.text);
    for (const auto& note : table.notes) learn(note);
    std::sort(words.begin(), words.end());
    // A text cuts long values, and leaves columns out, but not rows.
    const auto is_known = [&](std::string_view word, bool is_cut) {
        const auto at = std::lower_bound(words.begin(), words.end(), word);
        return at != words.end() && (is_cut ? at->starts_with(word) : *at == word);
    };
    std::size_t lines = 0;
    for (const auto line : split(text, '\n')) {
        bool has_word = false, is_same = true;
        each_word(line, [&](std::string_view word) {
            has_word = true;
            const auto behind = std::string_view{word.data() + word.size(),
                                                 static_cast<std::size_t>(line.data() + line.size() - word.data()) - word.size()};
            const bool has_ellipsis = word.ends_with(ellipsis);
            if (has_ellipsis) word.remove_suffix(ellipsis.size());
            is_same = is_same && is_known(word, has_ellipsis || behind.starts_with("..."));
        });
        if (!is_same) return false;
        lines += has_word;
    }
    return lines >= table.rows.size() + (table.head.empty() ? 0 : 1);
}

}  // namespace oi
