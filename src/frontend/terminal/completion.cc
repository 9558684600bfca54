// Commands and their arguments; see completion.h.
#include "frontend/terminal/completion.h"

#include "base/text.h"
#include "core/settings.h"
#include "frontend/magic/commands.h"

#include <algorithm>

namespace oi {

namespace {

struct ArgumentKind {
    std::string_view command;
    std::string_view kind;
};
constexpr ArgumentKind argument_kinds[] = {
#define COMPLETES(command, kind) {#command, #kind},
#include "frontend/terminal/completion.def"
#undef COMPLETES
};

struct SettingWords {
    std::string_view name;
    std::string_view type;
    std::string_view accepts;
};
constexpr SettingWords settings[] = {
#define SETTING(type, name, short_flag, initial, key, value, accepts, help) {#name, #type, accepts},
#include "core/settings.def"
#undef SETTING
};

bool is_word_to_type(std::string_view word)
{
    return !word.empty() && std::all_of(word.begin(), word.end(), [](char c) { return c >= 'a' && c <= 'z'; });
}

// "[true|false]" and "[NAME|stop NAME]" name words that are typed as they stand; "[path]" is one for a path.
std::vector<std::string> literal_words(std::string_view arguments)
{
    std::vector<std::string> words;
    if (arguments.find('|') == std::string_view::npos) return words;
    std::string plain{arguments};
    std::erase_if(plain, [](char c) { return c == '[' || c == ']'; });
    for (const auto choice : split(plain, '|')) {
        const std::string_view word = trim(choice).substr(0, trim(choice).find(' '));
        if (is_word_to_type(word)) words.emplace_back(word);
    }
    return words;
}

const MagicCommand* find_command(std::string_view name)
{
    for (const MagicCommand& command : magic_commands())
        if (command.name == name) return &command;
    return nullptr;
}

bool takes_path(std::string_view command)
{
    const MagicCommand* row = find_command(command);
    if (!row) return false;
    const std::string arguments = lower(row->arguments);
    return arguments.find("path") != std::string::npos || arguments.find("file") != std::string::npos;
}

std::vector<std::string> values_of(std::string_view setting)
{
    std::vector<std::string> values;
    for (const auto& row : settings) {
        if (row.name != setting) continue;
        if (row.type == "Flag" || row.type == "OptionalFlag") return {"false", "true"};
        if (row.accepts.find("..") != std::string_view::npos || row.accepts.empty()) return {};
        for (const auto word : split(row.accepts, '|')) values.emplace_back(word);
    }
    return values;
}

// Of those that begin with `word`, what they have in common; the only one with a blank behind it.
std::optional<Completion> among(std::vector<std::string> names, std::string_view word, std::size_t from)
{
    std::erase_if(names, [&](const std::string& name) { return !name.starts_with(word); });
    std::sort(names.begin(), names.end());
    names.erase(std::unique(names.begin(), names.end()), names.end());
    if (names.empty()) return {};
    Completion completion{.from = from, .text = common_prefix(names), .choices = std::move(names)};
    if (completion.choices.size() == 1) completion.text += ' ';
    return completion;
}

}  // namespace

std::optional<Completion> Completer::complete(std::string_view text, std::size_t cursor) const
{
    const std::string_view before = text.substr(0, cursor);
    const bool is_first_line = before.find('\n') == std::string_view::npos;
    const auto percent = before.find_first_not_of(' ');
    if (is_first_line && percent != std::string_view::npos && before[percent] == '%' && !before.substr(percent).starts_with("%%"))
        return command(before, percent + 1);
    const std::size_t start = before.rfind('\n') == std::string_view::npos ? 0 : before.rfind('\n') + 1;
    const std::size_t from = start + shell_word_start(before.substr(start));
    return complete_path(before.substr(from), from);
}

std::string Completer::rest_of_word(std::string_view line) const
{
    const auto percent = line.find_first_not_of(' ');
    if (percent == std::string_view::npos || line[percent] != '%' || line.back() == ' ' || line.find('\n') != std::string_view::npos)
        return {};
    std::string_view rest = line.substr(percent + 1);
    const auto blank = rest.find(' ');
    const MagicCommand* row = find_command(rest.substr(0, blank));
    if (blank != std::string_view::npos && (!row || takes_path(row->name))) return {};
    const auto found = Completer{{}}.command(line, percent + 1);
    const std::size_t word = found ? line.size() - found->from : 0;
    if (word == 0 || found->choices.size() != 1) return {};
    return found->choices.front().substr(word);
}

// `from`: where the command's name begins.
std::optional<Completion> Completer::command(std::string_view line, std::size_t from) const
{
    const auto blank = line.find(' ', from);
    if (blank == std::string_view::npos) {
        std::vector<std::string> names;
        for (const MagicCommand& row : magic_commands()) names.emplace_back(row.name);
        return among(std::move(names), line.substr(from), from);
    }
    const std::string_view name = line.substr(from, blank - from);
    const std::size_t word = std::max(blank + 1, shell_word_start(line));
    if (auto found = among(arguments(name, trim(line.substr(blank, word - blank))), line.substr(word), word)) return found;
    return takes_path(name) ? complete_path(line.substr(word), word) : std::nullopt;
}

// `before`: the arguments that stand before the word.
std::vector<std::string> Completer::arguments(std::string_view command, std::string_view before) const
{
    std::vector<std::string> words;
    const MagicCommand* row = find_command(command);
    if (row && before.empty()) words = literal_words(row->arguments);
    for (const auto& [name, kind] : argument_kinds) {
        if (name != command) continue;
        if (kind == "setting" && (before == "model" || before == "fallback_models") && names_) return names_("model");
        if (kind == "setting" && before == "profile" && names_) return names_("profile");
        if (kind == "setting" && !before.empty()) return values_of(before);
        if (kind == "setting")
            for (const auto& setting : settings) words.emplace_back(setting.name);
        else if (kind == "command")
            for (const MagicCommand& one : magic_commands()) words.emplace_back(one.name);
        else if (names_)
            for (auto& one : names_(kind)) words.push_back(std::move(one));
    }
    return words;
}

std::string common_prefix(const std::vector<std::string>& words)
{
    std::string_view common = words.front();
    for (const auto& word : words) {
        const auto [mine, theirs] = std::mismatch(common.begin(), common.end(), word.begin(), word.end());
        common = common.substr(0, static_cast<std::size_t>(mine - common.begin()));
    }
    return std::string{common.substr(0, common.size() - unfinished_utf8(common))};
}

}  // namespace oi
