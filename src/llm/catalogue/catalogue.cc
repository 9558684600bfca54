// Reading the catalogue's rows, and finding the row of a name.
#include "llm/catalogue/catalogue.h"

#include "base/embedded.h"
#include "base/text.h"
#include "sys/files.h"

#include <algorithm>
#include <array>

namespace oi::llm {

namespace {

constexpr std::string_view unknown = "-";
constexpr std::array<std::string_view, 11> columns{"name",  "window", "answer", "in",     "out",      "cached",
                                                   "write", "tools",  "images", "thinks", "tokenizer"};

std::string_view next_word(std::string_view& line)
{
    const auto begin = std::min(line.find_first_not_of(" \t\r"), line.size());
    line.remove_prefix(begin);
    const auto word = line.substr(0, line.find_first_of(" \t\r"));
    line.remove_prefix(word.size());
    return word;
}

// Each reads one field; false: malformed. An absent field at the end of a row is an unknown one.
bool read(std::string_view word, long& value)
{
    if (word.empty() || word == unknown) return true;
    const auto number = to_integer(word);
    if (!number || *number <= 0) return false;
    value = *number;
    return true;
}
bool read(std::string_view word, double& value)
{
    if (word.empty() || word == unknown) return true;
    const auto number = to_number(word);
    if (!number || !(*number >= 0)) return false;
    value = *number;
    return true;
}
bool read(std::string_view word, std::optional<bool>& value)
{
    if (word.empty() || word == unknown) return true;
    if (word != "yes" && word != "no") return false;
    value = word == "yes";
    return true;
}
bool read(std::string_view word, std::string_view& value)
{
    if (word.empty() || word == unknown) return true;
    value = word;
    return word == "o200k" || word == "cl100k";
}

// The facts of a row behind its name, or what is wrong with it.
Result<ModelFacts> read_facts(std::string_view line)
{
    ModelFacts facts;
    std::optional<bool> takes_images;
    std::size_t column = 0;
    std::string problem;
    const auto take = [&](auto& value) {
        const auto word = next_word(line);
        ++column;
        if (problem.empty() && !read(word, value)) problem = cat("\"", word, "\" cannot stand in the column ", columns[column]);
    };
    take(facts.context_window);
    take(facts.max_tokens);
    take(facts.price.input);
    take(facts.price.output);
    take(facts.price.cached_input);
    take(facts.price.cache_write);
    take(facts.takes_tools);
    take(takes_images);
    take(facts.thinks);
    take(facts.tokenizer);
    if (problem.empty() && !next_word(line).empty()) problem = cat("more than ", columns.size(), " columns");
    if (!problem.empty()) return fail(ErrorKind::invalid, std::move(problem));
    facts.takes_images = takes_images.value_or(false);
    return facts;
}

// "claude-3" fits claude-3-opus and claude-3:latest, not claude-3.5; a row that ends with a sign fits whatever follows.
bool fits(std::string_view row, std::string_view name)
{
    if (!name.starts_with(row)) return false;
    // What stands before a slash is no model.
    const auto goes_on = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '/'; };
    return name.size() == row.size() || !goes_on(name[row.size()]) || !goes_on(row.back());
}

// The name without a region or vendor as Bedrock writes it ("us.anthropic."), or the name itself.
std::string_view without_region(std::string_view name)
{
    for (;;) {
        const auto end = name.find_first_not_of("abcdefghijklmnopqrstuvwxyz-");
        if (end == 0 || end == std::string_view::npos || name[end] != '.' || end + 1 == name.size()) return name;
        name.remove_prefix(end + 1);
    }
}

}  // namespace

void Catalogue::add(std::string_view text, std::string_view file)
{
    for (int number = 1; !text.empty(); ++number) {
        std::string_view line = text.substr(0, text.find('\n'));
        text.remove_prefix(std::min(line.size() + 1, text.size()));
        const auto name = next_word(line);
        if (name.empty() || name.starts_with('#')) continue;
        if (const auto facts = read_facts(line)) rows_.push_back({name, *facts});
        else warnings_.push_back(cat(file, ":", number, ": ", facts.error().what, "; the row of ", name, " is left out"));
    }
}

std::vector<std::string_view> Catalogue::names() const
{
    std::vector<std::string_view> names;
    for (const auto& row : rows_) names.push_back(row.name);
    return names;
}

const Catalogue::Row* Catalogue::longest_fit(std::string_view name) const
{
    const Row* best = nullptr;
    for (const auto& row : rows_)
        if (fits(row.name, name) && (!best || row.name.size() >= best->name.size())) best = &row;  // of two that are equal the later
    return best;
}

ModelFacts Catalogue::find(std::string_view name) const
{
    const std::string small = lower(trim(name));
    const Row* best = nullptr;
    for (std::string_view rest = small; !best && !rest.empty();) {
        best = longest_fit(rest);
        const auto slash = rest.find('/');
        if (slash == std::string_view::npos) {
            if (!best) best = longest_fit(without_region(rest));
            break;
        }
        rest.remove_prefix(slash + 1);
    }
    ModelFacts facts = best ? best->facts : ModelFacts{};
    if (small.ends_with(":free")) facts.price = {.input = 0, .output = 0};
    return facts;
}

std::string own_catalogue_path() { return cat(sys::config_folder(), "/catalogue.txt"); }

const Catalogue& catalogue()
{
    struct Both {
        std::string own;  // the rows point into it
        Catalogue rows;
        Both()
        {
            rows.add(embedded("models/catalogue.txt"), "catalogue.txt (built in)");
            const std::string path = own_catalogue_path();
            if (!sys::exists(path)) return;
            if (auto text = sys::read_file(path)) own = std::move(*text);
            else rows.warn(to_line(text.error()));
            rows.add(own, path);
        }
    };
    static const Both& both = *new Both;  // never destroyed: a turn may run while the process ends
    return both.rows;
}

}  // namespace oi::llm
