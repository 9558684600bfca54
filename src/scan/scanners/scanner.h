// A scanner: a program that looks for faults in code, how it is called and how its report is read. The list is scanners.def.
#pragma once

#include "base/error.h"
#include "core/review.h"

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace oi::scan {

// One cell on its way to a scanner.
struct ScanJob {
    std::string folder;     // of our own, in which the file is: the scanner runs there
    std::string file;       // the cell, absolute
    std::string workspace;  // where the cell would run
    std::string language;
    std::vector<std::string> environment;
};

struct Scanner {
    std::string_view name;
    std::string_view program;    // looked up on PATH
    std::string_view package;    // that brings it on Debian; empty: none does
    std::string_view languages;  // separated by blanks
    // May write what it needs into job.folder. No words: it cannot look at this.
    std::vector<std::string> (*command)(const ScanJob& job, const std::string& program);
    // What it printed. invalid: that is no report.
    Result<std::vector<Finding>> (*parse)(std::string_view report);
    std::string_view variable{};  // "NAME=folder", which its environment gets, behind what that has of the name
};

std::span<const Scanner> scanners();

}  // namespace oi::scan
