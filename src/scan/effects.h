// Effects: what code seems to touch, found by reading it. A hint, never complete.
#pragma once

#include "core/cell.h"

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace oi::scan {

// A path as far as reading tells it.
struct PathText {
    std::string text;                    // what is not known is left out
    std::string shown{};                 // where something is not known, that as it is written: "$DIR/out"
    std::vector<std::string> unknown{};  // the names of that: "DIR"
    bool is_guarded = false;             // the code sees to it that what is not known is not empty
    bool has_glob = false;
    std::string holed{};  // where something is unknown: `text` with a `hole` for each of these
    bool is_known() const { return unknown.empty(); }
};

inline constexpr char hole = '\x01';

// The text with a hole for each thing that is not known.
inline const std::string& with_holes(const PathText& value) { return value.is_known() ? value.text : value.holed; }
inline const std::string& as_shown(const PathText& value) { return value.is_known() ? value.text : value.shown; }
// The same as shell code: a variable in the place of each. Quotes around it stay as they are.
std::string as_shell_code(const PathText& value);

// What variables hold, as far as reading tells it; no values: it does not.
using Variables = std::map<std::string, std::vector<PathText>, std::less<>>;

struct Touched {
    PathText path;
    std::string folder;  // where a relative path starts; empty: not known
    int line = 0;
    bool has_all_below = false;  // deleted: with all that is in it
    bool is_filtered = false;    // deleted: only what a condition of the code lets through
    bool replaces = false;       // written: what was there is gone
    std::string into{};          // written: the name that it gets when the path is a folder
};

constexpr std::size_t most_touched = 2000;  // of one kind that are kept of one cell

struct Effects {
    std::vector<Touched> writes{};
    std::vector<Touched> deletes{};
    std::vector<Touched> moves{};         // from there; where to is a write
    std::vector<std::string> hosts{};     // "api.github.com"
    bool has_network = false;             // also with an address that is not known
    std::vector<std::string> packages{};  // that it installs
    std::vector<std::string> programs{};  // that it starts, code of a shell apart
    bool has_privilege = false;           // sudo
    std::vector<std::string> wipes{};     // "writes over the device /dev/sda"
    bool has_made_code = false;           // runs code that no reading can know: what it downloads, puts together, decodes
    Variables variables{};                // that a later cell of the language finds
};

// What is true of the place where the code would run.
struct Surroundings {
    std::string folder;                    // where the cell starts, absolute
    std::string workspace;                 // where the conversation was started, absolute
    std::string home;                      // absolute
    std::vector<std::string> environment;  // "NAME=value"
};

// Cost linear in the code. Languages that are not known have no effects. `cell.language`: a language's own name. `earlier`: what
// cells before it have set, or null.
Effects read_effects(const Cell& cell, const Surroundings& here, const Variables* earlier = nullptr);

// The readers of the languages, which also read what is written in one of them inside another. `depth` counts that.
void read_shell(std::string_view code, const Surroundings& here, Effects& effects, int depth = 0, const Variables* earlier = nullptr);
void read_calls(std::string_view language, std::string_view code, const Surroundings& here, Effects& effects, int depth = 0,
                const Variables* earlier = nullptr);
void read_powershell(std::string_view code, const Surroundings& here, Effects& effects);
void read_nested(std::string_view language, std::string_view code, const Surroundings& here, Effects& effects, int depth);

// Adds what an address says: "https://api.github.com/x", "git@host:path".
void add_address(std::string_view address, Effects& effects);

}  // namespace oi::scan
