// Completion: the table of flags, and one script for each shell.
#include "config/completion.h"

#include "base/embedded.h"
#include "base/text.h"
#include "config/tables.h"

#include <algorithm>

namespace oi::config {

namespace {

using Kind = Completed::Kind;
using Value = Completed::Value;

std::vector<std::string> words_of(std::string_view accepts)
{
    std::vector<std::string> words;
    if (accepts.find("..") == std::string_view::npos)
        for (const auto word : split(accepts, '|'))
            if (!word.empty()) words.emplace_back(word);
    return words;
}

// What only the running program knows, by the flag's name.
struct Asked {
    std::string_view flag, what;
};
constexpr Asked asked[] = {
    {"model", "models"}, {"profile", "profiles"}, {"resume", "conversations"}, {"languages", "languages"}, {"explain", "settings"},
};

void add_values(Completed& flag)
{
    const auto found = std::find_if(std::begin(asked), std::end(asked), [&](const Asked& row) { return row.flag == flag.name; });
    const bool is_path = flag.value_name == "FILE" || flag.value_name == "PROGRAM" || flag.value_name.find("PATH") != std::string::npos;
    if (found != std::end(asked)) {
        flag.kind = Kind::asked;
        flag.words = {std::string{found->what}};
    } else if (!flag.words.empty()) {
        flag.kind = Kind::words;
    } else if (is_path) {
        flag.kind = Kind::files;
    }
}

Completed of(const SettingRow& row)
{
    Completed flag{.name = std::string{row.name},
                   .short_flag = std::string{row.short_flag},
                   .help = std::string{row.help},
                   .value_name = std::string{row.value_name},
                   .value = row.is_flag() ? Value::none : Value::needed};
    if (!row.is_flag()) flag.words = words_of(row.accepts);
    add_values(flag);
    return flag;
}

Completed of(const CommandRow& row)
{
    Completed flag{
        .name = std::string{row.name}, .short_flag = std::string{row.short_flag}, .help = std::string{row.help}, .value_name = {}};
    if (row.value.size() > 3) {  // [=WORD], or [=one|of|these] in small letters
        flag.value_name = row.value.substr(2, row.value.size() - 3);
        flag.value = Value::attached;
        if (flag.value_name == lower(flag.value_name)) flag.words = words_of(flag.value_name);
    }
    add_values(flag);
    return flag;
}

// The name of a profile or of a model may be a path, too.
bool takes_files(const Completed& flag) { return flag.kind == Kind::files || flag.name == "profile" || flag.name == "model"; }

std::string joined(const std::vector<std::string>& words) { return join(words, " "); }

// The rows of bash's `case`; those of files have names of their own.
std::string bash_script()
{
    std::string flags, values, needing;
    for (const auto& flag : completed_flags()) {
        const bool is_open = flag.value == Value::attached && flag.kind != Kind::nothing;
        flags += cat(flags.empty() ? "--" : " --", flag.name, is_open ? cat(" --", flag.name, "=") : "", flag.short_flag.empty() ? "" : " ",
                     flag.short_flag);
        const std::string names = cat("--", flag.name, flag.short_flag.empty() ? "" : "|", flag.short_flag);
        if (flag.value == Value::needed) needing += cat(needing.empty() ? "" : " | ", replace_all(names, "|", " | "));
        if (flag.kind == Kind::words) values += cat("    ", names, ") echo \"", joined(flag.words), "\" ;;\n");
        if (flag.kind == Kind::asked)
            values += cat("    ", names, ") command \"$2\" --as complete ", flag.words.front(), " 2>/dev/null | cut -f 1 ;;\n");
        if (takes_files(flag)) values += cat("    files:", replace_all(names, "|", " | files:"), ") echo yes ;;\n");
    }
    std::string script = replace_all(std::string{embedded("completion/interpreter.bash")}, "@FLAGS@", flags);
    return replace_all(replace_all(std::move(script), "@VALUES@", values), "@NEEDING@", needing);
}

std::string zsh_quoted(std::string_view text)
{
    std::string out;
    for (const char c : text) {
        if (c == '[' || c == ']' || c == ':' || c == '\\') out += '\\';
        out += c == '\'' ? "'\\''" : std::string{c};
    }
    return out;
}

std::string zsh_action(const Completed& flag)
{
    if (flag.kind == Kind::words) return cat("(", joined(flag.words), ")");
    if (flag.kind == Kind::files) return "_files";
    if (flag.kind == Kind::nothing) return " ";
    return cat(" _interpreter_asked ", flag.words.front(), takes_files(flag) ? " files" : "");
}

std::string zsh_script()
{
    std::string specs;
    for (const auto& flag : completed_flags()) {
        const std::string value =
            flag.value == Value::none ? "" : cat(flag.value == Value::needed ? ":" : "::", flag.value_name, ":", zsh_action(flag));
        const std::string help = cat("[", zsh_quoted(flag.help), "]", value);
        specs += cat("        '--", flag.name,
                     flag.value == Value::needed     ? "="
                     : flag.value == Value::attached ? "=-"
                                                     : "",
                     help, "' \\\n");
        if (!flag.short_flag.empty()) specs += cat("        '", flag.short_flag, help, "' \\\n");
    }
    return replace_all(std::string{embedded("completion/interpreter.zsh")}, "@SPECS@", specs);
}

std::string fish_quoted(std::string_view text)
{
    return cat("'", replace_all(replace_all(std::string{text}, "\\", "\\\\"), "'", "\\'"), "'");
}

std::string fish_script()
{
    std::string rows;
    for (const auto& flag : completed_flags()) {
        rows += cat("    complete -c $program -l ", flag.name);
        if (flag.short_flag.size() == 2) rows += cat(" -s ", flag.short_flag.substr(1));
        if (flag.short_flag.size() > 2) rows += cat(" -o ", flag.short_flag.substr(1));
        if (flag.value == Value::needed) rows += " -r";
        if (takes_files(flag)) rows += " -F";
        else if (flag.value != Value::none) rows += " -f";
        if (flag.kind == Kind::words) rows += cat(" -a ", fish_quoted(joined(flag.words)));
        if (flag.kind == Kind::asked) rows += cat(" -k -a '(__interpreter_asked ", flag.words.front(), ")'");
        rows += cat(" -d ", fish_quoted(flag.help), "\n");
    }
    return replace_all(std::string{embedded("completion/interpreter.fish")}, "@ROWS@", rows);
}

}  // namespace

std::vector<Completed> completed_flags()
{
    std::vector<Completed> flags;
    for (const auto& row : command_rows()) flags.push_back(of(row));
    for (const auto& row : shortcut_rows())
        flags.push_back(
            {.name = std::string{row.name}, .short_flag = std::string{row.short_flag}, .help = std::string{row.help}, .value_name = {}});
    for (const auto& row : setting_rows()) flags.push_back(of(row));
    return flags;
}

std::optional<std::string> completion_script(std::string_view shell)
{
    if (shell == "bash") return bash_script();
    if (shell == "zsh") return zsh_script();
    if (shell == "fish") return fish_script();
    return {};
}

}  // namespace oi::config
