// What the benchmarks of kernels share.
#pragma once

#include "core/kernel.h"
#include "kernel/environment.h"

#include <algorithm>
#include <chrono>
#include <ctime>
#include <fstream>
#include <functional>
#include <unistd.h>
#include <vector>

namespace oi::bench {

inline double milliseconds(const std::function<void()>& work)
{
    const auto began = std::chrono::steady_clock::now();
    work();
    return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - began).count();
}

// Of this process's CPU: the machine may be busy with other things.
inline double cpu_milliseconds(const std::function<void()>& work)
{
    const auto now = [] {
        timespec time{};
        ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
        return static_cast<double>(time.tv_sec) * 1e3 + static_cast<double>(time.tv_nsec) / 1e6;
    };
    const double began = now();
    work();
    return now() - began;
}

inline double median(std::vector<double> all)
{
    std::sort(all.begin(), all.end());
    return all[all.size() / 2];
}

inline double median(int times, const std::function<double()>& measure)
{
    std::vector<double> all;
    for (int i = 0; i < times; ++i) all.push_back(measure());
    return median(std::move(all));
}

// Of this process.
inline long resident_kilobytes()
{
    std::ifstream statm{"/proc/self/statm"};
    long pages = 0;
    statm >> pages >> pages;
    return pages * (::sysconf(_SC_PAGESIZE) / 1024);
}

// Debian's interpreters, not a version manager's.
inline Host make_host()
{
    Host host{.folder = "/tmp", .environment = kernel_environment()};
    for (auto& entry : host.environment)
        if (entry.starts_with("PATH=")) entry = "PATH=/usr/local/bin:/usr/bin:/bin";
    return host;
}

}  // namespace oi::bench
