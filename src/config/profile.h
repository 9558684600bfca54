// Profiles: files of settings, found by path or by name.
#pragma once

#include "base/error.h"
#include "config/file_values.h"
#include "core/settings.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace oi::config {

struct ProfileFile {
    std::string path;  // "profiles/fast.yaml (built in)" for one that is part of the program
    std::string text;
    std::string note{};  // what the person has to be told when it is used; empty: nothing

    bool is_python() const { return path.ends_with(".py"); }
};

// `wanted` is a path (it has a slash, or is a profile's file here), else the name of a file in the profiles folder, else of
// a built-in profile, else of a file in the folder of an older version. Empty: default.yaml of the profiles folder; nullopt
// when there is none. not_found: no such profile; unsupported: an address.
Result<std::optional<ProfileFile>> find_profile(std::string_view wanted);

// What it says, whatever it is written in; a script sees `so_far`, and runs under its `python`. The key `start_script` of a file
// in YAML or JSON holds one, which the file's other values come after. Errors: see file_values.h and python_profile.h.
Result<FileValues> read_profile_values(const ProfileFile& profile, const Settings& so_far);
Result<std::vector<FileValue>> read_profile(const ProfileFile& profile, const Settings& so_far = {});

// One that can be asked for by its name.
struct KnownProfile {
    std::string name;
    std::string path;   // empty: it is built in
    std::string about;  // the comment that it begins with; empty: it begins with none
};

std::string profiles_folder();
// The person's own, then those of the program that none of these hides; each sorted by name.
std::vector<KnownProfile> known_profiles();
// The names of all of them, sorted.
std::vector<std::string> profile_names();
// Whether the program has one of that name.
bool is_built_in(std::string_view name);

}  // namespace oi::config
