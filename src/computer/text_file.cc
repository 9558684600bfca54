// A text file and its replacement; see text_file.h.
#include "computer/text_file.h"

#include "base/text.h"
#include "computer/reach.h"

#include <cerrno>
#include <fcntl.h>
#include <unistd.h>

namespace oi::computer {

namespace {

constexpr off_t largest = 64 << 20;

Result<std::string> read_all(const sys::Fd& file, const std::string& path)
{
    std::string content;
    char block[65536];
    for (;;) {
        const ssize_t got = ::read(file.get(), block, sizeof block);
        if (got == 0) return content;
        if (got > 0) content.append(block, static_cast<std::size_t>(got));
        else if (errno != EINTR) return fail_errno(path);
    }
}

}  // namespace

Result<TextFile> TextFile::open(const std::string& path, const SandboxPolicy& policy)
{
    if (!path.starts_with('/')) return fail(ErrorKind::invalid, cat(path, ": not an absolute path"));
    const std::string real = resolved(path);
    if (real.empty()) return fail_errno(path);
    TextFile file;
    file.path_ = path;
    const auto slash = real.rfind('/');
    file.name_ = real.substr(slash + 1);
    if (file.name_.empty()) return fail(ErrorKind::invalid, cat(path, " is a folder"));
    file.folder_ = sys::Fd{::open(cat(real.substr(0, slash), "/").c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
    if (!file.folder_.is_open()) return fail_errno(path);
    if (!may_write(place_of(file.folder_), policy))
        return fail(ErrorKind::denied, cat(path, ": the sandbox does not let code write there"));
    const sys::Fd opened{::openat(file.folder_.get(), file.name_.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)};
    if (!opened.is_open() || ::fstat(opened.get(), &file.info_) != 0) return fail_errno(path);
    if (S_ISDIR(file.info_.st_mode)) return fail(ErrorKind::invalid, cat(path, " is a folder"));
    if (!S_ISREG(file.info_.st_mode)) return fail(ErrorKind::invalid, cat(path, " is not a regular file"));
    if (file.info_.st_size > largest) return fail(ErrorKind::invalid, cat(path, " is larger than 64 MiB"));
    if (::faccessat(file.folder_.get(), file.name_.c_str(), W_OK, AT_EACCESS) != 0) return fail_errno(path);
    OI_TRY(file.content_, read_all(opened, path));
    if (file.content_.find('\0') != std::string::npos) return fail(ErrorKind::invalid, cat(path, " is not a text file"));
    return file;
}

Result<void> TextFile::replace(std::string_view content) const
{
    const std::string temporary = cat(".", name_.substr(0, 200), ".", static_cast<long>(::getpid()), ".tmp");
    const sys::Fd file{::openat(folder_.get(), temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600)};
    if (!file.is_open()) return fail_errno(path_);
    Result<void> done = sys::write_all(file.get(), content);
    // Another owner's file stays theirs where that is allowed; the mode comes last, because chown may clear some of it.
    if (info_.st_uid != ::geteuid() || info_.st_gid != ::getegid()) {
        if (::fchown(file.get(), info_.st_uid, info_.st_gid) != 0 && done) done = fail_errno(cat(path_, ": its owner"));
    }
    if (done && ::fchmod(file.get(), info_.st_mode & 07777) != 0) done = fail_errno(path_);
    if (done && ::renameat(folder_.get(), temporary.c_str(), folder_.get(), name_.c_str()) != 0) done = fail_errno(path_);
    if (!done) ::unlinkat(folder_.get(), temporary.c_str(), 0);
    return done;
}

}  // namespace oi::computer
