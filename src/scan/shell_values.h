// ShellValues: what the variables of a shell cell hold, as far as reading tells it.
#pragma once

#include "scan/effects.h"
#include "scan/shell_parser.h"

#include <map>
#include <string>
#include <vector>

namespace oi::scan {

class ShellValues {
public:
    ShellValues(const Surroundings& here, std::string folder) : here_{&here}, folder_{std::move(folder)} {}

    // All that the word may be: more than one thing after a loop over several.
    std::vector<PathText> expand(const ShellWord& word) const;
    // The first of them.
    PathText value(const ShellWord& word) const { return expand(word).front(); }
    // Empty: they are not known.
    void set(const std::string& name, std::vector<PathText> values) { variables_[name] = std::move(values); }
    void unset(const std::string& name) { variables_[name] = {PathText{}}; }
    void change_folder(const PathText& path);
    const std::string& folder() const { return folder_; }  // empty: not known

private:
    std::vector<PathText> variable(const ShellPiece& piece, int depth) const;
    std::vector<PathText> expand(const ShellWord& word, int depth) const;

    const Surroundings* here_;
    std::string folder_;
    std::map<std::string, std::vector<PathText>, std::less<>> variables_;
};

}  // namespace oi::scan
