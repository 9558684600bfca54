// Folders of kept variables; see kept_sessions.h.
#include "store/kept_sessions.h"

#include "base/text.h"
#include "sys/files.h"

#include <algorithm>
#include <filesystem>
#include <sys/stat.h>
#include <unistd.h>
#include <vector>

namespace oi {
namespace {

namespace fs = std::filesystem;
constexpr std::size_t most_sessions = 20;
constexpr std::uintmax_t most_bytes = 2ULL << 30;  // of all but the one that is begun

fs::path all_sessions() { return sys::data_folder() + "/sessions"; }
fs::path folder_of(ConversationId conversation) { return all_sessions() / std::to_string(conversation); }

std::uintmax_t size_of(const fs::path& folder)
{
    std::error_code ignored;
    std::uintmax_t size = 0;
    fs::recursive_directory_iterator file{folder, fs::directory_options::skip_permission_denied, ignored};
    for (; !ignored && file != fs::recursive_directory_iterator{}; file.increment(ignored)) {
        std::error_code unknown;
        if (const auto bytes = file->file_size(unknown); !unknown) size += bytes;
    }
    return size;
}

// When something was last kept there: a file is replaced as a whole, which changes its folder.
fs::file_time_type age_of(const fs::path& folder)
{
    std::error_code ignored;
    return fs::last_write_time(folder, ignored);
}

void remove_old_ones(const fs::path& current)
{
    std::error_code ignored;
    std::vector<fs::path> others;
    fs::directory_iterator entry{all_sessions(), ignored};
    for (; !ignored && entry != fs::directory_iterator{}; entry.increment(ignored))
        if (entry->path() != current) others.push_back(entry->path());
    std::sort(others.begin(), others.end(), [](const fs::path& left, const fs::path& right) { return age_of(left) > age_of(right); });
    std::uintmax_t bytes = 0;
    for (std::size_t i = 0; i < others.size(); ++i) {
        bytes += size_of(others[i]);
        if (i + 1 >= most_sessions || bytes > most_bytes) fs::remove_all(others[i], ignored);
    }
}

}  // namespace

Result<std::string> keep_session(ConversationId conversation)
{
    const fs::path folder = folder_of(conversation);
    OI_CHECK(sys::make_folders(folder));
    struct stat info {};
    if (::lstat(folder.c_str(), &info) != 0 || !S_ISDIR(info.st_mode) || info.st_uid != ::geteuid())
        return fail(ErrorKind::io, cat(folder.string(), ": not a folder of yours"), "remove it, or say --no-keep_variables");
    if ((info.st_mode & 077) != 0 && ::chmod(folder.c_str(), 0700) != 0) return fail_errno(folder.string());
    remove_old_ones(folder);
    return folder.string();
}

void forget_session(ConversationId conversation)
{
    std::error_code ignored;
    fs::remove_all(folder_of(conversation), ignored);
}

}  // namespace oi
