// The confinement `bubblewrap`: for machines where only that program may make namespaces. The part `confine` runs inside it
// and adds Landlock, the filter and the limits.
#include "base/text.h"
#include "sandbox/part_sandbox.h"
#include "sys/files.h"

namespace oi::sandbox {

namespace {

using Kind = Place::Kind;

constexpr const char* inner_program = "/run/interpreter";  // ours may lie where nothing of the outside is to be seen

class CommandLine {
public:
    explicit CommandLine(std::string program) : argv_{std::move(program)} {}
    template <class... Words>
    void add(Words&&... words)
    {
        (argv_.emplace_back(std::forward<Words>(words)), ...);
    }
    void add_place(const Place& place, long scratch_mebibytes);
    std::vector<std::string> take() { return std::move(argv_); }

private:
    std::vector<std::string> argv_;
};

void CommandLine::add_place(const Place& place, long scratch_mebibytes)
{
    if (place.kind == Kind::writable) add("--bind", place.path, place.path);
    if (place.kind == Kind::shown) add("--ro-bind", place.path, place.path);
    if (place.kind == Kind::blank) add("--dev-bind", "/dev/null", place.path);
    if (place.kind == Kind::hidden) add("--perms", "0755", "--tmpfs", place.path);
    if (place.kind != Kind::scratch) return;
    if (scratch_mebibytes > 0) add("--size", cat(scratch_mebibytes << 20));
    add("--perms", "1777", "--tmpfs", place.path);
}

class Bubblewrap : public PartSandbox {
    Result<std::vector<std::string>> lead_to(Confinement confinement) const override
    {
        const std::string program = sys::find_program("bwrap");
        if (program.empty()) return fail(ErrorKind::unsupported, "it is not installed");
        CommandLine line{program};
        line.add("--unshare-user", "--die-with-parent");
        if (!confinement.has_network) line.add("--unshare-net");
        if (confinement.has_files) add_files(line, confinement);
        else line.add("--dev-bind", "/", "/");
        if (!confinement.folder.empty()) line.add("--chdir", "/");
        line.add("--");
        const bool has_files = confinement.has_files;
        confinement.makes_namespaces = false;
        auto argv = line.take();
        for (auto& word : part(confinement, has_files ? inner_program : sys::self_executable())) argv.push_back(std::move(word));
        return argv;
    }

    static void add_files(CommandLine& line, const Confinement& confinement)
    {
        line.add("--unshare-pid", "--unshare-ipc", "--ro-bind", "/", "/", "--dev", "/dev", "--proc", "/proc", "--remount-ro", "/proc");
        for (const auto& place : confinement.places) line.add_place(place, confinement.limits.memory_mebibytes);
        line.add_place({Kind::scratch, "/dev/shm"}, confinement.limits.memory_mebibytes);
        line.add("--ro-bind", sys::self_executable(), inner_program);
        for (const auto& place : confinement.places)
            if (place.kind == Kind::hidden) line.add("--remount-ro", place.path);
        line.add("--remount-ro", "/dev");
    }

    std::string_view means() const override { return "by bubblewrap and a filter of system calls"; }
};

}  // namespace

const Sandbox& make_bubblewrap()
{
    static const Bubblewrap sandbox;
    return sandbox;
}

}  // namespace oi::sandbox
