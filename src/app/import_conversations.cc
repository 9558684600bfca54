// Imports classic conversation files; see import_conversations.h.
#include "app/import_conversations.h"

#include "app/old_conversations.h"
#include "base/text.h"
#include "store/classic_file.h"
#include "sys/files.h"

#include <cstdio>
#include <filesystem>
#include <sys/stat.h>
#include <vector>

namespace oi {

namespace {

namespace fs = std::filesystem;
constexpr std::size_t longest_file = 256 << 20;

Result<std::vector<std::string>> files_at(const std::string& path)
{
    if (!path.empty() && !fs::is_directory(path)) return std::vector{path};
    const auto folders = path.empty() ? classic_folders() : std::vector{path};
    std::vector<std::string> files;
    for (const auto& folder : folders)
        for (auto& file : json_files(folder)) files.push_back(std::move(file));
    if (files.empty())
        return fail(ErrorKind::not_found,
                    path.empty() ? "no conversations of the classic program were found" : cat(path, ": no .json file in it"),
                    "--import=PATH names a file or a folder");
    return files;
}

}  // namespace

Result<ConversationId> import_file(const std::string& path, Store& store)
{
    OI_TRY(const std::string text, sys::read_file(path, longest_file));
    auto messages = store::read_classic(text);
    if (!messages) return fail(messages.error().kind, cat(path, ": ", messages.error().what), messages.error().hint);
    struct stat info {};
    ::stat(path.c_str(), &info);
    OI_TRY(const ConversationId id, store.add({.changed = info.st_mtime, .messages = std::move(*messages)}));
    note_imported(sys::absolute(path));
    return id;
}

int import_conversations(const std::string& path, Store& store)
{
    const auto files = files_at(path.empty() ? path : sys::absolute(path));
    if (!files) {
        std::fprintf(stderr, "interpreter: %s\n", to_line(files.error()).c_str());
        return 1;
    }
    int code = 0;
    for (const auto& file : *files) {
        if (const auto id = import_file(file, store)) {
            std::printf("%lld  %s\n", static_cast<long long>(*id), valid_utf8(file).c_str());
        } else {
            std::fprintf(stderr, "interpreter: %s\n", valid_utf8(to_line(id.error())).c_str());
            code = 1;
        }
    }
    if (code == 0) std::puts("\nThe files stay as they are. Go on with one: interpreter --resume=ID");
    return code;
}

}  // namespace oi
