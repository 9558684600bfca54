// Measures kernels next to the floors of their languages and prints a table. Arguments: the program, whose keepers are used.
#include "measure.h"

#include "base/text.h"
#include "kernel/environment.h"
#include "kernel/languages.h"
#include "sandbox/sandboxes.h"
#include "sys/files.h"
#include "sys/process.h"

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <fstream>
#include <functional>
#include <unistd.h>

using namespace oi;
using namespace oi::bench;
using Clock = std::chrono::steady_clock;

namespace {

struct Subject {
    const char* language;
    std::vector<std::string> floor;  // the bare runtime
    const char* cell;
    const char* flood;  // 1 GB in lines
};

double bare_run(const std::vector<std::string>& argv, const Host& host)
{
    return milliseconds([&] {
        auto process = sys::spawn({argv, host.environment, "/tmp"}, {});
        if (process) process->wait({});
    });
}

void measure(const Subject& subject, const std::vector<Language>& languages)
{
    const Host host = make_host();
    const Language* language = find_language(languages, subject.language);
    if (auto probe = language->start(host); !probe) {
        std::printf("| %s | %s |\n", subject.language, to_line(probe.error()).c_str());
        return;
    }
    const ChunkSink none = [](const Chunk&) {};
    const double floor = median(15, [&] { return bare_run(subject.floor, host); });
    const double first = median(15, [&] {
        std::unique_ptr<Kernel> kernel;
        return milliseconds([&] {
            kernel = std::move(*language->start(host));
            ignore(kernel->run({subject.language, subject.cell}, none, {}), "measured");
        });
    });
    auto kernel = std::move(*language->start(host));
    for (int i = 0; i < 20; ++i) ignore(kernel->run({subject.language, subject.cell}, none, {}), "warm");
    const double next = median(300, [&] {
        return milliseconds([&] { ignore(kernel->run({subject.language, subject.cell}, none, {}), "measured"); });
    });
    const long before = resident_kilobytes();
    long most = before;
    std::size_t bytes = 0, chunks = 0;
    const double flood = milliseconds([&] {
        ignore(kernel->run({subject.language, subject.flood},
                           [&](const Chunk& chunk) {
                               bytes += chunk.content.size();
                               if (++chunks % 64 == 0) most = std::max(most, resident_kilobytes());
                           },
                           {}),
               "measured");
    });
    const double end = milliseconds([&] { kernel.reset(); });
    std::printf("| %-10s | %8.1f | %8.1f | %5.2fx | %8.3f | %8.0f | %+6.1f | %6.1f |\n", subject.language, floor, first, first / floor,
                next, static_cast<double>(bytes) / 1e6 / (flood / 1e3), static_cast<double>(most - before) / 1024, end);
}

// What a confinement adds to the first result of a shell, against the same without one, measured in turns.
void measure_confinements(const std::vector<Language>& languages)
{
    std::printf(
        "\n| confinement              | first, ms | none, ms | adds, ms |\n"
        "|--------------------------|-----------|----------|----------|\n");
    char workspace[] = "/tmp/oi-bench-XXXXXX";
    if (!::mkdtemp(workspace)) return;
    const Language* shell = find_language(languages, "shell");
    const ChunkSink none = [](const Chunk&) {};
    const auto first = [&](const Host& host) {
        std::unique_ptr<Kernel> kernel;
        return milliseconds([&] {
            kernel = std::move(*shell->start(host));
            ignore(kernel->run({"shell", "echo 1"}, none, {}), "measured");
        });
    };
    for (const auto& row : sandbox::sandboxes())
        for (const bool has_network : {true, false}) {
            Host free = make_host(), confined = free;
            confined.sandbox = &row.get();
            confined.policy = {.files = SandboxPolicy::Files::workspace, .workspace = workspace, .has_network = has_network};
            if (!confined.sandbox->check(confined.policy)) continue;
            confined.folder = workspace;
            std::vector<double> with, without;
            for (int i = 0; i < 41; ++i) {
                with.push_back(first(confined));
                without.push_back(first(free));
            }
            const double a = median(41, [&, i = 0UL]() mutable { return with[i++]; });
            const double b = median(41, [&, i = 0UL]() mutable { return without[i++]; });
            std::printf("| %-24s | %9.1f | %8.1f | %8.1f |\n", cat(row.name, has_network ? "" : ", no network").c_str(), a, b, a - b);
        }
    ::rmdir(workspace);
}

}  // namespace

int main(int argc, char** argv)
{
    if (argc != 2) return std::fprintf(stderr, "usage: kernel_bench PROGRAM\n"), 2;
    ::signal(SIGPIPE, SIG_IGN);
    sys::set_self_executable(argv[1]);
    const auto languages = built_in_languages();
    std::printf(
        "| kernel     | bare, ms | first,ms | ratio  | next, ms | MB/s     | MiB    | end,ms |\n"
        "|------------|----------|----------|--------|----------|----------|--------|--------|\n");
    const std::vector<Subject> subjects{
        {"python", {"/usr/bin/python3", "-c", "pass"}, "print(1)", "line = 'x' * 9999\nfor i in range(100000): print(line)"},
        {"shell", {"bash", "-c", ":"}, "echo 1", "head -c 1000000000 /dev/zero | tr '\\0' '\\n'"},
        {"javascript",
         {"node", "-e", "0"},
         "console.log(1)",
         "const l = 'x'.repeat(9999); for (let i = 0; i < 100000; i++) console.log(l)"},
        {"ruby", {"ruby", "-e", "0"}, "puts 1", "line = 'x' * 9999\n100000.times { puts line }"},
        {"r", {"Rscript", "--vanilla", "-e", "0"}, "cat(1)", "line <- strrep('x', 9999)\nfor (i in 1:20000) cat(line, '\\n', sep = '')"},
    };
    for (const auto& subject : subjects) measure(subject, languages);
    measure_confinements(languages);
}
