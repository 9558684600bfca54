// What % commands tell of the running program.
#include "agent/conversation.h"
#include "app/list_languages.h"
#include "app/live_settings.h"
#include "app/program_host.h"
#include "app/surroundings.h"
#include "base/text.h"
#include "kernel/environment.h"
#include "sys/files.h"

namespace oi {

// A key is named by its last letters only.
std::string ProgramHost::shown(const Settings& settings, const Row& row) const
{
    constexpr std::size_t tail = 4;
    const std::string value = config::to_text(settings, row);
    if (value.empty()) return row.is_flag() ? "off" : "not set";
    const bool is_secret = row.name == "api_key" || row.name == "jupyter_token";
    if (is_secret) return value.size() > 3 * tail ? cat("...", value.substr(value.size() - tail)) : "set";
    return value;
}

std::string ProgramHost::line_of(const Row& row) const
{
    const config::Origin& origin = invocation_.origins[config::index_of(row)];
    std::string line = cat(row.name, ": ", shown(invocation_.settings, row), " (");
    if (!origin.where.empty()) line += origin.where;
    else line += config::to_text(invocation_.settings, row) == config::to_text(Settings{}, row) ? "the default" : "chosen at the start";
    return line + ")";
}

Result<MagicHost::Lines> ProgramHost::setting(std::string_view name)
{
    take_over();
    Lines lines;
    if (name.empty()) {
        for (const auto& row : config::setting_rows())
            if (config::to_text(invocation_.settings, row) != config::to_text(Settings{}, row)) lines.push_back(line_of(row));
        lines.push_back("All others are at their default. %set SETTING shows one, %set SETTING VALUE changes it.");
        return lines;
    }
    std::vector<std::string_view> names;
    for (const auto& row : config::setting_rows()) {
        names.push_back(row.name);
        if (row.name != name && row.yaml_key != name) continue;
        lines.push_back(line_of(row));
        lines.push_back(cat(row.help, live_kind(row.name) == Live::fixed
                                          ? cat("; it cannot change while the program runs: ", why_fixed(row.name), ".")
                                          : std::string{"."}));
        return lines;
    }
    const auto near = nearest(name, names);
    return fail(ErrorKind::invalid, cat("there is no setting ", name),
                near ? cat("did you mean ", *near, "?") : "interpreter --help=all lists them");
}

MagicHost::Lines ProgramHost::profile()
{
    const std::string path = profile_.empty() ? invocation_.profile_path : profile_;
    return {path.empty() ? "No profile is in use." : cat("In use: ", path), "%profile NAME uses the settings of another."};
}

MagicHost::Lines ProgramHost::languages()
{
    const ConversationOptions& options = conversation().options();
    return language_table(conversation().languages(),
                          {.folder = options.folder, .environment = options.environment, .python = options.python});
}

MagicHost::Lines ProgramHost::facts()
{
    const Surroundings here = surroundings(conversation().options().folder);
    const ConversationId id = conversation().id();
    return {
        cat("Open Interpreter ", OI_VERSION, ", ", sys::self_executable()),
        cat("System: ", here.operating_system),
        cat("Model: ", conversation().model().name),
        cat("Folder: ", here.folder),
        cat("Conversation: ", id == 0 ? std::string{"not begun"} : cat("number ", id), ", ", conversation().messages().size(), " messages"),
        cat("Settings: ", sys::config_folder(),
            profile_.empty() && invocation_.profile_path.empty()
                ? std::string{}
                : cat(", profile ", profile_.empty() ? invocation_.profile_path : profile_)),
        cat("Conversations: ", sys::data_folder()),
        cat("Terminal: ", sys::environment("TERM", "none"), ", ", sys::environment("LANG", "no LANG")),
        cat("Languages here: ", join(conversation().options().offered, ", ")),
        "%set lists the settings; interpreter --doctor checks them."};
}

}  // namespace oi
