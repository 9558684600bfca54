// Outputs as files: written as they come, pruned when they grow; see output_folder.h.
#include "store/output_folder.h"

#include "base/text.h"
#include "sys/fd.h"
#include "sys/files.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <dirent.h>
#include <fcntl.h>
#include <mutex>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>
#include <vector>

namespace oi {

namespace {

constexpr std::string_view end_suffix = ".end";          // the last part of an output whose middle is gone
constexpr std::string_view older_end_suffix = ".end.1";  // the part before that
constexpr std::uint64_t steps = 64;                      // in which a file grows to the limit: after each the folder is looked at

// The files of one folder. Whoever writes to one holds a shared lock on it, in whichever program.
class Folder {
public:
    Folder(std::string path, std::uint64_t limit) : path_{std::move(path)}, limit_{limit} {}

    std::uint64_t limit() const { return limit_; }
    std::uint64_t step() const { return std::max<std::uint64_t>(limit_ / steps, 1); }
    std::string file(ConversationId conversation, std::size_t cell) const { return cat(path_, "/", conversation, "-", cell, ".txt"); }
    Result<void> make() const { return sys::make_folders(path_); }
    // Removes the oldest files until `bytes` more have room; false: those that are left are in use.
    bool make_room(std::uint64_t bytes);

private:
    struct Entry {
        std::string path;
        std::uint64_t size = 0;
        timespec changed{};
    };
    std::vector<Entry> entries() const;
    static bool remove_unused(const std::string& path);

    const std::string path_;
    const std::uint64_t limit_;
    std::mutex mutex_;
};

std::vector<Folder::Entry> Folder::entries() const
{
    std::vector<Entry> found;
    DIR* const folder = ::opendir(path_.c_str());
    if (!folder) return found;
    while (const dirent* const entry = ::readdir(folder)) {
        if (entry->d_name[0] < '0' || entry->d_name[0] > '9') continue;
        struct stat told {};
        std::string path = cat(path_, "/", entry->d_name);
        if (::lstat(path.c_str(), &told) != 0 || !S_ISREG(told.st_mode)) continue;
        found.push_back({std::move(path), static_cast<std::uint64_t>(told.st_size), told.st_mtim});
    }
    ::closedir(folder);
    std::sort(found.begin(), found.end(), [](const Entry& a, const Entry& b) {
        return std::pair{a.changed.tv_sec, a.changed.tv_nsec} < std::pair{b.changed.tv_sec, b.changed.tv_nsec};
    });
    return found;
}

bool Folder::remove_unused(const std::string& path)
{
    const sys::Fd file{::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW)};
    return file.is_open() && ::flock(file.get(), LOCK_EX | LOCK_NB) == 0 && ::unlink(path.c_str()) == 0;
}

bool Folder::make_room(std::uint64_t bytes)
{
    const std::lock_guard lock{mutex_};
    const auto all = entries();
    std::uint64_t total = bytes;
    for (const Entry& entry : all) total += entry.size;
    for (const Entry& entry : all) {
        if (total <= limit_) break;
        if (remove_unused(entry.path)) total -= entry.size;
    }
    return total <= limit_;
}

class FileSpool final : public OutputSpool {
public:
    FileSpool(Folder& folder, std::string path, std::size_t at_least) : folder_{folder}, path_{std::move(path)}, at_least_{at_least} {}

    void write(std::string_view settled, std::string_view pending) override;
    void create() override;
    Spooled spooled() const override;
    std::optional<Error> failure() const override { return failure_; }

private:
    bool is_off() const { return failure_ || folder_.limit() == 0; }
    std::uint64_t part_limit() const { return std::max<std::uint64_t>(head_.is_open() ? folder_.limit() / 4 : folder_.limit() / 2, 1); }
    void open_part(const std::string& path);
    void append(std::string_view text);
    void show(std::string_view pending);
    void begin_next_part();
    void put(std::string_view text, std::uint64_t at);

