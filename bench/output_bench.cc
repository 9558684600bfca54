// Measures long outputs on their whole way, from a cell to the store, the screen, the model and the file, next to the kernel
// alone; and how soon a flood stops. Arguments: the program, whose keepers are used.
#include "measure.h"

#include "agent/conversation.h"
#include "base/text.h"
#include "kernel/environment.h"
#include "kernel/languages.h"
#include "store/output_folder.h"
#include "store/sqlite_store.h"
#include "sys/files.h"
#include "testing/scripted_model.h"
#include "testing/temp_dir.h"

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <fstream>
#include <functional>
#include <unistd.h>

using namespace oi;
using namespace oi::bench;
using namespace oi::testing;
using Clock = std::chrono::steady_clock;

namespace {

constexpr std::uint64_t spool_limit = 1024ULL << 20;

double seconds_since(Clock::time_point began) { return std::chrono::duration<double>(Clock::now() - began).count(); }

// Looks at every piece that is shown, and at the memory from time to time.
struct Watcher : Frontend {
    void show(const Event& event) override
    {
        if (const auto* chunk = std::get_if<Chunk>(&event); chunk && chunk->format == "output") ++pieces;
        if (on_show) on_show();
    }
    Decision approve(const ApprovalAsked&, std::stop_token) override { return {.verdict = Decision::Verdict::run}; }
    std::optional<std::string> input(const InputAsked&, std::stop_token) override { return {}; }
    std::size_t pieces = 0;
    std::function<void()> on_show;
};

struct Case {
    const char* what;
    const char* language;
    const char* code;
};

double kernel_alone(const Case& one, std::size_t& bytes)
{
    const auto languages = built_in_languages();
    auto kernel = find_language(languages, one.language)->start({.folder = "/tmp", .environment = kernel_environment()});
    if (!kernel) return 0;
    const auto began = Clock::now();
    bytes = 0;
    ignore((*kernel)->run({one.language, one.code}, [&](const Chunk& chunk) { bytes += chunk.content.size(); }, {}), "measured");
    return seconds_since(began);
}

void measure(const Case& one)
{
    std::size_t bytes = 0;
    const double alone = kernel_alone(one, bytes);
    if (alone == 0) return;
    const TempDir dir;
    const auto store = memory_store();
    ScriptedModel model{{{code(one.language, one.code), says("done")}, {code(one.language, "1"), says("done")}}};
    ConversationOptions options{.folder = "/tmp", .environment = kernel_environment(), .auto_run = true};
    options.outputs = open_output_folder(dir / "outputs", spool_limit);
    Conversation conversation{model, *store, built_in_languages(), options};
    Watcher watcher;
    const long before = resident_kilobytes();
    const auto began = Clock::now();
    ignore(conversation.say(user("go"), watcher, {}), "measured");
    const double whole = seconds_since(began);
    const double megabytes = static_cast<double>(bytes) / 1e6;
    std::printf("| %-12s | %8.0f | %8.0f | %8.0f | %+6.1f |\n", one.what, megabytes, megabytes / alone, megabytes / whole,
                static_cast<double>(resident_kilobytes() - before) / 1024);
    std::fflush(stdout);
}

// From the stop to the end of the turn, in the middle of an endless flood.
void measure_stop()
{
    const TempDir dir;
    const auto store = memory_store();
    ScriptedModel model{{{code("shell", "yes 'a line of some length that goes on and on'"), says("done")}}};
    ConversationOptions options{.folder = "/tmp", .environment = kernel_environment(), .auto_run = true};
    options.outputs = open_output_folder(dir / "outputs", spool_limit);
    Conversation conversation{model, *store, built_in_languages(), options};
    Watcher watcher;
    std::stop_source stop;
    Clock::time_point stopped;
    std::stop_callback note{stop.get_token(), [&] { stopped = Clock::now(); }};
    watcher.on_show = [&] {
        if (watcher.pieces >= 10) stop.request_stop();
    };
    ignore(conversation.say(user("go"), watcher, stop.get_token()), "measured");
    std::printf("\nA flood is stopped within %.0f ms.\n", seconds_since(stopped) * 1e3);
}

}  // namespace

int main(int argc, char** argv)
{
    if (argc != 2) return std::fprintf(stderr, "usage: output_bench PROGRAM\n"), 2;
    ::signal(SIGPIPE, SIG_IGN);
    sys::set_self_executable(sys::absolute(argv[1]));
    std::printf(
        "| output       | MB       | kernel   | whole way, MB/s | MiB |\n"
        "|--------------|----------|----------|----------|--------|\n");
    measure({"long lines", "shell", "head -c 1000000000 /dev/zero | tr '\\0' 'x' | fold -b -w 9999"});
    measure({"lines", "shell", "yes 'a line of some length that goes on and on' | head -c 1000000000"});
    measure({"empty lines", "shell", "head -c 1000000000 /dev/zero | tr '\\0' '\\n'"});
    measure({"one line", "shell", "head -c 1000000000 /dev/zero | tr '\\0' 'x'"});
    measure({"colours", "shell", "yes \"$(printf '\\033[32ma line\\033[0m of some length that goes on and on')\" | head -c 500000000"});
    measure({"progress bar", "shell", "yes \"$(printf '\\r 50 %% [##########          ]')\" | tr -d '\\n' | head -c 500000000"});
    measure_stop();
}
