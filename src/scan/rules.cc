// Looking for what rules.def lists.
#include "scan/rules.h"

#include "base/text.h"
#include "scan/code_lexer.h"
#include "scan/code_values.h"
#include "scan/paths.h"
#include "scan/shell_parser.h"

#include <algorithm>
#include <cmath>

namespace oi::scan {

namespace {

constexpr std::size_t most_findings = 200;

constexpr Rule table[] = {
#define RULE(id, level, languages, look, pattern, text) {id, RiskLevel::level, languages, Rule::Look::look, pattern, text},
#include "scan/rules.def"
};

bool is_for(const Rule& rule, std::string_view language)
{
    if (rule.languages == "*") return true;
    const auto languages = split(rule.languages, ' ');
    return std::find(languages.begin(), languages.end(), language) != languages.end();
}

// "x*", "*x", "a?b", exact; \* is a star.
bool matches(std::string_view pattern, std::string_view text)
{
    if (pattern.empty()) return text.empty();
    if (pattern.starts_with("\\*")) return text.starts_with('*') && matches(pattern.substr(2), text.substr(1));
    if (pattern[0] == '*') {
        if (pattern.size() == 1) return true;
        for (std::size_t i = 0; i <= text.size(); ++i)
            if (matches(pattern.substr(1), text.substr(i))) return true;
        return false;
    }
    if (text.empty() || (pattern[0] != '?' && pattern[0] != text[0])) return false;
    return matches(pattern.substr(1), text.substr(1));
}

bool matches_any(std::string_view alternatives, std::string_view text)
{
    const auto list = split(alternatives, '|');
    return std::any_of(list.begin(), list.end(), [&](std::string_view one) { return matches(one, text); });
}

std::string_view base_name(std::string_view program) { return program.substr(program.rfind('/') + 1); }

bool word_matches(std::string_view alternatives, const ShellWord& word)
{
    const auto list = split(alternatives, '|');
    return std::any_of(list.begin(), list.end(), [&](std::string_view one) {
        return one == "$" ? !word.is_literal() : word.is_literal() && matches(one, word.text);
    });
}

class Finder {
public:
    Finder(const Cell& cell, const Effects& effects, const Surroundings& here) : cell_{cell}, effects_{effects}, here_{here} {}

    std::vector<Finding> run()
    {
        is_shell_ = cell_.language == "shell" || cell_.language == "zsh";
        if (is_shell_) script_ = parse_shell(cell_.code);
        else tokens_ = tokens_of(cell_.code, style_of(cell_.language));
        for (const auto row : split(cell_.code, '\n')) lines_.push_back(readable(row));
        for (const Rule& rule : table)
            if (is_for(rule, cell_.language)) look(rule);
        std::stable_sort(found_.begin(), found_.end(), [](const Finding& a, const Finding& b) { return a.line < b.line; });
        return std::move(found_);
    }

private:
    void add(const Rule& rule, int line)
    {
        if (found_.size() >= most_findings) return;
        const bool is_there =
            std::any_of(found_.begin(), found_.end(), [&](const Finding& one) { return one.rule == rule.id && one.line == line; });
        if (!is_there) found_.push_back({std::string{rule.id}, rule.level, line, std::string{rule.text}, "rules"});
    }

    void look(const Rule& rule)
    {
        switch (rule.look) {
        case Rule::Look::command: return commands(rule);
        case Rule::Look::pipe: return pipes(rule);
        case Rule::Look::call: return calls(rule);
        case Rule::Look::text: return texts(rule);
        case Rule::Look::secret: return secrets(rule);
        case Rule::Look::path: return paths(rule);
        }
    }

    // The words of a command without what only runs it.
    static std::span<const ShellWord> own_words(const ShellCommand& command)
    {
        std::span<const ShellWord> words{command.words};
        while (words.size() > 1 && (words[0].text == "sudo" || words[0].text == "doas" || words[0].text == "command" ||
                                    words[0].text == "nohup" || words[0].text == "exec"))
            words = words.subspan(words[1].text.starts_with('-') && words.size() > 2 ? 2 : 1);
        return words;
    }

