// Profiles that are Python scripts: run in a process of their own, which tells what they set.
#pragma once

#include "config/profile.h"
#include "config/yaml.h"
#include "core/settings.h"

#include <vector>

namespace oi::config {

// Runs the script under `python` (a program; see python_for_profiles) and gives what it set, as a file's entries with the
// lines where it was set. `settings` is what it finds when it looks. Its keyboard is the terminal, if stdin is one; what it prints goes to
// stderr. It ends with this process, at Ctrl-C too: there is no time limit. invalid: PATH:LINE: what went wrong in it.
Result<std::vector<YamlEntry>> run_python_profile(const ProfileFile& profile, const std::string& python, const Settings& settings);

// What the process told, as entries; any bytes will do. protocol: it is not such a report.
Result<std::vector<YamlEntry>> read_python_report(std::string_view path, std::string_view report);

// `wanted` if it is not empty, else the environment that is active, else the first on PATH. not_found: there is none.
Result<std::string> python_for_profiles(const std::string& wanted);

}  // namespace oi::config
