// Man page: the tables between what stands in share/man.
#include "config/man_page.h"

#include "base/embedded.h"
#include "base/text.h"
#include "config/invocation.h"
#include "config/tables.h"

#include <variant>

namespace oi::config {

namespace {

// Text as groff takes it literally.
std::string roff(std::string_view text)
{
    std::string out = replace_all(std::string{text}, "\\", "\\e");
    out = replace_all(replace_all(std::move(out), "-", "\\-"), "~", "\\(ti");
    if (out.starts_with('.') || out.starts_with('\'')) out.insert(0, "\\&");
    return out;
}

// .TP, the names in bold with their value, and what it does.
std::string entry(const std::string& names, std::string_view value, const std::string& text)
{
    return cat(".TP\n\\fB", names, "\\fR", value.empty() ? "" : "\\fI", roff(value), value.empty() ? "" : "\\fR", "\n", text, "\n");
}

std::string names_of(std::string_view name, std::string_view short_flag, std::string_view before = "--")
{
    return cat(short_flag.empty() ? "" : cat(roff(short_flag), "\\fR, \\fB"), roff(before), roff(name));
}

std::string sentence(std::string_view help)
{
    std::string text{help};
    if (!text.empty() && text[0] >= 'a' && text[0] <= 'z') text[0] = static_cast<char>(text[0] - 'a' + 'A');
    return cat(roff(text), text.ends_with('.') ? "" : ".");
}

std::string accepted(const SettingRow& row)
{
    if (row.accepts.empty()) return {};
    const auto dots = row.accepts.find("..");
    if (dots == std::string_view::npos) return cat(" One of ", roff(replace_all(std::string{row.accepts}, "|", ", ")), ".");
    const auto most = row.accepts.substr(dots + 2);
    return cat(" ", row.accepts.substr(0, dots), most.empty() ? " or more." : cat(" to ", most, "."));
}

std::string commands()
{
    std::string text;
    for (const auto& row : command_rows()) text += entry(names_of(row.name, row.short_flag), row.value, sentence(row.help));
    for (const auto& row : shortcut_rows()) text += entry(names_of(row.name, row.short_flag), "", sentence(row.help));
    return text;
}

std::string settings()
{
    std::string text;
    std::string_view group;
    for (const auto& row : setting_rows()) {
        if (row.group != group) text += cat(".SS ", roff(row.group), "\n");
        group = row.group;
        const bool is_optional = std::holds_alternative<setting::OptionalFlag Settings::*>(row.member);
        const std::string preset = to_text(Settings{}, row);
        std::string help = sentence(row.help) + accepted(row);
        if (!preset.empty()) help += cat(" Default: ", roff(preset), ".");
        if (!row.yaml_key.empty()) help += cat("\n.br\nIn a profile: \\fB", roff(row.yaml_key), "\\fR");
        text += entry(names_of(row.name, row.short_flag, is_optional ? "--[no-]" : "--"),
                      row.value_name.empty() ? "" : cat(" ", row.value_name), help);
    }
    return text;
}

}  // namespace

std::string man_page(std::string_view version, std::span<const MagicRow> magic)
{
    std::string magics;
    for (const auto& row : magic)
        magics += entry(cat("%", roff(row.name)), row.arguments.empty() ? "" : cat(" ", row.arguments), sentence(row.help));
    std::string page{embedded("man/interpreter.1")};
    page = replace_all(std::move(page), "@VERSION@", roff(version));
    page = replace_all(std::move(page), "@COMMANDS@\n", commands());
    page = replace_all(std::move(page), "@SETTINGS@\n", settings());
    return replace_all(std::move(page), "@MAGIC@\n", magics);
}

}  // namespace oi::config
