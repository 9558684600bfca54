// Listing classic conversation files; see old_conversations.h.
#include "app/old_conversations.h"

#include "base/text.h"
#include "sys/files.h"

#include <algorithm>
#include <filesystem>
#include <optional>
#include <set>
#include <sys/stat.h>

namespace oi {

namespace {

namespace fs = std::filesystem;

std::string list_path() { return cat(sys::data_folder(), "/imported"); }

// By which a file is known again: a changed one is another.
struct Stamp {
    std::string line;
    std::int64_t changed = 0;
};

std::optional<Stamp> stamp_of(const std::string& path)
{
    struct stat info {};
    if (::stat(path.c_str(), &info) != 0 || !S_ISREG(info.st_mode)) return {};
    return Stamp{cat(info.st_mtime, " ", info.st_size, " ", path), info.st_mtime};
}

// "Plot_my_data__March_05_2024_10-22-01.json" -> "Plot my data"
std::string name_of(const std::string& path)
{
    std::string name = fs::path{path}.stem().string();
    if (const auto date = name.rfind("__"); date != std::string::npos && date > 0) name.resize(date);
    return valid_utf8(replace_all(name, "_", " "));
}

}  // namespace

std::vector<std::string> classic_folders()
{
    const std::string config = fs::path{sys::config_folder()}.parent_path();
    std::vector<std::string> folders;
    for (const auto* name : {"open-interpreter", "Open Interpreter Terminal", "Open Interpreter"})
        if (std::string folder = cat(config, "/", name, "/conversations"); sys::exists(folder)) folders.push_back(std::move(folder));
    return folders;
}

std::vector<std::string> json_files(const std::string& folder)
{
    std::vector<std::string> files;
    std::error_code failed;
    for (fs::directory_iterator entry{folder, failed}; !failed && entry != fs::directory_iterator{}; entry.increment(failed))
        if (entry->path().extension() == ".json") files.push_back(entry->path().string());
    std::sort(files.begin(), files.end());
    return files;
}

std::vector<OldConversation> old_conversations()
{
    std::vector<OldConversation> found;
    std::set<std::string, std::less<>> imported;
    bool is_read = false;
    for (const auto& folder : classic_folders())
        for (auto& path : json_files(folder)) {
            if (!std::exchange(is_read, true))
                if (const auto list = sys::read_file(list_path()))
                    for (const auto line : split(*list, '\n')) imported.emplace(line);
            const auto stamp = stamp_of(path);
            if (!stamp || imported.contains(stamp->line)) continue;
            std::string name = name_of(path);
            found.push_back({std::move(path), std::move(name), stamp->changed});
        }
    std::stable_sort(found.begin(), found.end(), [](const auto& left, const auto& right) { return left.changed > right.changed; });
    return found;
}

void note_imported(const std::string& path)
{
    const auto stamp = stamp_of(path);
    if (!stamp) return;
    std::string list = sys::read_file(list_path()).value_or("");
    if (list.find(stamp->line + "\n") != std::string::npos) return;
    list += stamp->line + "\n";
    ignore(sys::make_folders(sys::data_folder()), "the next line fails too");
    ignore(sys::write_file(list_path(), list), "it is listed again, and importing it again gives the same conversation");
}

}  // namespace oi
