// Runs the scanners that are installed, side by side and bounded in time.
#pragma once

#include "base/command.h"
#include "core/review.h"
#include "scan/scanners/scanner.h"

#include <chrono>
#include <functional>
#include <span>
#include <stop_token>
#include <string>
#include <vector>

namespace oi::scan {

inline constexpr std::string_view not_confined = "Scanners are not kept off the network: ";  // a note begins with that

struct ScanLimits {
    std::chrono::milliseconds time{10'000};
    std::size_t report = 4 << 20;  // bytes of a scanner's output that are read
};

// The command that starts the same without a way to the network; unsupported: this machine cannot do that.
using Confine = std::function<Result<Command>(Command)>;

// Writes the cell to a file of its own, which is gone again when this returns, as are all processes. Scanners that are not for
// the language or not installed are left out; those that fail are told in `notes`. On stop it returns what it has. Without `confine` they
// may use the network; so they may where it fails, which is told.
Scan run_scanners(std::span<const Scanner> scanners, const Cell& cell, const std::string& workspace,
                  const std::vector<std::string>& environment, std::stop_token stop, ScanLimits limits = {}, const Confine& confine = {});

// "shellcheck (package shellcheck)": those for that language that are not on PATH and that a package brings.
std::vector<std::string> missing_scanners(std::span<const Scanner> scanners, std::string_view language,
                                          const std::vector<std::string>& environment);

}  // namespace oi::scan
