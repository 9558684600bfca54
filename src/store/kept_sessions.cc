// Folders of kept variables; see kept_sessions.h.
#include "store/kept_sessions.h"

#include "base/text.h"
#include "sys/files.h"

#include <algorithm>
#include <fcntl.h>
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
constexpr const char* confined = "confined";  // see ProcessKernel::state_folder

// Names the folder of a conversation that has another than that of its number: see hand_over_session().
fs::path pointer_of(ConversationId conversation) { return all_sessions() / (std::to_string(conversation) + ".at"); }

fs::path folder_of(ConversationId conversation)
{
    std::error_code ignored;
    const fs::path other = fs::read_symlink(pointer_of(conversation), ignored).filename();
    return all_sessions() / (other.empty() ? fs::path{std::to_string(conversation)} : other);
}

void point(ConversationId conversation, const fs::path& folder)
{
    const fs::path pointer = pointer_of(conversation), made = pointer.string() + ".new";
    std::error_code ignored;
    fs::remove(made, ignored);
    fs::create_symlink(folder.filename(), made, ignored);
    fs::rename(made, pointer, ignored);
}

// Calls `act` for the names of the files in which sessions keep what they have; what is still being written has a dot.
template <class Act>
void each_file(const fs::path& folder, const Act& act)
{
    std::error_code failed;
    for (fs::directory_iterator entry{folder, failed}; !failed && entry != fs::directory_iterator{}; entry.increment(failed)) {
        std::error_code unknown;
        const fs::path name = entry->path().filename();
        if (fs::is_regular_file(entry->symlink_status(unknown)) && name.string().find('.') == std::string::npos) act(name);
    }
}

// A file is always replaced as a whole, so a link is a copy. It follows no link that confined code may have put there.
void link_files(const fs::path& from, const fs::path& to)
{
    for (const fs::path& part : {fs::path{}, fs::path{confined}}) {
        std::error_code unknown;
        if (!fs::is_directory(fs::symlink_status(from / part, unknown)) || !sys::make_folders(to / part)) continue;
        each_file(from / part,
                  [&](const fs::path& name) { ::linkat(AT_FDCWD, (from / part / name).c_str(), AT_FDCWD, (to / part / name).c_str(), 0); });
    }
}

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
        if (entry->path() != current && !entry->is_symlink(ignored)) others.push_back(entry->path());
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

void copy_session(ConversationId from, ConversationId to)
{
    if (!sys::exists(folder_of(from))) return;
    if (const auto folder = keep_session(to)) link_files(folder_of(from), *folder);
}

void hand_over_session(ConversationId from, ConversationId to)
{
    const fs::path folder = folder_of(from);
    if (!sys::exists(folder)) return;
    std::string copy = cat((all_sessions() / std::to_string(from)).string(), "-XXXXXX");
    if (!::mkdtemp(copy.data())) return;
    link_files(folder, copy);
    point(from, copy);
    point(to, folder);
}

void move_session(ConversationId conversation, Confinement now)
{
    const fs::path folder = folder_of(conversation), inner = folder / confined;
    const bool is_confined = now == Confinement::some;
    std::error_code failed;
    if (!fs::is_directory(folder, failed) || (is_confined && !sys::make_folders(inner))) return;
    if (!fs::is_directory(fs::symlink_status(inner, failed))) return;
    const fs::path &from = is_confined ? folder : inner, &to = is_confined ? inner : folder;
    std::vector<fs::path> names;
    each_file(from, [&](const fs::path& name) { names.push_back(name); });
    for (const auto& name : names) fs::rename(from / name, to / name, failed);
}

void forget_confined_session(ConversationId conversation)
{
    std::error_code ignored;
    fs::remove_all(folder_of(conversation) / confined, ignored);
}

}  // namespace oi
