// Grants by first words; see prefixes.h and the table prefixes.def.
#include "scan/prefixes.h"

#include "base/text.h"
#include "scan/shell_parser.h"

#include <algorithm>
#include <array>
#include <optional>

namespace oi::scan {

namespace {

using Words = std::vector<std::string>;

struct Row {
    std::string_view program;
    std::string_view words;
};

#define NEVER(program) program,
constexpr std::string_view never[] = {
#include "scan/prefixes.def"
};
#define VERBS(program, words) {program, words},
constexpr Row verbs[] = {
#include "scan/prefixes.def"
};
#define NOT_WITH(program, words) {program, words},
constexpr Row not_with[] = {
#include "scan/prefixes.def"
};
#define GLOBAL(program, words) {program, words},
constexpr Row globals[] = {
#include "scan/prefixes.def"
};
#define HARMLESS(program) program,
constexpr std::string_view harmless[] = {
#include "scan/prefixes.def"
};
#define FILTER(program) program,
constexpr std::string_view filters[] = {
#include "scan/prefixes.def"
};

template <class Table>
bool has(const Table& table, std::string_view word)
{
    return std::find(std::begin(table), std::end(table), word) != std::end(table);
}

template <class Table>
std::optional<std::string_view> words_of(const Table& table, std::string_view program)
{
    for (const Row& row : table)
        if (row.program == program) return row.words;
    return {};
}

bool contains(std::string_view words, std::string_view word)
{
    const auto list = split(words, ' ');
    return !word.empty() && std::find(list.begin(), list.end(), word) != list.end();
}

// A program of the system by its path is that program; any other path is a file that somebody may have written.
std::string program_of(const std::string& word)
{
    constexpr std::array<std::string_view, 3> folders{"/usr/bin/", "/bin/", "/usr/local/bin/"};
    for (const auto folder : folders)
        if (word.starts_with(folder) && word.find('/', folder.size()) == std::string::npos) return word.substr(folder.size());
    return word;
}

bool is_to_nowhere(const ShellRedirection& redirection)
{
    const std::string& target = redirection.target.text;
    if (!redirection.target.is_literal()) return false;
    if (target == "/dev/null") return true;
    return (redirection.operation == ">&" || redirection.operation == "<&") && (target == "-" || to_integer(target));
}

// Whether a filter behind a pipe is given nothing to read but the pipe: options, numbers, and for grep one pattern.
bool only_filters(const Words& words)
{
    const bool is_grep = words[0] == "grep";
    std::size_t operands = 0;
    for (std::size_t i = 1; i < words.size(); ++i) {
        const std::string& word = words[i];
        if (word.starts_with("--files") ||
            (is_grep && (word.starts_with("-f") || word.starts_with("-r") || word.starts_with("-R") || word.starts_with("--"))))
            return false;
        if (words[0] == "sort" && (word.starts_with("-o") || word.starts_with("--") || word.starts_with("-T"))) return false;
        if (!word.starts_with('-') && !to_integer(word)) ++operands;
    }
    const bool takes_words = words[0] == "tr" || words[0] == "cut";
    return operands <= (words[0] == "tr" ? 2U : is_grep || takes_words ? 1U : 0U);
}

// Without what only bounds or names the run of another program: `timeout 5 git status` is `git status`.
void unwrap(Words& words)
{
    for (int i = 0; i < 4; ++i) {
        std::size_t own = 0;
        if (words[0] == "command" || words[0] == "nohup" || words[0] == "time") own = 1;
        else if (words[0] == "timeout" && words.size() > 2 && !words[1].starts_with('-')) own = 2;
        else if (words[0] == "nice") own = words.size() > 3 && words[1] == "-n" ? 3 : 1;
        if (own == 0 || words.size() <= own || words[own].starts_with('-')) return;
        words.erase(words.begin(), words.begin() + static_cast<std::ptrdiff_t>(own));
        words[0] = program_of(words[0]);
    }
}

std::optional<std::string> with_verb(const Words& words, std::string_view banned)
{
    const std::string& program = words[0];
    const std::string_view allowed = words_of(globals, program).value_or("");
    std::size_t at = 1;
    while (at < words.size() && words[at].starts_with('-')) {
        if (contains(allowed, words[at])) ++at;
        else if (contains(allowed, cat(words[at], "="))) at += 2;
        else if (words[at] == "--version" || words[at] == "--help") break;
        else return {};
    }
    if (at >= words.size()) return program == "make" ? std::optional{program} : std::nullopt;
    if (contains(banned, words[at]) || words[at].find_first_of("*?[{") != std::string::npos) return {};
    return cat(program, " ", words[at]);
}

// The first words that stand for this command; nullopt: it is asked about each time.
std::optional<std::string> prefix_of(const Words& words)
{
    const std::string& program = words[0];
    if (program.empty() || program.find_first_of("/=~ \n\t") != std::string::npos || has(never, program)) return {};
    if (program.starts_with("python") || program.starts_with("mkfs") || program.ends_with(".sh") || program.ends_with(".py")) return {};
    if (const auto banned = words_of(not_with, program)) {
        for (std::size_t i = 1; i < words.size(); ++i)
            for (const auto start : split(*banned, ' '))
                if (!start.empty() && words[i].starts_with(start)) return {};
    }
    if (const auto banned = words_of(verbs, program)) return with_verb(words, *banned);
    return program;
}

std::optional<Words> plain_words(const ShellCommand& command)
{
    if (!command.assignments.empty() || command.words.empty()) return {};
    if (!std::all_of(command.redirections.begin(), command.redirections.end(), is_to_nowhere)) return {};
    Words words;
    for (const auto& word : command.words) {
        if (!word.is_literal()) return {};
        words.push_back(word.text);
    }
    if (command.words[0].has_glob || command.words[0].has_tilde) return {};
    words[0] = program_of(words[0]);
    unwrap(words);
    return words;
}

}  // namespace

std::vector<std::string> prefixes_of(std::string_view shell_code)
{
    const ShellScript script = parse_shell(shell_code);
    if (!script.is_plain || !script.is_whole) return {};
    std::vector<std::string> prefixes;
    std::vector<std::string> beside;  // count only when nothing else is there
    for (const auto& command : script.commands) {
        if (command.kind != ShellCommand::Kind::simple) continue;
        const auto words = plain_words(command);
        if (!words) return {};
        const bool is_filter = command.joint == ShellCommand::Joint::pipe && has(filters, words->front()) && only_filters(*words);
        const auto prefix = has(harmless, words->front()) ? std::optional{words->front()}
                            : is_filter                   ? std::optional{words->front()}
                                                          : prefix_of(*words);
        if (!prefix) return {};
        auto& list = is_filter || has(harmless, words->front()) ? beside : prefixes;
        if (std::find(list.begin(), list.end(), *prefix) == list.end()) list.push_back(*prefix);
    }
    return prefixes.empty() ? beside : prefixes;
}

}  // namespace oi::scan
