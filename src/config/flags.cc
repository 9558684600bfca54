// Reads a command line against the tables; see flags.h.
#include "config/flags.h"

#include "base/text.h"

#include <algorithm>
#include <optional>
#include <variant>

namespace oi::config {

namespace {

struct Negated {
    const SettingRow* row;
};
using Flag = std::variant<const SettingRow*, Negated, const CommandRow*, const ShortcutRow*, const AcceptedRow*>;

// Calls `visit(flag, long name, short flag)` for each flag of this version.
template <class Visit>
void for_each_flag(Visit visit)
{
    for (const auto& row : setting_rows()) visit(Flag{&row}, row.name, row.short_flag);
    for (const auto& row : command_rows()) visit(Flag{&row}, row.name, row.short_flag);
    for (const auto& row : shortcut_rows()) visit(Flag{&row}, row.name, row.short_flag);
    for (const auto& row : accepted_rows()) visit(Flag{&row}, row.name, row.short_flag);
}

std::optional<Flag> find_short(std::string_view word)
{
    std::optional<Flag> found;
    for_each_flag([&](Flag flag, std::string_view, std::string_view short_flag) {
        if (short_flag == word) found = flag;
    });
    return found;
}

std::optional<Flag> find_exact(std::string_view name)
{
    std::optional<Flag> found;
    for_each_flag([&](Flag flag, std::string_view long_name, std::string_view) {
        if (long_name == name) found = flag;
    });
    if (!found && name.starts_with("no_"))
        if (const auto* row = find_setting(name.substr(3)); row && row->is_flag()) return Negated{row};
    return found;
}

struct Match {
    Flag flag;
    std::string name;
};

// All flags whose long name begins so.
std::vector<Match> find_prefix(std::string_view prefix)
{
    std::vector<Match> matches;
    for_each_flag([&](Flag flag, std::string_view long_name, std::string_view) {
        if (long_name.starts_with(prefix)) matches.push_back({flag, cat("--", long_name)});
    });
    if (matches.empty() && prefix.starts_with("no_"))
        for (const auto& row : setting_rows())
            if (row.is_flag() && row.name.starts_with(prefix.substr(3))) matches.push_back({Negated{&row}, cat("--no-", row.name)});
    return matches;
}

// The classic program knew it; says what to do now.
std::optional<Fail> classic(std::string_view spelled, std::string_view name, std::string_view short_flag)
{
    const auto is_it = [&](const auto& row) { return row.name == name || (!short_flag.empty() && row.short_flag == short_flag); };
    for (const auto& row : renamed_rows())
        if (is_it(row)) return fail(ErrorKind::invalid, cat(spelled, " is gone"), std::string{row.hint});
    for (const auto& row : later_rows())
        if (is_it(row)) return fail(ErrorKind::unsupported, cat(spelled, " is not in this version yet"), std::string{row.hint});
    return {};
}

Fail unknown(std::string_view spelled, std::string_view name)
{
    std::vector<std::string_view> names;
    for_each_flag([&](Flag, std::string_view long_name, std::string_view) { names.push_back(long_name); });
    const auto near = name.size() > 2 ? nearest(name, names) : std::nullopt;
    const std::string hint =
        near ? cat("did you mean --", *near, "?") : "interpreter --help lists all; words of the message that start with - go after --";
    return fail(ErrorKind::invalid, cat("unknown flag ", spelled), hint);
}

Result<Flag> find_long(std::string_view spelled)
{
    std::string name{spelled.substr(2)};
    std::replace(name.begin(), name.end(), '-', '_');
    if (const auto found = find_exact(name)) return *found;
    if (const auto gone = classic(spelled, name, "")) return *gone;
    const auto matches = find_prefix(name);
    if (matches.size() == 1) return matches.front().flag;
    if (matches.empty()) return unknown(spelled, name);
    std::vector<std::string> names;
    for (const auto& match : matches) names.push_back(match.name);
    return fail(ErrorKind::invalid, cat(spelled, " is ambiguous"), join(names, ", "));
}

Result<Flag> find_flag(std::string_view spelled)
{
    if (spelled.starts_with("--")) return find_long(spelled);
    if (const auto found = find_short(spelled)) return *found;
    if (const auto gone = classic(spelled, "", spelled)) return *gone;
    return unknown(spelled, spelled.substr(1));
}

class Parser {
public:
    explicit Parser(std::span<const std::string_view> args) : args_{args} {}