    void commands(const Rule& rule)
    {
        const auto groups = split(rule.pattern, ' ');
        for (const auto& command : script_.commands) {
            if (command.kind != ShellCommand::Kind::simple || command.words.empty()) continue;
            const auto words = own_words(command);
            if (!matches_any(groups[0], base_name(words[0].text))) continue;
            const bool has_all = std::all_of(groups.begin() + 1, groups.end(), [&](std::string_view group) {
                return std::any_of(words.begin() + 1, words.end(), [&](const ShellWord& word) { return word_matches(group, word); });
            });
            if (has_all) add(rule, command.line);
        }
    }

    void pipes(const Rule& rule)
    {
        const auto groups = split(rule.pattern, ' ');
        bool is_fed = false;
        for (const auto& command : script_.commands) {
            if (command.words.empty()) continue;
            if (command.joint != ShellCommand::Joint::pipe) is_fed = false;
            const std::string_view program = base_name(command.words[0].text);
            if (is_fed && matches_any(groups[1], program)) add(rule, command.line);
            if (matches_any(groups[0], program)) is_fed = true;
        }
    }

    static bool is_named(std::string_view alternatives, std::string_view name)
    {
        const auto list = split(alternatives, '|');
        return std::any_of(list.begin(), list.end(),
                           [&](std::string_view one) { return one.starts_with('.') ? name.ends_with(one) : name == one; });
    }

    void calls(const Rule& rule)
    {
        const auto groups = split(rule.pattern, ' ');
        for (std::size_t i = 0; i + 1 < tokens_.size(); ++i) {
            const bool is_call = tokens_[i].kind == Token::Kind::name && tokens_[i + 1].text == "(" && is_named(groups[0], tokens_[i].text);
            const bool is_defined = i > 0 && (tokens_[i - 1].text == "def" || tokens_[i - 1].text == "function");
            if (!is_call || is_defined) continue;
            const std::span<const Token> rest =
                std::span<const Token>{tokens_}.subspan(i + 1, std::min<std::size_t>(tokens_.size() - i - 1, 300));
            const auto inside = rest.first(bracket_length(rest));
            const bool has_all = std::all_of(groups.begin() + 1, groups.end(), [&](std::string_view group) {
                return std::any_of(inside.begin(), inside.end(), [&](const Token& token) { return matches_any(group, token.text); });
            });
            if (has_all && !(rule.id == "python-yaml" && is_safe_yaml(inside))) add(rule, tokens_[i].line);
        }
    }

    static bool is_safe_yaml(std::span<const Token> inside)
    {
        return std::any_of(inside.begin(), inside.end(), [](const Token& token) { return token.text.ends_with("SafeLoader"); });
    }

    // Blanks count as one, or as none beside marks; comments of the code do not count.
    void texts(const Rule& rule)
    {
        const auto alternatives = split(rule.pattern, '|');
        for (std::size_t i = 0; i < lines_.size(); ++i)
            for (const auto alternative : alternatives)
                if (!lines_[i].empty() && contains(lines_[i], lower(squeezed(alternative)))) add(rule, static_cast<int>(i) + 1);
    }

    // Empty for a comment.
    static std::string readable(std::string_view row)
    {
        const std::string line = squeezed(row);
        return line.starts_with('#') || line.starts_with("//") || line.starts_with("--") ? std::string{} : lower(line);
    }

