// Finding and reading kernel.json files; see kernelspec.h.
#include "kernel/jupyter/kernelspec.h"

#include "base/json.h"
#include "base/text.h"
#include "sys/files.h"
#include "sys/process.h"

#include <algorithm>
#include <dirent.h>

namespace oi::kernel::jupyter {
namespace {

constexpr std::size_t largest_file = 1 << 16;

std::vector<std::string> names_in(const std::string& folder)
{
    std::vector<std::string> names;
    DIR* directory = ::opendir(folder.c_str());
    if (!directory) return names;
    while (const dirent* entry = ::readdir(directory))
        if (entry->d_name[0] != '.') names.emplace_back(entry->d_name);
    ::closedir(directory);
    std::sort(names.begin(), names.end());
    return names;
}

// https://docs.jupyter.org/en/latest/use/jupyter-directories.html#data-files
std::vector<std::string> data_folders(std::span<const std::string> environment)
{
    std::vector<std::string> folders;
    for (const auto folder : split(sys::lookup(environment, "JUPYTER_PATH"), ':'))
        if (!folder.empty()) folders.emplace_back(folder);
    if (const auto own = sys::lookup(environment, "JUPYTER_DATA_DIR"); !own.empty()) folders.emplace_back(own);
    else if (const auto data = sys::lookup(environment, "XDG_DATA_HOME"); !data.empty()) folders.push_back(cat(data, "/jupyter"));
    else if (const auto home = sys::lookup(environment, "HOME"); !home.empty()) folders.push_back(cat(home, "/.local/share/jupyter"));
    for (const char* variable : {"VIRTUAL_ENV", "CONDA_PREFIX"})
        if (const auto prefix = sys::lookup(environment, variable); !prefix.empty()) folders.push_back(cat(prefix, "/share/jupyter"));
    folders.emplace_back("/usr/local/share/jupyter");
    folders.emplace_back("/usr/share/jupyter");
    return folders;
}

}  // namespace

Result<Kernelspec> parse_kernelspec(std::string_view text, std::string name, std::string folder)
{
    OI_TRY(const auto parsed, json::parse(text));
    Kernelspec spec{.name = lower(name), .folder = std::move(folder)};
    spec.display_name = json::text(parsed, "display_name", name);
    spec.language = json::text(parsed, "language");
    spec.is_interrupted_by_message = json::text(parsed, "interrupt_mode") == "message";
    if (const auto* argv = json::find(parsed, "argv"); argv && argv->IsArray())
        for (const auto& word : argv->GetArray())
            if (word.IsString()) spec.argv.emplace_back(json::view(word));
    if (spec.argv.empty()) return fail(ErrorKind::invalid, cat("the kernelspec ", name, " has no argv"));
    if (const auto* variables = json::find(parsed, "env"); variables && variables->IsObject())
        for (const auto& variable : variables->GetObject())
            if (variable.value.IsString()) spec.environment.emplace_back(json::view(variable.name), json::view(variable.value));
    return spec;
}

std::vector<Kernelspec> find_kernelspecs(std::span<const std::string> environment)
{
    std::vector<Kernelspec> found;
    for (const auto& data : data_folders(environment)) {
        for (const auto& name : names_in(data + "/kernels")) {
            const std::string folder = cat(data, "/kernels/", name);
            const auto is_same = [&](const Kernelspec& spec) { return spec.name == lower(name); };
            if (std::any_of(found.begin(), found.end(), is_same)) continue;
            const auto text = sys::read_file(folder + "/kernel.json", largest_file);
            if (!text) continue;
            if (auto spec = parse_kernelspec(*text, name, folder)) found.push_back(std::move(*spec));
        }
    }
    return found;
}

}  // namespace oi::kernel::jupyter
