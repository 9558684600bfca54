// Files and folders: reading, writing, and where the program keeps its own.
#pragma once

#include "base/error.h"

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

namespace oi::sys {

// The whole file. `what` of the error names the path. invalid: it holds more than `limit` bytes, or does not end.
Result<std::string> read_file(const std::string& path, std::size_t limit = SIZE_MAX);
// Replaces the file as a whole, or leaves it as it was.
Result<void> write_file(const std::string& path, std::string_view content, int mode = 0644);
// Like mkdir -p; new folders get mode 0700.
Result<void> make_folders(const std::string& path);
bool exists(const std::string& path);
// The folder itself or, when it is gone, the nearest one above that is there.
std::string nearest_folder(std::string folder);
std::string current_folder();
// A path with a leading ~ expanded, made absolute against the current folder.
std::string absolute(std::string_view path);
std::string environment(const char* name, std::string fallback = {});
// The first of the variables that holds more than white space, trimmed, or "".
std::string first_in_environment(std::initializer_list<const char*> names);

std::string home_folder();
std::string config_folder();  // $XDG_CONFIG_HOME or ~/.config, /open-interpreter
std::string data_folder();    // $XDG_DATA_HOME or ~/.local/share, /open-interpreter
std::string state_folder();   // $XDG_STATE_HOME or ~/.local/state, /open-interpreter (history, logs)

// The first executable of that name on PATH (or the path itself when it has a slash), or "".
std::string find_program(std::string_view name);
// The path of the running program, for re-executing itself under another argv[0].
const std::string& self_executable();
void set_self_executable(std::string path);  // for programs that embed us

}  // namespace oi::sys
