// Jobs: cells that were left to run on in the background, each with the kernel that it runs in.
#pragma once

#include "core/kernel.h"
#include "core/output_spool.h"

#include <atomic>
#include <chrono>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace oi {

// What is known of a job, at one moment.
struct JobInfo {
    std::string name;      // "shell-1"
    std::string language;  // "shell"
    std::string cell;      // its first line
    bool is_running = true;
    std::chrono::milliseconds time{0};  // it has run, before it became a job too
    long pid = 0;                       // of its session; 0: not known
    std::string file{};                 // where its output is; empty: nowhere
    std::string last_lines{};           // of its output, bounded
    std::string remark{};               // how it ended, if not by itself: "stopped"
};

// Shared between a kernel's Host and whoever runs it: a cell in the background has nobody to ask.
struct KernelPlace {
    std::atomic<bool> is_job{false};
};

// A cell on its way into the background.
struct LeftCell {
    Cell cell;
    std::unique_ptr<Kernel> kernel{};
    std::shared_ptr<KernelPlace> place{};
    std::unique_ptr<OutputSpool> spool{};  // may be null
    std::chrono::steady_clock::time_point started{};
    std::string begun{};  // the end of its output so far
};

// Any thread may call; none is held up by a job. Destroying it ends all jobs, with every process they started.
class Jobs {
public:
    // `on_end` is called on the job's own thread when it has ended by itself or was stopped; may be empty.
    explicit Jobs(std::function<void()> on_end);
    Jobs(const Jobs&) = delete;
    Jobs& operator=(const Jobs&) = delete;
    ~Jobs();

    // Runs the cell on; the job's name.
    JobInfo add(LeftCell left);
    // The oldest first.
    std::vector<JobInfo> list() const;
    std::optional<JobInfo> find(std::string_view name) const;
    // Ends it as Ctrl-C ends a cell, and its session too; false: no such job runs. Returns before it is over.
    bool stop(std::string_view name);
    // Those that have ended since this was asked last.
    std::vector<JobInfo> take_ended();
    // The session of a job of that language that has ended, with its variables; null: there is none.
    struct Freed {
        std::unique_ptr<Kernel> kernel;
        std::shared_ptr<KernelPlace> place;
    };
    Freed take_back(std::string_view language);
    // The language has another session by now: those of its jobs end with them.
    void release(std::string_view language);
    // Ends all.
    void clear();

private:
    class Job;
    std::function<void()> on_end_;
    mutable std::mutex mutex_;
    std::vector<std::unique_ptr<Job>> jobs_;
};

// "12 s", "3 min 5 s", "2 h 7 min".
std::string duration_text(std::chrono::milliseconds time);

}  // namespace oi