    Result<CommandLine> parse()
    {
        std::vector<std::string> words;
        bool is_flags = true;
        while (at_ < args_.size()) {
            const std::string_view word = args_[at_++];
            if (is_flags && word == "--") is_flags = false;
            else if (is_flags && is_flag(word)) OI_CHECK(take_flag(word));
            else words.emplace_back(word);
        }
        line_.message = join(words, " ");
        return std::move(line_);
    }

private:
    // "-", "-5" and "-.5" are words: no flag begins with a digit.
    static bool is_flag(std::string_view word)
    {
        return word.size() > 1 && word[0] == '-' && word[1] != '.' && (word[1] < '0' || word[1] > '9');
    }

    Result<void> take_flag(std::string_view word)
    {
        const auto equals = word.find('=');
        spelled_ = word.substr(0, equals);
        attached_.reset();
        if (equals != std::string_view::npos) attached_ = word.substr(equals + 1);
        OI_TRY(const Flag flag, find_flag(spelled_));
        return std::visit([&](const auto& found) { return take(found); }, flag);
    }

    Result<void> take(const SettingRow* row)
    {
        if (attached_) return set(*row, *attached_);
        if (row->is_flag()) return set(*row, "true");
        // A flag where the value should be is a slip; a value that looks like one is written with an equals sign.
        const bool has_next = at_ < args_.size() && !(is_flag(args_[at_]) && find_flag(args_[at_].substr(0, args_[at_].find('='))));
        if (!has_next || args_[at_] == "--")
            return fail(ErrorKind::invalid, cat(spelled_, " needs a value"), cat(spelled_, " ", row->value_name));
        return set(*row, args_[at_++]);
    }

    Result<void> take(const Negated& negated)
    {
        OI_CHECK(refuse_value());
        return set(*negated.row, "false");
    }

    Result<void> take(const CommandRow* row)
    {
        if (row->value.empty()) OI_CHECK(refuse_value());
        if (attached_ && attached_->empty())
            return fail(ErrorKind::invalid, cat(spelled_, "= needs a value"), cat("--", row->name, row->value));
        if (attached_) line_.command_value = *attached_;
        else if (row->value.starts_with(' ')) take_next(*row);
        line_.commands.push_back(row->name);
        return {};
    }

    // The word that follows; for --explain it may be a flag, which then is only named.
    void take_next(const CommandRow& row)
    {
        if (at_ < args_.size() && args_[at_] != "--" && (row.name == "explain" || !is_flag(args_[at_]))) line_.command_value = args_[at_++];
    }

    Result<void> take(const ShortcutRow* row)
    {
        OI_CHECK(refuse_value());
        return set(*find_setting(row->setting), row->value);
    }

    Result<void> take(const AcceptedRow* row)
    {
        line_.notes.push_back(cat(spelled_, " changes nothing: ", row->why));
        return {};
    }

    Result<void> refuse_value() const
    {
        if (attached_) return fail(ErrorKind::invalid, cat(spelled_, " takes no value"), cat("leave out =", *attached_));
        return {};
    }

    Result<void> set(const SettingRow& row, std::string_view value)
    {
        line_.values.push_back({&row, std::string{value}, std::string{spelled_}});
        return {};
    }

    std::span<const std::string_view> args_;
    std::size_t at_ = 0;
    std::string_view spelled_;
    std::optional<std::string_view> attached_;
    CommandLine line_;
};

}  // namespace

Result<CommandLine> parse_flags(std::span<const std::string_view> args) { return Parser{args}.parse(); }

}  // namespace oi::config