    Folder& folder_;
    const std::string path_;
    const std::size_t at_least_;
    std::string held_;            // before there is a file
    std::string pending_;         // the same
    sys::Fd part_;                // what is written to
    sys::Fd head_;                // the first part, once there is another: open for its lock
    sys::Fd older_end_;           // the same for the last but one
    std::uint64_t size_ = 0;      // of what is settled in the part
    std::uint64_t file_end_ = 0;  // with what is pending behind it
    std::uint64_t since_look_ = 0;
    bool has_file_ = false;
    std::optional<Error> failure_;
};

void FileSpool::write(std::string_view settled, std::string_view pending)
{
    if (is_off()) return;
    if (!has_file_) {
        held_ += settled;
        pending_ = pending;
        if (held_.size() > at_least_) create();
        return;
    }
    append(settled);
    show(pending);
}

void FileSpool::create()
{
    if (has_file_ || is_off()) return;
    if (auto made = folder_.make(); !made) {
        failure_ = made.error();
        return;
    }
    folder_.make_room(folder_.step());
    open_part(path_);
    has_file_ = part_.is_open();
    for (const auto suffix : {end_suffix, older_end_suffix}) ::unlink(cat(path_, suffix).c_str());
    append(std::exchange(held_, {}));
    show(std::exchange(pending_, {}));
}

void FileSpool::open_part(const std::string& path)
{
    part_.reset(::open(path.c_str(), O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600));
    if (!part_.is_open()) failure_ = fail_errno(path).value();
    else ::flock(part_.get(), LOCK_SH | LOCK_NB);  // where locks do not work it may be pruned early, and that is all
    size_ = file_end_ = since_look_ = 0;
}

void FileSpool::append(std::string_view text)
{
    while (!text.empty() && !failure_) {
        if (size_ >= part_limit()) {
            begin_next_part();
            continue;
        }
        const std::uint64_t most = std::min(part_limit() - size_, folder_.step() - since_look_);
        const auto piece = text.substr(0, most);
        put(piece, size_);
        text.remove_prefix(piece.size());
        size_ += piece.size();
        since_look_ += piece.size();
        if (since_look_ < folder_.step()) continue;
        since_look_ = 0;
        if (!folder_.make_room(folder_.step())) begin_next_part();
    }
}

void FileSpool::show(std::string_view pending)
{
    if (failure_ || !part_.is_open()) return;
    put(pending, size_);
    const std::uint64_t end = size_ + pending.size();
    if (file_end_ > end)
        ignore(::ftruncate(part_.get(), static_cast<off_t>(end)) == 0 ? Result<void>{} : fail_errno(path_), "only old rows stay");
    file_end_ = end;
}

void FileSpool::begin_next_part()
{
    const std::string end = cat(path_, end_suffix);
    if (!head_.is_open()) {
        show({});
        head_ = std::move(part_);
    } else {
        show({});
        ::rename(end.c_str(), cat(path_, older_end_suffix).c_str());
        older_end_ = std::move(part_);
    }
    open_part(end);
}

void FileSpool::put(std::string_view text, std::uint64_t at)
{
    while (!text.empty()) {
        const ssize_t written = ::pwrite(part_.get(), text.data(), text.size(), static_cast<off_t>(at));
        if (written < 0 && errno == EINTR) continue;
        if (written <= 0) {
            failure_ = fail_errno(path_).value();
            return;
        }
        text.remove_prefix(static_cast<std::size_t>(written));
        at += static_cast<std::uint64_t>(written);
        file_end_ = std::max(file_end_, at);
    }
}

Spooled FileSpool::spooled() const
{
    Spooled told;
    if (!has_file_) return told;
    told.file = path_;
    told.is_whole = !failure_ && !head_.is_open();
    if (older_end_.is_open()) told.end = cat(path_, older_end_suffix, " and ", path_, end_suffix);
    else if (head_.is_open()) told.end = cat(path_, end_suffix);
    return told;
}

class OutputFolder final : public OutputSpools {
public:
    OutputFolder(std::string path, std::uint64_t limit) : folder_{std::move(path), limit} {}

    std::unique_ptr<OutputSpool> open(ConversationId conversation, std::size_t cell, std::size_t at_least) override
    {
        return std::make_unique<FileSpool>(folder_, folder_.file(conversation, cell), at_least);
    }

    Spooled find(ConversationId conversation, std::size_t cell) const override
    {
        const std::string path = folder_.file(conversation, cell);
        if (!sys::exists(path)) return {};
        Spooled found{.file = path};
        std::vector<std::string> ends;
        for (const auto suffix : {older_end_suffix, end_suffix})
            if (std::string end = cat(path, suffix); sys::exists(end)) ends.push_back(std::move(end));
        found.end = join(ends, " and ");
        found.is_whole = ends.empty();
        return found;
    }

private:
    Folder folder_;
};

}  // namespace

std::unique_ptr<OutputSpools> open_output_folder(std::string folder, std::uint64_t limit)
{
    return std::make_unique<OutputFolder>(std::move(folder), limit);
}

void forget_outputs(const std::string& folder, ConversationId conversation)
{
    DIR* const open = ::opendir(folder.c_str());
    if (!open) return;
    const std::string prefix = cat(conversation, "-");
    while (const dirent* const entry = ::readdir(open))
        if (std::string_view{entry->d_name}.starts_with(prefix)) ::unlink(cat(folder, "/", entry->d_name).c_str());
    ::closedir(open);
}

}  // namespace oi
