// Measures ipykernel through our Jupyter client beside our own Python session and prints a table. Arguments: the program, whose
// keepers are used, and a Jupyter server's address and token, if there is one.
#include "measure.h"

#include "base/text.h"
#include "kernel/environment.h"
#include "kernel/jupyter/languages.h"
#include "kernel/languages.h"
#include "sys/files.h"
#include "sys/process_tree.h"

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <functional>
#include <unistd.h>

using namespace oi;
using namespace oi::bench;
using Clock = std::chrono::steady_clock;

namespace {

const ChunkSink none = [](const Chunk&) {};

void run(Kernel& kernel, const Language& language, const char* code) { ignore(kernel.run({language.name, code}, none, {}), "measured"); }

// Of the largest process below us: the kernel, beside its small keeper.
double largest_megabytes()
{
    long most = 0;
    for (const auto& process : sys::descendants(::getpid())) {
        const auto statm = sys::read_file(cat("/proc/", process.pid, "/statm"));
        const auto words = statm ? split(*statm, ' ') : std::vector<std::string_view>{};
        if (words.size() > 1) most = std::max(most, to_integer(words[1]).value_or(0));
    }
    return static_cast<double>(most) * static_cast<double>(::sysconf(_SC_PAGESIZE)) / (1 << 20);
}

void measure(const char* title, const Language& language)
{
    const Host host = make_host();
    std::unique_ptr<Kernel> kernel;
    const double first = median(5, [&] {
        kernel.reset();
        return milliseconds([&] {
            auto started = language.start(host);
            if (!started) return;
            kernel = std::move(*started);
            run(*kernel, language, "print(1)");
        });
    });
    if (!kernel) return;
    for (int i = 0; i < 20; ++i) run(*kernel, language, "");
    const double next = median(200, [&] { return milliseconds([&] { run(*kernel, language, ""); }); });
    std::printf("| %-26s | %8.1f | %8.3f | %6.1f |\n", title, first, next, largest_megabytes());
    std::fflush(stdout);
}

}  // namespace

int main(int argc, char** argv)
{
    if (argc < 2) return std::fprintf(stderr, "usage: jupyter_bench PROGRAM [URL TOKEN]\n"), 2;
    ::signal(SIGPIPE, SIG_IGN);
    sys::set_self_executable(argv[1]);
    const auto own = built_in_languages();
    const double scan = median(101, [&] { return milliseconds([&] { jupyter_languages(kernel_environment(), own); }); });
    const double scan_none = median(101, [&] {
        return milliseconds([&] { kernel::jupyter::find_kernelspecs(std::vector<std::string>{"HOME=/nowhere"}); });
    });
    std::printf("finding the kernels of this machine: %.3f ms; looking only: %.3f ms\n", scan, scan_none);
    std::puts("| session                    | first,ms | next, ms |    MiB |\n|----------------------------|----------|----------|--------|");
    measure("python", *find_language(own, "python"));
    const auto kernels = jupyter_languages(kernel_environment(), own);
    for (const auto& [name, title] : {std::pair{"ipython", "ipykernel over ZeroMQ"}, std::pair{"ir", "IRkernel over ZeroMQ"}})
        if (const Language* language = find_language(kernels, name)) measure(title, *language);
    if (argc < 4) return 0;
    const auto remote = jupyter_server_languages(argv[2], argv[3], own, {});
    if (remote) measure("ipykernel of a server", *find_language(*remote, "python"));
    else std::printf("%s\n", to_line(remote.error()).c_str());
}
