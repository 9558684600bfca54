// FakeKernel: a language for tests whose cells are answered by a function, and that remembers them.
#pragma once

#include "core/kernel.h"

#include <atomic>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace oi::testing {

// An aggregate: FakeKernel python{.on_cell = [](std::string_view code, std::stop_token) { return "1\n"; }};
// Give `python.language()` to the conversation; the FakeKernel must outlive it. One thread at a time.
struct FakeKernel {
    std::string name = "python";
    std::vector<std::string> aliases{};

    // The output of a cell. When stop is requested by its end, the run ends as cancelled.
    std::function<std::string(std::string_view code, std::stop_token stop)> on_cell{};
    // Or the whole run, for tests that need chunks of their own or a kernel that dies; on_cell is not called then.
    std::function<Result<void>(const Cell& cell, const ChunkSink& sink, std::stop_token stop)> on_run{};
    // Or with all of its control, and what follows when it returned left_running: on another thread.
    std::function<Result<void>(const Cell& cell, const ChunkSink& sink, RunControl control)> on_controlled_run{};
    std::function<Result<void>(const ChunkSink& sink, RunControl control)> on_go_on{};
    std::string folder{};                  // where it says that it is
    std::vector<std::string> variables{};  // what it says of them
    std::optional<Error> start_error{};    // why it does not start

    std::vector<Cell> cells{};   // every cell it was given, in order
    int started = 0;             // kernels started
    std::atomic<int> alive = 0;  // kernels not yet destroyed
    std::vector<Host> hosts{};   // what each was started with
    std::string kept_in{};       // where one was last told to keep variables

    Language language();
};

}  // namespace oi::testing
