// Shows where settings, profiles and models are; see config_commands.h.
#include "app/config_commands.h"
#include "base/text.h"
#include "config/explain.h"
#include "config/profile.h"
#include "llm/local/model_file.h"
#include "sys/files.h"
#include "sys/process.h"

#include <algorithm>
#include <array>
#include <cstdio>

extern char** environ;

namespace oi {

namespace {

int complain(const Error& error, int code)
{
    std::fprintf(stderr, "interpreter: %s\n", valid_utf8(to_line(error)).c_str());
    return code;
}

// In the desktop's file manager.
int open_folder(const std::string& folder)
{
    if (auto made = sys::make_folders(folder); !made) return complain(made.error(), 1);
    Command command{.argv = {"xdg-open", folder}};
    for (char** variable = environ; *variable; ++variable) command.environment.emplace_back(*variable);
    const std::array<sys::Inherit, 1> inherit{{{2, 2}}};
    auto opener = sys::spawn(command, inherit);
    if (!opener) return complain({ErrorKind::not_found, "xdg-open is not here", cat("the folder is ", folder)}, 1);
    const auto end = opener->wait({});
    if (!end || *end != sys::Exit{}) return complain({ErrorKind::io, "xdg-open could not open it", cat("the folder is ", folder)}, 1);
    std::puts(folder.c_str());
    return 0;
}

void print_profile(const config::KnownProfile& profile, std::size_t width)
{
    const auto columns = static_cast<int>(width);
    std::printf("  %-*s  %s\n", columns, profile.name.c_str(), profile.about.empty() ? "-" : profile.about.c_str());
    if (!profile.path.empty()) std::printf("  %-*s  %s\n", columns, "", profile.path.c_str());
}

}  // namespace

int list_profiles(const config::Invocation& invocation)
{
    if (invocation.wanted == "open") return open_folder(config::profiles_folder());
    const auto known = config::known_profiles();
    std::size_t width = 0;
    for (const auto& profile : known) width = std::max(width, profile.name.size());
    const auto first_built_in = std::find_if(known.begin(), known.end(), [](const auto& profile) { return profile.path.empty(); });
    std::printf("Your own, in %s%s\n", config::profiles_folder().c_str(), first_built_in == known.begin() ? ": none" : "");
    std::for_each(known.begin(), first_built_in, [&](const auto& profile) { print_profile(profile, width); });
    std::puts("\nPart of the program");
    std::for_each(first_built_in, known.end(), [&](const auto& profile) { print_profile(profile, width); });
    std::puts("\nUse one: interpreter --profile NAME. A file of that name in your folder goes before the program's.");
    return 0;
}

int show_local_models(const config::Invocation& invocation)
{
    const std::string folder = llm::models_folder();
    if (invocation.wanted == "open") return open_folder(folder);
    const auto models = llm::list_model_files();
    std::printf("Files of models are in %s%s\n", folder.c_str(), models.empty() ? ": none" : "");
    for (const auto& model : models) std::printf("  %s\n", model.name.c_str());
    if (!models.empty()) std::puts("\nUse one: interpreter --model NAME");
    return 0;
}

int explain_settings(const config::Invocation& invocation)
{
    const auto text = config::explain(invocation, invocation.wanted);
    if (!text) return complain(text.error(), 2);
    std::fputs(text->c_str(), stdout);
    return 0;
}

}  // namespace oi
