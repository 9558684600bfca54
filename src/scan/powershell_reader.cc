// Reads PowerShell, coarsely: its commands for files, with the variables that are set in the cell or outside.
#include "scan/effects.h"

#include "base/text.h"
#include "sys/process.h"

#include <algorithm>
#include <array>
#include <map>

namespace oi::scan {

namespace {

class PowerShellReader {
public:
    PowerShellReader(const Surroundings& here, Effects& effects) : here_{here}, effects_{effects}, folder_{here.folder} {}

    void read(std::string_view code)
    {
        int line = 1;
        for (const auto row : split(code, '\n')) {
            for (const auto statement : split(row.substr(0, row.find('#')), ';')) {
                found_.clear();
                for (const auto command : split(statement, '|')) run(trim(command), line);
            }
            ++line;
        }
    }

private:
    static std::vector<std::string_view> words_of(std::string_view command)
    {
        std::vector<std::string_view> words;
        while (!(command = trim(command)).empty()) {
            const char quote = command[0] == '"' || command[0] == '\'' ? command[0] : ' ';
            const auto end = quote == ' ' ? command.find_first_of(" \t") : command.find(quote, 1);
            const std::size_t length = end == std::string_view::npos ? command.size() : end + (quote == ' ' ? 0 : 1);
            words.push_back(command.substr(0, length));
            command.remove_prefix(length);
        }
        return words;
    }

    PathText value(std::string_view word) const
    {
        PathText path;
        const bool is_literal = word.starts_with('\'');
        if (word.size() > 1 && (word[0] == '"' || is_literal) && word.back() == word[0]) word = word.substr(1, word.size() - 2);
        while (!word.empty()) {
            const auto dollar = is_literal ? std::string_view::npos : word.find('$');
            append(path, word.substr(0, dollar));
            if (dollar == std::string_view::npos) break;
            word.remove_prefix(dollar + 1);
            if (word.starts_with('{')) word.remove_prefix(1);
            std::size_t end = 0;
            while (end < word.size() && (std::isalnum(static_cast<unsigned char>(word[end])) != 0 || word[end] == '_' || word[end] == ':'))
                ++end;
            add_variable(path, word.substr(0, end));
            word.remove_prefix(end);
            if (word.starts_with('}')) word.remove_prefix(1);
        }
        std::replace(path.text.begin(), path.text.end(), '\\', '/');
        path.has_glob = path.text.find_first_of("*?") != std::string::npos;
        return path;
    }

    static void append(PathText& path, std::string_view text)
    {
        path.text += text;
        if (path.is_known()) return;
        path.shown += text;
        path.holed += text;
    }

    void add_variable(PathText& path, std::string_view name) const
    {
        const std::string key = lower(name);
        std::string_view known;
        if (key == "home" || key == "env:userprofile") known = here_.home;
        else if (key == "pwd" || key == "psscriptroot") known = folder_;
        else if (key.starts_with("env:")) known = sys::lookup(here_.environment, name.substr(4));
        else if (const auto set = variables_.find(key); set != variables_.end()) known = set->second;
        if (!known.empty()) return append(path, known);
        path.shown = cat(as_shown(path), "$", name);
        path.holed = cat(with_holes(path), hole);
        path.unknown.emplace_back(name);
    }

    void run(std::string_view command, int line)
    {
        const auto words = words_of(command);
        if (words.empty()) return;
        if (words[0].starts_with('$') && words.size() >= 3 && words[1] == "=") {
            const PathText set = value(words[2]);
            if (set.is_known()) variables_[lower(words[0].substr(1))] = set.text;
            return;
        }
        const std::string name = lower(words[0]);
        std::vector<std::string_view> operands;
        bool is_recursive = false;
        for (std::size_t i = 1; i < words.size(); ++i) {
            const std::string word = lower(words[i]);
            if (word.starts_with("-r") || word == "/s") is_recursive = true;
            else if (word == "-filter" || word == "-include" || word == "-exclude" || word == "-erroraction") ++i;
            else if (!word.starts_with('-')) operands.push_back(words[i]);
        }
        act(name, operands, is_recursive, line);
    }

    void act(const std::string& name, const std::vector<std::string_view>& operands, bool is_recursive, int line)
    {
        constexpr std::array<std::string_view, 7> removers{"remove-item", "rm", "del", "erase", "rd", "ri", "rmdir"};
        constexpr std::array<std::string_view, 6> writers{"set-content", "out-file", "new-item", "add-content", "mkdir", "tee-object"};
        constexpr std::array<std::string_view, 4> fetchers{"invoke-webrequest", "iwr", "invoke-restmethod", "irm"};
        const auto is = [&](const auto& names) { return std::find(names.begin(), names.end(), name) != names.end(); };
        if (is(removers)) {
            for (const auto operand : operands) effects_.deletes.push_back({value(operand), folder_, line, is_recursive});
            if (operands.empty())
                for (auto found : found_) {
                    found.has_all_below = true;
                    effects_.deletes.push_back(std::move(found));
                }
        } else if (is(writers)) {
            if (!operands.empty()) effects_.writes.push_back({value(operands[0]), folder_, line});
        } else if (is(fetchers)) {
            effects_.has_network = true;
            for (const auto operand : operands) add_address(value(operand).text, effects_);
        } else if (name == "get-childitem" || name == "gci" || name == "ls" || name == "dir") {
            for (const auto operand : operands) found_.push_back({value(operand), folder_, line, true, true});
        } else if (name == "move-item" || name == "mv" || name == "move" || name == "rename-item" || name == "ren" || name == "copy-item" ||
                   name == "cp" || name == "copy") {
            if (operands.size() < 2) return;
            const bool moves = name != "copy-item" && name != "cp" && name != "copy";
            if (moves) effects_.moves.push_back({value(operands[0]), folder_, line});
            effects_.writes.push_back({.path = value(operands[1]), .folder = folder_, .line = line, .replaces = true});
        } else if (name == "iex" || name == "invoke-expression") {
            effects_.has_made_code = true;
        } else if (name == "set-location" || name == "cd") {
            if (!operands.empty()) folder_ = value(operands[0]).is_known() ? value(operands[0]).text : std::string{};
        } else if (name == "install-module" || name == "install-package") {
            if (!operands.empty()) effects_.packages.push_back(value(operands[0]).text);
        } else if (name == "format-volume" || name == "clear-disk" || name == "initialize-disk") {
            effects_.wipes.emplace_back(operands.empty() ? std::string{"a disk"} : value(operands[0]).text);
        }
    }

    const Surroundings& here_;
    Effects& effects_;
    std::string folder_;
    std::map<std::string, std::string, std::less<>> variables_;
    std::vector<Touched> found_;
};

}  // namespace

void read_powershell(std::string_view code, const Surroundings& here, Effects& effects) { PowerShellReader{here, effects}.read(code); }

}  // namespace oi::scan
