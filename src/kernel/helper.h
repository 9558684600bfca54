// A helper: a program that a kernel runs to its end, under a keeper, confined like the kernel itself.
#pragma once

#include "core/kernel.h"
#include "sys/process.h"

#include <chrono>
#include <stop_token>
#include <string>

namespace oi::kernel {

// What a helper has written to stdout and stderr together (its first mebibyte), and how it ended.
struct Finished {
    sys::Exit exit;
    std::string output;
};

// Runs `argv` in host.folder with `input` as its stdin. Everything it started is gone when this returns.
// cancelled: stopped; timeout: not over within `limit`; not_found: there is no such program.
Result<Finished> run_helper(const Host& host, std::vector<std::string> argv, std::string_view input, std::chrono::milliseconds limit,
                            const std::stop_token& stop);

// A folder of our own that a helper may write to; removed with everything in it.
class ScratchFolder {
public:
    // unsupported: the sandbox lets a helper write nowhere that we could read.
    static Result<ScratchFolder> make(const Host& host);
    ScratchFolder(ScratchFolder&& other) noexcept : path_{std::exchange(other.path_, {})} {}
    ScratchFolder& operator=(ScratchFolder&&) = delete;
    ~ScratchFolder();
    const std::string& path() const { return path_; }

private:
    explicit ScratchFolder(std::string path) : path_{std::move(path)} {}
    std::string path_;
};

}  // namespace oi::kernel
