// Measures what sessions cost beside their cells: a hundred idle ones, a flood that is stopped, keeping variables, confinement.
// Arguments: the program, whose keepers are used.
#include "measure.h"

#include "base/text.h"
#include "kernel/environment.h"
#include "kernel/languages.h"
#include "sys/files.h"
#include "sys/process.h"
#include "sys/process_tree.h"

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <unistd.h>

using namespace oi;
using namespace oi::bench;
using Clock = std::chrono::steady_clock;
using namespace std::chrono_literals;

namespace {

const ChunkSink none = [](const Chunk&) {};

std::unique_ptr<Kernel> started(std::string_view language, const Host& host)
{
    static const auto languages = built_in_languages();
    auto kernel = find_language(languages, language)->start(host);
    if (!kernel) std::fprintf(stderr, "%s\n", to_line(kernel.error()).c_str()), std::exit(1);
    return std::move(*kernel);
}

void run(Kernel& kernel, const std::string& language, std::string code)
{
    if (const auto ran = kernel.run({language, std::move(code)}, none, {}); !ran)
        std::fprintf(stderr, "%s: %s\n", language.c_str(), to_line(ran.error()).c_str());
}

// Memory that nobody shares, of the whole process, in KiB.
long private_kilobytes(pid_t pid)
{
    const auto told = sys::read_file(cat("/proc/", pid, "/smaps_rollup"));
    long sum = 0;
    if (!told) return 0;
    for (const auto line : split(*told, '\n'))
        if (line.starts_with("Private_Clean:") || line.starts_with("Private_Dirty:")) {
            const auto words = split(trim(line.substr(line.find(':') + 1)), ' ');
            sum += to_integer(words.front()).value_or(0);
        }
    return sum;
}

bool is_keeper(pid_t pid)
{
    const auto name = sys::read_file(cat("/proc/", pid, "/comm"));
    return name && *name == "oi-keeper\n";
}

void hundred_idle(const std::string& language, const std::string& cell)
{
    constexpr int count = 100;
    Host host = make_host();
    host.is_warm = true;
    std::vector<double> first;
    std::vector<std::unique_ptr<Kernel>> kernels;
    for (int i = 0; i < count; ++i)
        first.push_back(milliseconds([&] {
            kernels.push_back(started(language, host));
            run(*kernels.back(), language, cell);
        }));
    std::vector<double> of_kernel, of_keeper;
    for (const auto& process : sys::descendants(::getpid()))
        (is_keeper(process.pid) ? of_keeper : of_kernel).push_back(static_cast<double>(private_kilobytes(process.pid)) / 1024);
    const double last = median({first.end() - 50, first.end()});
    const double end = milliseconds([&] { kernels.clear(); });
    std::printf("| 100 idle %s sessions: start to first result, the first / median of the last 50 | %.1f / %.1f ms |\n", language.c_str(),
                first.front(), last);
    std::printf("| 100 idle %s sessions: private memory of a session (median), with its keeper | %.1f + %.1f MiB |\n", language.c_str(),
                median(of_kernel), median(of_keeper));
    std::printf("| 100 idle %s sessions: ending all, one after the other | %.0f ms |\n", language.c_str(), end);
}

// Start to first result while a parent that has imported what these sessions import is there.
void warm_start()
{
    Host host = make_host();
    host.is_warm = true;
    const std::string cell = "import pandas, matplotlib.pyplot";
    std::vector<double> first;
    for (int i = 0; i < 12; ++i) {
        auto kernel = started("python", host);
        first.push_back(milliseconds([&] { run(*kernel, "python", cell); }));
    }
    std::printf("| import pandas, matplotlib in a fresh session: the first / median of later ones | %.0f / %.1f ms |\n", first.front(),
                median({first.begin() + 4, first.end()}));
}

double seconds_of_work(const Host& host, int cells)
{
    auto kernel = started("python", host);
    run(*kernel, "python", "import numpy, time\ndata = [numpy.random.rand(1_310_720) for _ in range(10)]");
    run(*kernel, "python", "1");
    return milliseconds([&] {
               for (int i = 0; i < cells; ++i) run(*kernel, "python", cat("data[0][0] = ", i, "\nend = time.time() + 1\nwhile time.time() < end: pass"));
           }) /
           1000;
}

void keeping_variables()
{
    char folder[] = "/tmp/oi-state-XXXXXX";
    Host host = make_host();
    const double without = seconds_of_work(host, 5);
    host.state_folder = ::mkdtemp(folder);
    const double with = seconds_of_work(host, 5);
    std::filesystem::remove_all(folder);
    std::printf("| 5 cells of 1 s with 100 MB of arrays: variables kept / not kept | %.3f / %.3f s (%+.1f %%) |\n", with, without,
                (with / without - 1) * 100);
}

void stopped_flood()
{
    auto kernel = started("shell", make_host());
    std::stop_source stop;
    std::size_t bytes = 0;
    Clock::time_point asked;
    ignore(kernel->run({"shell", "yes"},
                       [&](const Chunk& chunk) {
                           bytes += chunk.content.size();
                           if (bytes < 200'000'000 || stop.stop_requested()) return;
                           asked = Clock::now();
                           stop.request_stop();
                       },
                       stop.get_token()),
           "stopped on purpose");
    std::printf("| `yes`, stopped after 200 MB: until control is back | %.0f ms |\n",
                std::chrono::duration<double, std::milli>(Clock::now() - asked).count());
}

}  // namespace

int main(int argc, char** argv)
{
    if (argc != 2) return std::fprintf(stderr, "usage: sessions_bench PROGRAM\n"), 2;
    ::signal(SIGPIPE, SIG_IGN);
    sys::set_self_executable(argv[1]);
    std::puts("| sessions | |\n|---|---|");
    stopped_flood();
    hundred_idle("shell", "echo 1");
    hundred_idle("python", "print(1)");
    warm_start();
    keeping_variables();
}
