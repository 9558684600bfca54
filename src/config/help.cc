// The text of --help, made from the tables.
#include "base/text.h"
#include "config/invocation.h"

namespace oi::config {

namespace {

constexpr std::size_t option_column = 9;
constexpr std::size_t help_column = 40;
constexpr std::size_t narrowest = 60;  // below that the columns make no sense

std::string line(std::string_view short_flag, const std::string& long_form, const std::string& help)
{
    std::string text = "  ";
    if (!short_flag.empty()) text += cat(short_flag, ", ");
    if (text.size() < option_column) text.resize(option_column, ' ');
    text += cat("--", long_form, "  ");
    if (text.size() < help_column) text.resize(help_column, ' ');
    return cat(text, help, "\n");
}

std::string setting_line(const SettingRow& row)
{
    const bool is_optional = std::holds_alternative<setting::OptionalFlag Settings::*>(row.member);
    const std::string value = row.value_name.empty() ? "" : cat(" ", row.value_name);
    const std::string preset = to_text(Settings{}, row);
    std::string help{row.help};
    if (!row.accepts.empty() && row.accepts.find("..") == std::string_view::npos)
        help = cat(replace_all(std::string{row.accepts}, "|", ", "), "; ", help);
    if (row.accepts == "0..2") help = cat("0 to 2: ", help);
    if (!preset.empty()) help += cat(" (default ", preset, ")");
    return line(row.short_flag, cat(is_optional ? "[no-]" : "", row.name, value), help);
}

// All flags that are a profile's name in one line.
std::string profile_line()
{
    std::vector<std::string> names;
    for (const auto& row : shortcut_rows())
        if (row.setting == "profile") names.push_back(names.empty() ? std::string{row.name} : cat("--", row.name));
    return line("", join(names, ", "), "the same as --profile NAME");
}

// Lines that are too long go on below, under the words of their option.
std::string folded(std::string_view text, std::size_t columns)
{
    std::string out;
    for (std::string_view line : split(text, '\n')) {
        const std::size_t indent = line.starts_with("  ") ? help_column : 0;
        std::size_t before = 0;  // blanks in front of what is left of the line
        while (before + line.size() > columns) {
            const auto blank = line.substr(0, columns - before + 1).rfind(' ');
            if (blank == std::string_view::npos || before + blank <= indent) break;
            out += cat(std::string(before, ' '), line.substr(0, blank), "\n");
            line.remove_prefix(blank + 1);
            before = indent;
        }
        out += cat(std::string(before, ' '), line, "\n");
    }
    out.pop_back();
    return out;
}

}  // namespace

std::string help_text(Help help, std::size_t columns)
{
    std::string text =
        "usage: interpreter [options] [message]\n\n"
        "Say what you want done on this computer. The model answers with text and code; you approve what runs.\n"
        "Without a message you talk in the terminal; a message comes from the command line or from stdin.\n\n"
        "Commands\n";
    for (const auto& row : command_rows())
        if (help == Help::all || !row.is_seldom) text += line(row.short_flag, cat(row.name, row.value), std::string{row.help});
    if (help == Help::everyday) text += profile_line();
    else
        for (const auto& row : shortcut_rows()) text += line(row.short_flag, std::string{row.name}, std::string{row.help});
    std::string_view group;
    for (const auto& row : setting_rows()) {
        if (help == Help::everyday && row.is_seldom) continue;
        if (row.group != group) text += cat("\n", row.group, "\n");
        group = row.group;
        text += setting_line(row);
    }
    if (help == Help::everyday) text += "\n--help=all shows what is seldom needed, too.\n";
    text +=
        "\nLong options may be shortened (--conv). -- ends the options. Each option is also a variable: --max_output is\n"
        "INTERPRETER_MAX_OUTPUT. Later wins: default, config.yaml, profile, variable, option. Both files are\n"
        "in ~/.config/open-interpreter; without --profile, profiles/default.yaml there is read, if there is one.\n";
    return columns < narrowest ? text : folded(text, columns);
}

}  // namespace oi::config
