// The list of languages; see list_languages.h.
#include "app/list_languages.h"

#include "app/languages.h"
#include "base/text.h"
#include "kernel/environment.h"
#include "sys/files.h"

#include <algorithm>
#include <cstdio>

namespace oi {

namespace {

// What runs it here: a path, "built in", or what is missing.
std::string runtime(const Language& language, const Host& host)
{
    if (!language.find_runtime) return "built in";
    const std::string program = language.find_runtime(host);
    if (!program.empty()) return program;
    if (!language.package.empty()) return cat("missing: apt install ", language.package);
    const auto kernel = language.start(host);  // which says what it lacks
    return kernel ? "missing" : cat("missing: ", kernel.error().hint);
}

std::string_view variables(const Language& language) { return language.keeps_state ? "stay" : "-"; }

}  // namespace

std::vector<std::string> language_table(const std::vector<Language>& languages, const Host& host)
{
    std::vector<std::string> lines;
    std::size_t name_width = 8, alias_width = 11;
    for (const auto& language : languages) {
        name_width = std::max(name_width, language.name.size());
        alias_width = std::max(alias_width, join(language.aliases, ", ").size());
    }
    const auto row = [&](std::string_view name, const std::string& aliases, std::string_view state, const std::string& what) {
        const auto padded = [](std::string_view text, std::size_t columns) {
            return cat(text, std::string(columns - std::min(columns, text.size()), ' '));
        };
        lines.push_back(cat(padded(name, name_width), "  ", padded(aliases, alias_width), "  ", padded(state, 9), "  ", what));
    };
    row("language", "also called", "variables", "runs in");
    for (const auto& language : languages) row(language.name, join(language.aliases, ", "), variables(language), runtime(language, host));
    return lines;
}

namespace {

void print_table(const std::vector<Language>& languages, const Host& host)
{
    for (const auto& line : language_table(languages, host)) std::puts(line.c_str());
    std::puts("\ninterpreter --languages=NAME starts one and shows its version.");
}

// What its version cell prints, or why it does not.
Result<std::string> version_of(const Language& language, const Host& host)
{
    OI_TRY(const auto kernel, language.start(host));
    std::string output;
    const auto take = [&](const Chunk& chunk) {
        if (chunk.type == Kind::console && chunk.format == "output") output += chunk.content;
    };
    RunControl control;
    control.limit = std::chrono::seconds{30};  // a compiler may have to be loaded first
    OI_CHECK(kernel->run({language.name, language.version_cell}, take, control));
    return valid_utf8(std::string{trim(output)});
}

int print_one(const Language& language, const Host& host)
{
    const auto row = [](const char* title, const std::string& text) { std::printf("%-12s %s\n", title, text.c_str()); };
    row("language", cat(language.name, " (", language.display_name, ")"));
    if (!language.aliases.empty()) row("also called", join(language.aliases, ", "));
    row("variables", language.keeps_state ? "stay from cell to cell" : "each cell starts anew");
    row("runs in", runtime(language, host));
    std::fflush(stdout);
    if (!is_available(language, host)) return 1;
    if (language.version_cell.empty()) return 0;
    const auto version = version_of(language, host);
    row("version", version ? *version : to_line(version.error()));
    return version ? 0 : 1;
}

}  // namespace

int list_languages(const config::Invocation& invocation)
{
    Host host;
    host.folder = sys::current_folder();
    host.environment = kernel_environment();
    host.python = invocation.settings.python;
    const auto languages = languages_of(invocation.settings, host.environment);
    if (!languages) {
        std::fprintf(stderr, "interpreter: %s\n", to_line(languages.error()).c_str());
        return languages.error().kind == ErrorKind::invalid ? 2 : 1;
    }
    int code = 0;
    if (invocation.wanted.empty()) {
        print_table(*languages, host);
    } else if (const Language* language = find_language(*languages, invocation.wanted)) {
        code = print_one(*language, host);
    } else {
        std::vector<std::string_view> names;
        for (const auto& known : *languages) names.push_back(known.name);
        const auto near = invocation.wanted.size() > 2 ? nearest(lower(invocation.wanted), names) : std::nullopt;
        std::fprintf(stderr, "interpreter: --languages=%s: there is no such language (%s)\n", valid_utf8(invocation.wanted).c_str(),
                     near ? cat("did you mean ", *near, "?").c_str() : "interpreter --languages lists all");
        code = 1;
    }
    return std::fflush(stdout) == 0 && !std::ferror(stdout) ? code : 1;
}

}  // namespace oi
