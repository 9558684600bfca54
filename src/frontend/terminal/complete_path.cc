// Paths of files for Tab; see completion.h.
#include "base/text.h"
#include "frontend/terminal/completion.h"
#include "sys/files.h"

#include <algorithm>
#include <dirent.h>
#include <memory>
#include <sys/stat.h>

namespace oi {

namespace {

constexpr std::size_t most_entries = 10'000;  // of a folder that are looked at

// A word of a shell: what it means, and how its end is to be written.
struct ShellWord {
    std::string plain;
    char quote = 0;  // 0: backslashes
};

ShellWord read(std::string_view word)
{
    ShellWord read;
    if (word.starts_with('"') || word.starts_with('\'')) {
        read.quote = word[0];
        read.plain = word.substr(1);
        return read;
    }
    for (std::size_t i = 0; i < word.size(); ++i) {
        if (word[i] == '\\' && i + 1 < word.size()) ++i;
        read.plain += word[i];
    }
    return read;
}

std::string written(std::string_view text, char quote)
{
    if (quote != 0) return std::string{text};
    std::string escaped;
    for (const char c : text) {
        if (std::string_view{" \t'\"\\()&;|<>*?[]!$`#"}.find(c) != std::string_view::npos) escaped += '\\';
        escaped += c;
    }
    return escaped;
}

// Names in a folder that begin so; those of folders end with a slash.
std::vector<std::string> names_in(const std::string& folder, std::string_view beginning)
{
    std::vector<std::string> names;
    const std::unique_ptr<DIR, int (*)(DIR*)> open{::opendir(folder.c_str()), ::closedir};
    if (!open) return names;
    std::size_t seen = 0;
    while (const dirent* entry = ::readdir(open.get())) {
        std::string name = entry->d_name;
        if (++seen > most_entries) break;
        if (name == "." || name == ".." || !name.starts_with(beginning) || (name[0] == '.' && beginning.empty())) continue;
        if (valid_utf8(name) != name || name.find_first_of("\n\t\x1b") != std::string::npos) continue;  // cannot be typed
        struct stat info {};
        const bool is_unknown = entry->d_type == DT_LNK || entry->d_type == DT_UNKNOWN;
        const bool is_folder =
            is_unknown ? ::stat(cat(folder, "/", name).c_str(), &info) == 0 && S_ISDIR(info.st_mode) : entry->d_type == DT_DIR;
        names.push_back(is_folder ? name + "/" : name);
    }
    std::sort(names.begin(), names.end());
    return names;
}

}  // namespace

std::size_t shell_word_start(std::string_view line)
{
    std::size_t start = 0;
    char quote = 0;
    for (std::size_t i = 0; i < line.size(); ++i) {
        const char c = line[i];
        if (quote != 0) {
            if (c == quote) quote = 0;
        } else if (c == '\\' && i + 1 < line.size()) {
            ++i;
        } else if ((c == '"' || c == '\'') && i == start) {  // within a word it is an apostrophe
            quote = c;
        } else if (c == ' ' || c == '\t') {
            start = i + 1;
        }
    }
    return start;
}

std::optional<Completion> complete_path(std::string_view word, std::size_t from)
{
    if (word.empty()) return {};
    const ShellWord typed = read(word);
    const auto slash = typed.plain.rfind('/');
    const std::string folder = slash == std::string::npos ? "" : typed.plain.substr(0, slash + 1);
    const std::string beginning = typed.plain.substr(folder.size());
    if (typed.plain.empty() || typed.plain == "~") return {};
    auto names = names_in(folder.empty() ? sys::current_folder() : sys::absolute(folder), beginning);
    if (names.empty()) return {};
    Completion completion{.from = from, .choices = std::move(names)};
    const std::string common = common_prefix(completion.choices);
    const std::string opening(typed.quote == 0 ? 0 : 1, typed.quote);
    const bool has_tilde = typed.quote == 0 && folder.starts_with('~');
    completion.text =
        opening + (has_tilde ? "~" + written(folder.substr(1), 0) : written(folder, typed.quote)) + written(common, typed.quote);
    if (completion.choices.size() == 1 && !common.ends_with('/')) completion.text += opening + " ";
    return completion;
}

}  // namespace oi
