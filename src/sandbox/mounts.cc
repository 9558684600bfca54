// Mounts of a confined session; see mounts.h.
#include "sandbox/mounts.h"

#include "base/text.h"
#include "sys/fd.h"

#include <array>
#include <cerrno>
#include <fcntl.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

namespace oi::sandbox {

namespace {

using Kind = Place::Kind;

constexpr std::array devices{"null", "zero", "full", "random", "urandom", "tty"};
constexpr unsigned no_suid = MS_NOSUID | MS_NODEV;

Result<void> mount(const char* type, const std::string& path, unsigned long flags, const std::string& options)
{
    if (::mount(type, path.c_str(), type, flags, options.c_str()) != 0) return fail_errno(cat("mount ", type, " on ", path));
    return {};
}

// A copy of the mount at that path, which is not attached to anything yet.
Result<sys::Fd> pick_up(const std::string& path)
{
    sys::Fd tree{::open_tree(AT_FDCWD, path.c_str(), OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC | AT_RECURSIVE)};
    if (!tree.is_open()) return fail_errno(cat("pick up ", path));
    return tree;
}

Result<void> put_down(const sys::Fd& tree, const std::string& path)
{
    if (::move_mount(tree.get(), "", AT_FDCWD, path.c_str(), MOVE_MOUNT_F_EMPTY_PATH) != 0) return fail_errno(cat("mount on ", path));
    return {};
}

Result<void> set_attributes(const std::string& path, std::uint64_t attributes, unsigned flags = 0)
{
    mount_attr wanted{};
    wanted.attr_set = attributes;
    if (::mount_setattr(AT_FDCWD, path.c_str(), flags, &wanted, sizeof wanted) != 0) return fail_errno(cat("make ", path, " read-only"));
    return {};
}

// A place to mount on; missing only inside what is ours already. What fails shows when it is mounted on.
void make_point(const std::string& path, mode_t type)
{
    for (std::size_t slash = path.find('/', 1); slash != std::string::npos; slash = path.find('/', slash + 1))
        ::mkdir(path.substr(0, slash).c_str(), 0755);
    if (type == S_IFDIR) ::mkdir(path.c_str(), 0755);
    else ::mknod(path.c_str(), S_IFREG | 0444, 0);
}

mode_t type_of(const sys::Fd& tree)
{
    struct stat info {};
    return ::fstat(tree.get(), &info) == 0 ? info.st_mode & S_IFMT : S_IFDIR;
}

Result<void> make_devices()
{
    std::array<sys::Fd, devices.size()> trees;
    for (std::size_t i = 0; i < devices.size(); ++i) {
        OI_TRY(trees[i], pick_up(cat("/dev/", devices[i])));
    }
    OI_CHECK(mount("tmpfs", "/dev", MS_NOSUID, "mode=755,size=64k"));
    for (std::size_t i = 0; i < devices.size(); ++i) {
        const std::string path = cat("/dev/", devices[i]);
        make_point(path, S_IFREG);
        OI_CHECK(put_down(trees[i], path));
    }
    for (const char* folder : {"/dev/shm", "/dev/pts"}) ::mkdir(folder, 0755);
    OI_CHECK(mount("devpts", "/dev/pts", MS_NOSUID | MS_NOEXEC, "newinstance,ptmxmode=0666,mode=620"));
    constexpr std::array<std::array<const char*, 2>, 5> links{{{"pts/ptmx", "/dev/ptmx"},
                                                               {"/proc/self/fd", "/dev/fd"},
                                                               {"/proc/self/fd/0", "/dev/stdin"},
                                                               {"/proc/self/fd/1", "/dev/stdout"},
                                                               {"/proc/self/fd/2", "/dev/stderr"}}};
    for (const auto& [target, path] : links)
        if (::symlink(target, path) != 0) return fail_errno(path);
    return {};
}

class Viewer {
public:
    explicit Viewer(const View& view) : view_{view} {}
    Result<void> make();

private:
    Result<void> pick_up_all();
    Result<void> put(const Place& place, sys::Fd& tree);
    std::string scratch_options() const
    {
        return view_.scratch_mebibytes > 0 ? cat("mode=1777,size=", view_.scratch_mebibytes, "m") : std::string{"mode=1777"};
    }

    const View& view_;
    std::vector<sys::Fd> trees_;  // of each place
};

Result<void> Viewer::pick_up_all()
{
    for (const auto& place : view_.places) {
        trees_.emplace_back();
        const bool is_new = place.kind == Kind::scratch || place.kind == Kind::hidden;
        if (is_new) continue;
        OI_TRY(trees_.back(), pick_up(place.kind == Kind::blank ? "/dev/null" : place.path));
    }
    return {};
}

Result<void> Viewer::put(const Place& place, sys::Fd& tree)
{
    if (place.kind == Kind::scratch) return mount("tmpfs", place.path, no_suid, scratch_options());
    if (place.kind == Kind::hidden) return mount("tmpfs", place.path, no_suid, "mode=755,size=1m");
    if (place.kind != Kind::blank) make_point(place.path, type_of(tree));
    return put_down(tree, place.path);
}

Result<void> Viewer::make()
{
    // Nothing that is mounted outside later shall appear inside.
    if (::mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0) return fail_errno("make the mounts private");
    OI_CHECK(pick_up_all());
    OI_CHECK(set_attributes("/", MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOSUID, AT_RECURSIVE));
    OI_CHECK(make_devices());
    if (view_.has_processes) OI_CHECK(mount("proc", "/proc", no_suid | MS_NOEXEC | MS_RDONLY, ""));
    for (std::size_t i = 0; i < trees_.size(); ++i) OI_CHECK(put(view_.places[i], trees_[i]));
    OI_CHECK(mount("tmpfs", "/dev/shm", no_suid, scratch_options()));
    for (const auto& place : view_.places) {
        if (place.kind == Kind::hidden) OI_CHECK(set_attributes(place.path, MOUNT_ATTR_RDONLY));
        // Places were copied before the rest became read-only and without set-user-id programs.
        if (place.kind == Kind::shown) OI_CHECK(set_attributes(place.path, MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOSUID, AT_RECURSIVE));
        if (place.kind == Kind::writable) OI_CHECK(set_attributes(place.path, MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV));
    }
    return set_attributes("/dev", MOUNT_ATTR_RDONLY);
}

}  // namespace

Result<void> mount_view(const View& view) { return Viewer{view}.make(); }

std::vector<std::string> writable_paths(const std::vector<Place>& places)
{
    std::vector<std::string> paths{"/dev"};
    for (const auto& place : places)
        if (place.kind == Kind::writable || place.kind == Kind::scratch) paths.push_back(place.path);
    return paths;
}

}  // namespace oi::sandbox
