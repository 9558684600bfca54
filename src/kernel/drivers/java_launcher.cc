// Starting Java; see java_launcher.h.
#include "kernel/drivers/java_launcher.h"

#include "base/embedded.h"
#include "base/text.h"
#include "kernel/drivers/build_cache.h"
#include "kernel/drivers/child.h"
#include "sys/files.h"
#include "sys/process.h"

#include <array>
#include <cstdio>
#include <climits>
#include <cstdlib>
#include <cstring>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

namespace oi::kernel {

namespace {

constexpr int recipe_version = 1;
constexpr const char* driver = "kernels/JavaKernel.java";
constexpr const char* archive = "classes.jsa";

// A session is short and small: the first compiler and the simplest collector start and run cells soonest. No log: the
// JVM's own warnings would stand in the cells' output.
std::vector<std::string> java_command(const std::string& bin, const std::string& build, const std::string& archive_option)
{
    return {bin + "/java",
            "-XX:TieredStopAtLevel=1",
            "-XX:+UseSerialGC",
            "-Xshare:auto",
            "-Xlog:disable",
            archive_option,
            "--add-opens=java.base/java.io=ALL-UNNAMED",
            "-cp",
            build + "/kernel.jar",
            "JavaKernel"};
}

Result<void> run(std::vector<std::string> command, const std::string& folder)
{
    constexpr std::array<sys::Inherit, 2> inherit{{{1, 1}, {2, 2}}};
    const std::string program = command.front();
    OI_TRY(auto process, sys::spawn({std::move(command), own_environment(), folder}, inherit));
    const auto exit = process.wait({});
    if (*exit != sys::Exit{}) return fail(ErrorKind::io, cat(program, ": ", sys::to_text(*exit)));
    return {};
}

// The folder with the compiled driver.
Result<std::string> build(const BuildCache& cache, const std::string& bin)
{
    struct stat info {};
    ::stat((bin + "/javac").c_str(), &info);
    const std::string recipe = cat("java ", recipe_version, " ", bin, " ", static_cast<long>(info.st_mtim.tv_sec), " ",
                                   static_cast<long>(info.st_size), "\n", embedded(driver));
    if (const auto found = cache.find(recipe)) return *found;
    OI_TRY(const std::string workshop, cache.make_workshop());
    const std::string source = workshop + "/JavaKernel.java";
    OI_CHECK(sys::write_file(source, embedded(driver)));
    auto made = run({bin + "/javac", "-XDignore.symbol.file", "-nowarn", "-proc:none", "-d", "classes", source}, workshop);
    if (made) made = run({bin + "/jar", "--create", "--file", "kernel.jar", "--no-compress", "-C", "classes", "."}, workshop);
    if (!made) {
        BuildCache::remove(workshop);
        return Fail{std::move(made).error()};
    }
    BuildCache::remove(workshop + "/classes");
    return cache.keep(workshop, recipe);
}

// In a process of its own, while the session runs already: a rehearsal that leaves the archive for the next start.
void make_archive(const BuildCache& cache, const std::string& bin, const std::string& build)
{
    if (::fork() != 0) return;
    for (int fd = 3; fd < 20; ++fd) ::close(fd);
    ::setpriority(PRIO_PROCESS, 0, 10);
    if (const auto workshop = cache.make_workshop()) {
        const std::string made = cat(*workshop, "/", archive);
        auto command = java_command(bin, build, "-XX:ArchiveClassesAtExit=" + made);
        command.push_back("rehearse");
        if (auto process = sys::spawn({std::move(command), own_environment(), {}}, {}); process && process->wait({}) == sys::Exit{})
            ::rename(made.c_str(), cat(build, "/", archive).c_str());
        BuildCache::remove(*workshop);
    }
    ::_exit(0);
}

Result<void> become_java(const std::string& javac)
{
    char real[PATH_MAX];
    if (!::realpath(javac.c_str(), real)) return fail_errno(javac);
    const std::string bin{real, static_cast<std::size_t>(std::strrchr(real, '/') - real)};
    OI_TRY(BuildCache cache, BuildCache::open());
    OI_TRY(const std::string folder, build(cache, bin));
    const std::string archive_path = cat(folder, "/", archive);
    if (!sys::exists(archive_path) && !cache.is_private()) make_archive(cache, bin, folder);
    const auto command = java_command(bin, folder, "-XX:SharedArchiveFile=" + archive_path);
    std::vector<char*> argv;
    for (const auto& word : command) argv.push_back(const_cast<char*>(word.c_str()));
    argv.push_back(nullptr);
    ::execv(argv[0], argv.data());
    return fail_errno(command.front());
}

}  // namespace

int java_launcher_main(int argc, char** argv)
{
    const auto result = argc == 2 ? become_java(argv[1]) : Result<void>{fail(ErrorKind::invalid, "the path of javac is needed")};
    if (!result) std::fprintf(stderr, "interpreter --as java: %s\n", to_line(result.error()).c_str());
    return 1;
}

}  // namespace oi::kernel
