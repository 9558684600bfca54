// Names of languages: the aliases that models use, most of them wrong somewhere.
#include "llm/reader/language_names.h"

#include "base/text.h"

#include <algorithm>
#include <array>

namespace oi::llm {

namespace {

struct Alias {
    std::string_view word;
    std::string_view meaning;
};

constexpr std::array<Alias, 21> aliases{{
    {"py", "python"},
    {"ipython", "python"},
    {"jupyter", "python"},
    {"tool_code", "python"},
    {"code_interpreter", "python"},
    {"python_exec", "python"},
    {"bash", "shell"},
    {"sh", "shell"},
    {"terminal", "shell"},
    {"shellscript", "shell"},
    {"cmd", "shell"},
    {"command", "shell"},
    {"js", "javascript"},
    {"node", "javascript"},
    {"nodejs", "javascript"},
    {"node.js", "javascript"},
    {"ecmascript", "javascript"},
    {"rb", "ruby"},
    {"ps1", "powershell"},
    {"pwsh", "powershell"},
    {"osascript", "applescript"},
}};

constexpr std::array<std::string_view, 23> others{
    "python", "shell", "javascript", "ruby", "r",   "powershell", "applescript", "html",       "java",  "go",    "rust", "c",
    "c++",    "cpp",   "c#",         "perl", "php", "lua",        "sql",         "typescript", "julia", "swift", "zsh"};

bool contains(std::span<const std::string> names, std::string_view name)
{
    return std::find(names.begin(), names.end(), name) != names.end();
}

// The lower-case word without a version: "python3.11", "Python 3".
std::string plain(std::string_view word)
{
    std::string name = lower(trim(word));
    if (name.starts_with("py")) name.resize(name.find_last_not_of("0123456789. ") + 1);
    return name;
}

}  // namespace

std::string canonical_language(std::string_view word, std::span<const std::string> languages)
{
    const std::string as_said = lower(trim(word));
    if (contains(languages, as_said)) return as_said;
    const std::string name = plain(word);
    if (contains(languages, name)) return name;
    for (const auto& alias : aliases)
        if (alias.word == name && contains(languages, alias.meaning)) return std::string{alias.meaning};
    return as_said;
}

bool is_language(std::string_view word, std::span<const std::string> languages)
{
    const std::string name = plain(word);
    return contains(languages, name) || std::find(others.begin(), others.end(), name) != others.end() ||
           std::any_of(aliases.begin(), aliases.end(), [&](const Alias& alias) { return alias.word == name; });
}

bool is_execute_name(std::string_view name)
{
    name = trim(name);
    for (const std::string_view prefix : {"functions.", "default_api.", "tools.", "function."})
        if (name.starts_with(prefix)) name.remove_prefix(prefix.size());
    return name == "execute" || name == "Execute";
}

}  // namespace oi::llm
