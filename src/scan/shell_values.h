// ShellValues: what the variables of a shell cell hold, as far as reading tells it.
#pragma once

#include "scan/effects.h"
#include "scan/shell_parser.h"

#include <optional>
#include <string>
#include <vector>

namespace oi::scan {

class ShellValues {
public:
    // `earlier`: what was set before, or null; it is only looked at.
    ShellValues(const Surroundings& here, const Variables* earlier) : here_{&here}, earlier_{earlier}, folder_{here.folder} {}

    // All that the word may be: more than one thing after a loop over several.
    std::vector<PathText> expand(const ShellWord& word) const;
    // The first of them.
    PathText value(const ShellWord& word) const { return expand(word).front(); }
    // Empty: they are not known.
    void set(const std::string& name, std::vector<PathText> values);
    void unset(const std::string& name) { set(name, {PathText{}}); }
    // What a subshell changes stays there.
    void enter_subshell() { scopes_.push_back({changes_.size(), folder_}); }
    void leave_subshell();
    void change_folder(const PathText& path);
    Variables take_variables() { return std::move(variables_); }
    const std::string& folder() const { return folder_; }  // empty: not known

private:
    const std::vector<PathText>* earlier(std::string_view name) const;
    std::vector<PathText> variable(const ShellPiece& piece, int depth) const;
    std::vector<PathText> expand(const ShellWord& word, int depth) const;

    const Surroundings* here_;
    const Variables* earlier_;
    std::string folder_;
    Variables variables_;
    struct Change {
        std::string name;
        std::optional<std::vector<PathText>> before;  // empty: it was not there
    };
    struct Scope {
        std::size_t changes;
        std::string folder;
    };
    std::vector<Change> changes_;  // within the subshells that are open
    std::vector<Scope> scopes_;
};

}  // namespace oi::scan
