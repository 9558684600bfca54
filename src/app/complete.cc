// Complete: names from the tables, the catalogue, the folders and the store.
#include "app/complete.h"

#include "app/wiring.h"
#include "base/text.h"
#include "config/completion.h"
#include "config/profile.h"
#include "config/tables.h"
#include "kernel/languages.h"
#include "llm/catalogue/catalogue.h"
#include "llm/local/model_file.h"
#include "llm/model_name.h"
#include "llm/vendors.h"
#include "sys/files.h"

#include <cstdio>
#include <string>

namespace oi {

namespace {

constexpr std::size_t most_conversations = 100;

std::string row(std::string_view value, std::string_view what)
{
    std::string line = cat(value, what.empty() ? "" : "\t", what);
    for (char& c : line)
        if (static_cast<unsigned char>(c) < 0x20 && c != '\t') c = ' ';
    return valid_utf8(std::move(line)) + "\n";
}

// Names that some vendor claims: the catalogue also knows families of open models, which are no names.
std::string models()
{
    std::string out;
    for (const auto name : llm::catalogue().names())
        if (const auto named = llm::resolve_model(name, ""); named && !named->is_guess) out += row(name, named->vendor);
    for (const auto& file : llm::list_model_files()) out += row(file.name + ".gguf", "file");
    for (const auto& vendor : llm::vendors()) out += row(cat(vendor.prefix, "/"), vendor.title);
    return out;
}

std::string profiles()
{
    std::string out;
    for (const auto& profile : config::known_profiles()) out += row(profile.name, profile.about);
    return out;
}

std::string conversations()
{
    if (!sys::exists(sys::data_folder() + "/conversations.db")) return {};
    std::string out;
    if (const auto found = open_store()->list(most_conversations))
        for (const auto& one : *found) out += row(cat(one.id), one.first_words);
    return out;
}

std::string languages()
{
    std::string out;
    for (const auto& language : built_in_languages()) out += row(language.name, "");
    return out;
}

std::string settings()
{
    std::string out;
    for (const auto& setting : config::setting_rows()) out += row(setting.name, setting.help);
    return out;
}

}  // namespace

int complete_main(int argc, char** argv)
{
    const std::string_view what = argc == 2 ? argv[1] : "";
    std::string out;
    if (what == "models") out = models();
    else if (what == "profiles") out = profiles();
    else if (what == "conversations") out = conversations();
    else if (what == "languages") out = languages();
    else if (what == "settings") out = settings();
    else return 2;
    std::fputs(out.c_str(), stdout);
    return std::fflush(stdout) == 0 ? 0 : 1;
}

int print_completion(const config::Invocation& invocation)
{
    const std::string own = sys::environment("SHELL");
    const std::string shell = invocation.wanted.empty() ? own.substr(own.rfind('/') + 1) : invocation.wanted;
    const auto script = config::completion_script(shell);
    if (!script) {
        std::fprintf(stderr, "interpreter: --completion: there is none for %s (--completion=bash, =zsh or =fish)\n",
                     shell.empty() ? "a shell without a name" : valid_utf8(shell).c_str());
        return 2;
    }
    std::fputs(script->c_str(), stdout);
    return 0;
}

}  // namespace oi
