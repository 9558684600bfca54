// A helper: a program that a kernel runs to its end, under a keeper, confined like the kernel itself.
#pragma once

#include "core/kernel.h"
#include "sys/fd.h"
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

// A folder of our own that a helper may write to; removed with everything in it. In a sandbox whatever runs there may change it
// too: so what we read and write is found from the open folder, and no link in it is followed.
class ScratchFolder {
public:
    // unsupported: the sandbox lets a helper write nowhere that we could read.
    static Result<ScratchFolder> make(const Host& host);
    ScratchFolder(ScratchFolder&& other) noexcept : path_{std::exchange(other.path_, {})}, folder_{std::move(other.folder_)} {}
    ScratchFolder& operator=(ScratchFolder&&) = delete;
    ~ScratchFolder();
    const std::string& path() const { return path_; }

    // A file in it, for its owner alone.
    Result<void> write(std::string_view name, std::string_view content) const;
    // invalid: it is no regular file, or larger than 64 MiB.
    Result<std::string> read(const std::string& name) const;

private:
    ScratchFolder(std::string path, sys::Fd folder) : path_{std::move(path)}, folder_{std::move(folder)} {}
    std::string path_;
    sys::Fd folder_;
};

}  // namespace oi::kernel
