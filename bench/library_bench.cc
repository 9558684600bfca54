// Measures the C++ library: chunks through Session::stream beside the same loop over a bare queue, a cell's round trip, and a hundred
// sessions. Arguments: the program, whose keepers are used.
#include "measure.h"

#include "interpreter/interpreter.h"

#include <condition_variable>
#include <cstdio>
#include <deque>
#include <mutex>
#include <thread>

using namespace oi::bench;
using Clock = std::chrono::steady_clock;

namespace {

constexpr int chunks = 200'000;

double seconds_since(Clock::time_point began) { return std::chrono::duration<double>(Clock::now() - began).count(); }

class Flood : public interpreter::Kernel {
public:
    void run(const std::string&, const std::function<void(const interpreter::Chunk&)>& output, std::stop_token) override
    {
        const interpreter::Chunk chunk{.content = "word "};
        for (int i = 0; i < chunks; ++i) output(chunk);
    }
};

double through_session(interpreter::Session& session)
{
    const auto began = Clock::now();
    long seen = 0;
    for (const auto& chunk : session.stream(interpreter::Run{"flood", ""})) seen += chunk.content.size() == 5;
    if (seen != chunks) std::fprintf(stderr, "%ld chunks came, not %d\n", seen, chunks);
    return seconds_since(began);
}

double through_queue()
{
    std::mutex mutex;
    std::condition_variable changed;
    std::deque<std::string> queue;
    const auto began = Clock::now();
    std::thread producer{[&] {
        for (int i = 0; i < chunks; ++i) {
            const std::lock_guard lock{mutex};
            queue.emplace_back("word ");
            changed.notify_one();
        }
    }};
    for (int i = 0; i < chunks; ++i) {
        std::unique_lock lock{mutex};
        changed.wait(lock, [&] { return !queue.empty(); });
        queue.pop_front();
    }
    producer.join();
    return seconds_since(began);
}

interpreter::Options options(const char* program)
{
    interpreter::Options made;
    made.program = program;
    made.settings = {{"python", "/usr/bin/python3"}};
    made.languages = {{.name = "flood", .start = [] { return std::make_unique<Flood>(); }}};
    return made;
}

void hundred(const char* program)
{
    const long before = resident_kilobytes();
    std::vector<interpreter::Session> sessions;
    for (int i = 0; i < 100; ++i) sessions.emplace_back(options(program));
    std::printf("%-58s %8.1f MiB\n", "a hundred sessions, not begun", static_cast<double>(resident_kilobytes() - before) / 1024);
    for (auto& session : sessions) session.languages();  // begins it, without a kernel
    std::printf("%-58s %8.1f MiB\n", "a hundred sessions that have begun, without kernels",
                static_cast<double>(resident_kilobytes() - before) / 1024);
}

}  // namespace

int main(int argc, char** argv)
{
    if (argc < 2) return std::fprintf(stderr, "usage: library_bench PROGRAM\n"), 2;
    hundred(argv[1]);
    interpreter::Session session{options(argv[1])};
    const double floor = median(5, through_queue);
    const double own = median(5, [&] { return through_session(session); });
    std::printf("%-58s %8.0f a second (a bare queue: %.0f)\n", "chunks through Session::stream", chunks / own, chunks / floor);
    session.chat(interpreter::Run{"python", "1"});
    const double round_trip = median(200, [&] { return milliseconds([&] { session.chat(interpreter::Run{"python", "1"}); }); });
    std::printf("%-58s %8.3f ms\n", "a round trip of Run{\"python\", \"1\"}", round_trip);
}