    static bool contains(const std::string& line, const std::string& wanted)
    {
        const auto is_word = [](char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_'; };
        for (auto at = line.find(wanted); at != std::string::npos; at = line.find(wanted, at + 1)) {
            const bool begins = at == 0 || !is_word(line[at - 1]) || !is_word(wanted[0]);
            const std::size_t end = at + wanted.size();
            if (begins && (end >= line.size() || !is_word(line[end]) || !is_word(wanted.back()))) return true;
        }
        return false;
    }

    static std::string squeezed(std::string_view text)
    {
        std::string out;
        for (const char c : trim(text)) {
            const bool is_blank = c == ' ' || c == '\t';
            const bool after_mark = !out.empty() && std::string_view{"=:"}.find(out.back()) != std::string_view::npos;
            if (is_blank && (out.ends_with(' ') || after_mark)) continue;
            if (!is_blank && std::string_view{"=:"}.find(c) != std::string_view::npos && out.ends_with(' ')) out.pop_back();
            out += is_blank ? ' ' : c;
        }
        return out;
    }

    void secrets(const Rule& rule)
    {
        const auto names = split(rule.pattern, '|');
        const auto is_secret_name = [&](std::string_view name) {
            const std::string low = lower(name);
            return std::any_of(names.begin(), names.end(), [&](std::string_view one) {
                return low == one || low.ends_with(cat("_", one)) || low.ends_with(cat(".", one));
            });
        };
        for (const auto& command : script_.commands)
            for (const auto& [name, value] : command.assignments)
                if (value.is_literal() && is_secret_name(name) && is_random(value.text)) add(rule, command.line);
        for (std::size_t i = 0; i < tokens_.size(); ++i) {
            if (tokens_[i].kind != Token::Kind::string || tokens_[i].has_parts) continue;
            const bool is_set = i >= 2 && (tokens_[i - 1].text == "=" || tokens_[i - 1].text == ":") &&
                                is_secret_name(tokens_[i - 2].text) && is_random(tokens_[i].text);
            if (is_set || is_known_key(tokens_[i].text)) add(rule, tokens_[i].line);
        }
    }

    static bool is_known_key(std::string_view text)
    {
        for (const std::string_view start : {"sk-", "sk_live_", "ghp_", "github_pat_", "xoxb-", "xoxp-", "AKIA", "AIza", "glpat-",
                                             "-----BEGIN RSA PRIVATE", "-----BEGIN OPENSSH PRIVATE"})
            if (text.starts_with(start) && text.size() >= 20) return true;
        return false;
    }

    // Letters and digits mixed, no blanks, not a name of something.
    static bool is_random(std::string_view text)
    {
        if (text.size() < 8 || text.find_first_of(" /<>{}$") != std::string_view::npos) return false;
        const auto digits = std::count_if(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
        const std::string low = lower(text);
        for (const std::string_view stand_in : {"your", "xxx", "example", "placeholder", "changeme", "dummy", "test"})
            if (low.find(stand_in) != std::string::npos) return false;
        return is_known_key(text) || digits >= 2;
    }

    void paths(const Rule& rule)
    {
        const auto check = [&](const std::vector<Touched>& list) {
            for (const auto& touched : list) {
                if (touched.path.text.empty()) continue;
                const std::string place = resolve(touched.path.text, touched.folder, here_.home);
                const std::string shown = place.starts_with(here_.home + "/") ? cat("~", place.substr(here_.home.size())) : place;
                if (matches_any(rule.pattern, shown) || matches_any(rule.pattern, place)) add(rule, touched.line);
            }
        };
        check(effects_.writes);
        check(effects_.deletes);
        check(effects_.moves);
    }

    const Cell& cell_;
    const Effects& effects_;
    const Surroundings& here_;
    bool is_shell_ = false;
    ShellScript script_;
    std::vector<Token> tokens_;
    std::vector<std::string> lines_;  // lower case, blanks squeezed
    std::vector<Finding> found_;
};

}  // namespace

std::span<const Rule> rules() { return table; }

std::vector<Finding> find_by_rules(const Cell& cell, const Effects& effects, const Surroundings& here)
{
    return Finder{cell, effects, here}.run();
}

}  // namespace oi::scan
