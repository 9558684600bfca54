// Model files: names to paths, and the models folder.
#include "llm/local/model_file.h"

#include "base/text.h"
#include "llm/model_name.h"
#include "llm/vendors.h"
#include "sys/files.h"

#include <algorithm>
#include <filesystem>

namespace oi::llm {

namespace fs = std::filesystem;

namespace {

constexpr std::string_view ending = ".gguf";

bool is_gguf(std::string_view name) { return name.size() > ending.size() && lower(name.substr(name.size() - ending.size())) == ending; }

// "NAME-00002-of-00005": where "-00002-of-00005" begins, or npos.
std::size_t part_suffix(std::string_view name)
{
    constexpr std::string_view form = "-ddddd-of-ddddd";
    if (name.size() <= form.size()) return std::string_view::npos;
    const std::size_t begin = name.size() - form.size();
    for (std::size_t i = 0; i < form.size(); ++i) {
        const char c = name[begin + i];
        if (form[i] == 'd' ? c < '0' || c > '9' : c != form[i]) return std::string_view::npos;
    }
    return begin;
}

// A model of the models folder, by its file's name with or without the ending.
std::optional<std::string> stored_path(std::string_view name)
{
    for (auto& file : list_model_files())
        if (file.name == name || file.path.substr(file.path.rfind('/') + 1) == name) return std::move(file.path);
    return {};
}

bool is_vendor(std::string_view prefix) { return prefix == "ollama" || find_vendor(prefix_of(prefix)); }

}  // namespace

std::string models_folder()
{
    const std::string named = sys::environment("INTERPRETER_MODELS");
    return named.empty() ? cat(sys::data_folder(), "/models") : sys::absolute(named);
}

std::optional<std::string> model_file(const ModelOptions& options)
{
    const std::string& name = options.name;
    if (!options.api_base.empty() || name.empty()) return {};
    const auto slash = name.find('/');
    if (is_gguf(name)) {
        const std::string path = sys::absolute(name);
        if (sys::exists(path)) return path;
        if (slash == std::string::npos) return stored_path(name).value_or(path);
        return is_vendor(std::string_view{name}.substr(0, slash)) ? std::nullopt : std::optional{path};
    }
    if (slash != std::string::npos || name.starts_with("script:")) return {};
    const auto vendor = resolve_model(name, "");  // a file named after a vendor's model does not take its place
    return vendor && vendor->is_guess ? stored_path(name) : std::nullopt;
}

std::vector<ModelFile> list_model_files()
{
    std::vector<ModelFile> files;
    std::error_code error;
    fs::recursive_directory_iterator entries{models_folder(), fs::directory_options::skip_permission_denied, error};
    for (; !error && entries != fs::recursive_directory_iterator{}; entries.increment(error)) {
        std::error_code unreadable;
        if (!entries->is_regular_file(unreadable) || !is_gguf(entries->path().filename().string())) continue;
        ModelFile file{.path = entries->path().string(), .name = entries->path().stem().string()};
        file.bytes = static_cast<std::int64_t>(entries->file_size(unreadable));
        if (lower(file.name).starts_with("mmproj")) continue;  // the eyes of another model
        files.push_back(std::move(file));
    }
    std::sort(files.begin(), files.end(), [](const ModelFile& a, const ModelFile& b) { return a.name < b.name; });
    std::vector<ModelFile> models;
    for (auto& file : files) {
        const auto suffix = part_suffix(file.name);
        const bool is_later_part = suffix != std::string::npos && file.name.compare(suffix, 7, "-00001-") != 0;
        if (!is_later_part) models.push_back(std::move(file));
        else if (!models.empty() && models.back().name.compare(0, suffix, file.name, 0, suffix) == 0) models.back().bytes += file.bytes;
    }
    return models;
}

}  // namespace oi::llm
