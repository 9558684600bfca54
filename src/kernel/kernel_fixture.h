// What the kernel tests share: a session of one language whose output is collected. Tests only.
#pragma once

#include "kernel/environment.h"
#include "kernel/languages.h"
#include "sys/files.h"
#include "testing/places.h"

#include <gtest/gtest.h>

#include <chrono>
#include <condition_variable>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <mutex>
#include <thread>

namespace oi::kernel_tests {

using Clock = std::chrono::steady_clock;
using namespace std::chrono_literals;

// Ends the test program with a message when a test hangs: a hang is a failure that says where.
class Watchdog {
public:
    explicit Watchdog(std::chrono::seconds limit = 40s)
        : thread_{[this, limit](std::stop_token stop) {
              std::unique_lock lock{mutex_};
              condition_.wait_for(lock, stop, limit, [] { return false; });
              if (stop.stop_requested()) return;
              const auto* test = ::testing::UnitTest::GetInstance()->current_test_info();
              std::fprintf(stderr, "watchdog: %s.%s hangs\n", test ? test->test_suite_name() : "?", test ? test->name() : "?");
              std::_Exit(99);
          }}
    {
    }

private:
    std::mutex mutex_;
    std::condition_variable_any condition_;
    std::jthread thread_;
};

class TemporaryFolder {
public:
    TemporaryFolder()
    {
        char path[] = "/tmp/oi-kernel-XXXXXX";
        path_ = std::filesystem::canonical(::mkdtemp(path));
    }
    TemporaryFolder(const TemporaryFolder&) = delete;
    ~TemporaryFolder() { std::filesystem::remove_all(path_); }
    const std::string& path() const { return path_; }

private:
    std::string path_;
};

// One run of a cell.
struct Outcome {
    std::string output;       // console/output, joined
    std::vector<Chunk> rich;  // images and HTML
    std::vector<int> lines;   // active lines
    std::optional<Error> error;
    Clock::duration took{};
};

class Session {
public:
    explicit Session(std::string_view language, std::vector<Language> languages = built_in_languages()) : languages_{std::move(languages)}
    {
        ::signal(SIGPIPE, SIG_IGN);
        sys::set_self_executable(testing::program());
        language_ = find_language(languages_, language);
        host_.folder = folder_.path();
        host_.environment = kernel_environment();
        // Debian's interpreters, not a version manager's.
        for (auto& entry : host_.environment)
            if (entry.starts_with("PATH=")) entry = "PATH=/usr/local/bin:/usr/bin:/bin";
        host_.input = [this](const InputAsked& question, std::stop_token stop) -> std::optional<std::string> {
            questions.push_back(question);
            if (on_input) return on_input(stop);
            if (answers.empty()) return {};
            std::string first = answers.front();
            answers.erase(answers.begin());
            return first;
        };
    }

    // Starts the kernel; false: this machine lacks the runtime.
    bool start()
    {
        if (!language_) return false;
        auto started = language_->start(host_);
        if (!started) {
            start_error = started.error();
            return false;
        }
        kernel_ = std::move(*started);
        return true;
    }

    std::vector<std::string> variables() { return kernel_->variables(10s); }
    Outcome run(std::string code, RunControl control = {})
    {
        Outcome outcome;
        const auto began = Clock::now();
        auto result = kernel_->run(
            {language_->name, std::move(code)},
            [&](const Chunk& chunk) {
                if (on_chunk) on_chunk(chunk);
                if (is_active_line(chunk)) outcome.lines.push_back(chunk.content.empty() ? 0 : std::stoi(chunk.content));
                else if (chunk.type == Kind::console) keep(outcome.output, chunk.content);
                else outcome.rich.push_back(chunk);
            },
            std::move(control));
        outcome.took = Clock::now() - began;
        if (!result) outcome.error = result.error();
        return outcome;
    }

    // Runs a cell and asks it to stop as soon as its output holds `cue`.
    Outcome run_and_stop(std::string code, std::string cue = "go")
    {
        std::stop_source stop;
        std::string seen;
        Clock::time_point stopped_at{};
        on_chunk = [&](const Chunk& chunk) {
            if (chunk.type != Kind::console || chunk.format != "output") return;
            seen += chunk.content;
            if (stopped_at == Clock::time_point{} && seen.find(cue) != std::string::npos) {
                stopped_at = Clock::now();
                stop.request_stop();
            }
            if (seen.size() > 1 << 20) seen.clear();
        };
        auto outcome = run(std::move(code), stop.get_token());
        outcome.took = Clock::now() - stopped_at;
        on_chunk = {};
        return outcome;
    }

    std::string output(std::string code) { return run(std::move(code)).output; }
    const std::string& folder() const { return folder_.path(); }
    Kernel& kernel() { return *kernel_; }
    Host& host() { return host_; }
    void end() { kernel_.reset(); }

    std::vector<std::string> answers;
    std::vector<InputAsked> questions;
    std::optional<Error> start_error;
    std::function<void(const Chunk&)> on_chunk;
    std::function<std::optional<std::string>(std::stop_token)> on_input;  // in place of `answers`
    std::size_t kept_output = std::string::npos;  // bytes of a cell's output that are kept at least: of a flood, its end

private:
    void keep(std::string& output, std::string_view more) const
    {
        output += more;
        if (output.size() / 2 > kept_output) output.erase(0, output.size() - kept_output);
    }

    Watchdog watchdog_;
    TemporaryFolder folder_;
    std::vector<Language> languages_;
    const Language* language_ = nullptr;
    Host host_;
    std::unique_ptr<Kernel> kernel_;
};

}  // namespace oi::kernel_tests
