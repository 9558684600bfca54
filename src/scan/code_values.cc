// Evaluating what names a path; see code_values.h.
#include "scan/code_values.h"

#include "base/text.h"
#include "sys/process.h"

#include <algorithm>
#include <array>

namespace oi::scan {

namespace {

constexpr int deepest = 8;
constexpr std::size_t longest = 200;  // tokens of an expression that is looked at
constexpr std::size_t most_values = 20;

PathText literal(std::string text) { return {.text = std::move(text)}; }
// What is not known is never taken for empty: a name without a value raises in these languages.
PathText unknown(std::string name) { return {.shown = name, .unknown = {name}, .is_guarded = true, .holed{hole}}; }

PathText joined(PathText left, const PathText& right, std::string_view between)
{
    const bool is_absolute = between == "/" && right.is_known() && right.text.starts_with('/');
    if (is_absolute) return right;
    const std::string_view glue = left.text.ends_with('/') || (left.text.empty() && left.is_known()) ? std::string_view{} : between;
    if (!left.is_known() || !right.is_known()) {
        left.holed = cat(with_holes(left), glue, with_holes(right));
        left.shown = cat(as_shown(left), glue, as_shown(right));
    }
    left.text += glue;
    left.text += right.text;
    left.is_guarded =
        (left.is_known() || left.is_guarded) && (right.is_known() || right.is_guarded) && !(left.is_known() && right.is_known());
    left.unknown.insert(left.unknown.end(), right.unknown.begin(), right.unknown.end());
    left.has_glob = left.has_glob || right.has_glob;
    return left;
}

std::vector<PathText> all_joined(const std::vector<PathText>& left, const std::vector<PathText>& right, std::string_view between)
{
    std::vector<PathText> values;
    for (const auto& one : left)
        for (const auto& other : right)
            if (values.size() < most_values) values.push_back(joined(one, other, between));
    return values;
}

template <std::size_t N>
bool is_in(const std::array<std::string_view, N>& names, std::string_view name)
{
    return std::find(names.begin(), names.end(), name) != names.end();
}

std::string unescaped(std::string_view text)
{
    if (text.find('\\') == std::string_view::npos) return std::string{text};
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '\\' && i + 1 < text.size()) {
            ++i;
            out += text[i] == 'n' ? '\n' : text[i] == 't' ? '\t' : text[i];
        } else out += text[i];
    }
    return out;
}

std::vector<PathText> with_glob(std::vector<PathText> values, std::string_view pattern)
{
    for (auto& value : values) {
        value = joined(std::move(value), literal(std::string{pattern}), "/");
        value.has_glob = true;
    }
    return values;
}

}  // namespace

std::size_t bracket_length(std::span<const Token> tokens)
{
    int depth = 0;
    for (std::size_t i = 0; i < tokens.size(); ++i) {
        const std::string_view text = tokens[i].text;
        if (tokens[i].kind != Token::Kind::mark) continue;
        if (text == "(" || text == "[" || text == "{") ++depth;
        else if ((text == ")" || text == "]" || text == "}") && --depth <= 0) return i + 1;
    }
    return tokens.size();
}

std::vector<std::span<const Token>> split_arguments(std::span<const Token> tokens)
{
    std::vector<std::span<const Token>> pieces;
    int depth = 0;
    std::size_t start = 0;
    for (std::size_t i = 0; i < tokens.size(); ++i) {
        if (tokens[i].kind != Token::Kind::mark) continue;
        const std::string_view text = tokens[i].text;
        if (text == "(" || text == "[" || text == "{") ++depth;
        else if (text == ")" || text == "]" || text == "}") --depth;
        else if (text == "," && depth == 0) {
            pieces.push_back(tokens.subspan(start, i - start));
            start = i + 1;
        }
    }
    if (start < tokens.size()) pieces.push_back(tokens.subspan(start));
    return pieces;
}

PathText CodeValues::text_of(const Token& token) const
{
    if (!token.has_parts) return literal(unescaped(token.text));
    PathText value;
    std::string_view rest = token.text;
    while (!rest.empty()) {
        const auto open = rest.find('{');
        if (open == std::string_view::npos) break;
        std::string_view before = rest.substr(0, open);
        if (before.ends_with('$') || before.ends_with('#')) before.remove_suffix(1);
        const auto close = rest.find('}', open);
        if (close == std::string_view::npos) break;
        value = joined(std::move(value), literal(unescaped(before)), "");
        const std::string_view inside = trim(rest.substr(open + 1, close - open - 1));
        const auto known = named(inside.substr(0, inside.find(':')));
        value = joined(std::move(value), known.empty() ? unknown(cat("{", inside, "}")) : known.front(), "");
        rest.remove_prefix(close + 1);
    }
    return joined(std::move(value), literal(unescaped(rest)), "");
}

std::vector<PathText> CodeValues::named(std::string_view name) const
{
    if (const auto found = variables_.find(name); found != variables_.end()) return found->second;
    if (earlier_)
        if (const auto found = earlier_->find(name); found != earlier_->end()) return found->second;
    if (name.starts_with("process.env.")) {
        const auto value = sys::lookup(here_.environment, name.substr(12));
        if (!value.empty()) return {literal(std::string{value})};
        PathText unset = unknown(std::string{name});
        unset.is_guarded = false;
        return {unset};
    }
    if (name == "__dirname" || name == "Dir.pwd") return {literal(here_.folder)};
    if (name == "Dir.home") return {literal(here_.home)};
    return {};
}

std::vector<PathText> CodeValues::call(const Token& name, std::span<const Token> arguments, int depth) const
{
    constexpr std::array<std::string_view, 14> same{
        "Path",      "pathlib.Path", "PurePath",         "os.path.expanduser", "os.path.abspath",  "os.path.realpath",   "str",
        "os.fspath", "path.resolve", "File.expand_path", "expanduser",         "os.path.normpath", "os.path.expandvars", "Pathname.new"};
    constexpr std::array<std::string_view, 7> joins{"os.path.join", "path.join", "File.join",    "join",
                                                    "path.resolve", "file.path", "filepath.Join"};
    constexpr std::array<std::string_view, 6> homes{"Path.home", "pathlib.Path.home", "os.homedir",
                                                    "Dir.home",  "os.UserHomeDir",    "homedir"};
    constexpr std::array<std::string_view, 6> here{"os.getcwd", "Path.cwd", "process.cwd", "Dir.pwd", "getwd", "getcwd"};
    constexpr std::array<std::string_view, 5> listed{"os.listdir", "os.scandir", "os.walk", "fs.readdirSync", "Dir.children"};
    constexpr std::array<std::string_view, 4> globs{"glob.glob", "glob.iglob", "Dir.glob", "Sys.glob"};
    constexpr std::array<std::string_view, 4> environment{"os.getenv", "os.environ.get", "ENV.fetch", "getenv"};
    constexpr std::array<std::string_view, 4> temporary{"tempfile.mkdtemp", "tempfile.TemporaryDirectory", "Dir.mktmpdir",
                                                        "tempfile.gettempdir"};
    if (is_in(homes, name.text)) return {literal(here_.home)};
    if (is_in(here, name.text)) return {literal(here_.folder)};
    if (is_in(temporary, name.text)) return {literal("/tmp/made-by-the-cell")};
    const auto pieces = split_arguments(arguments);
    if (pieces.empty()) return {unknown(cat(name.text, "()"))};
    if (is_in(joins, name.text) || (is_in(same, name.text) && pieces.size() > 1)) {
        std::vector<PathText> values = evaluate(pieces[0], depth + 1);
        for (std::size_t i = 1; i < pieces.size(); ++i) values = all_joined(values, evaluate(pieces[i], depth + 1), "/");
        return values;
    }
    auto values = evaluate(pieces[0], depth + 1);
    if (is_in(same, name.text)) {
        for (auto& value : values)
            if (value.text == "~" || value.text.starts_with("~/")) value.text = cat(here_.home, value.text.substr(1));
        return values;
    }
    if (is_in(listed, name.text)) return with_glob(std::move(values), "*");
    if (is_in(globs, name.text)) {
        for (auto& value : values) value.has_glob = true;
        return values;
    }
    if (is_in(environment, name.text)) {
        const std::string variable = values.front().text;
        if (const auto set = sys::lookup(here_.environment, variable); !set.empty()) return {literal(std::string{set})};
        if (pieces.size() > 1) return evaluate(pieces[1], depth + 1);
        PathText unset = unknown(variable);
        unset.is_guarded = false;
        return {unset};
    }
    return {unknown(cat(name.text, "()"))};
}

std::vector<PathText> CodeValues::operand(std::span<const Token>& rest, int depth) const
{
    const Token& first = rest[0];
    if (first.kind == Token::Kind::string) {
        rest = rest.subspan(1);
        return {text_of(first)};
    }
    if (first.kind == Token::Kind::name) {
        rest = rest.subspan(1);
        const bool is_call = !rest.empty() && rest[0].text == "(" && rest[0].kind == Token::Kind::mark;
        const bool is_item = !rest.empty() && rest[0].text == "[" && rest[0].kind == Token::Kind::mark;
        if (is_call || is_item) {
            const std::size_t length = bracket_length(rest);
            const auto inside = rest.subspan(1, std::max<std::size_t>(length, 2) - 2);
            rest = rest.subspan(length);
            if (is_call) return call(first, inside, depth);
            if ((first.text == "os.environ" || first.text == "ENV") && !inside.empty() && inside[0].kind == Token::Kind::string) {
                const auto set = sys::lookup(here_.environment, inside[0].text);
                return {set.empty() ? unknown(std::string{inside[0].text}) : literal(std::string{set})};
            }
            return {unknown(cat(first.text, "[...]"))};
        }
        auto values = named(first.text);
        return values.empty() ? std::vector{unknown(std::string{first.text})} : values;
    }
    if (first.kind == Token::Kind::mark && (first.text == "(" || first.text == "[")) {
        const std::size_t length = bracket_length(rest);
        const auto inside = rest.subspan(1, std::max<std::size_t>(length, 2) - 2);
        rest = rest.subspan(length);
        std::vector<PathText> values;
        for (const auto piece : split_arguments(inside))
            for (auto& value : evaluate(piece, depth + 1))
                if (values.size() < most_values) values.push_back(std::move(value));
        return values.empty() ? std::vector{unknown("...")} : values;
    }
    rest = rest.subspan(1);
    return {unknown(std::string{first.text})};
}

std::vector<PathText> CodeValues::evaluate(std::span<const Token> expression, int depth) const
{
    while (!expression.empty() && expression[0].kind == Token::Kind::newline) expression = expression.subspan(1);
    if (expression.empty() || depth > deepest || expression.size() > longest) return {unknown("...")};
    if (expression[0].text == "await" || expression[0].text == "new") expression = expression.subspan(1);
    if (expression.empty()) return {unknown("...")};
    std::vector<PathText> values = operand(expression, depth);
    while (!expression.empty()) {
        const Token& next = expression[0];
        if (next.kind == Token::Kind::newline) {
            expression = expression.subspan(1);
            continue;
        }
        const bool is_member = next.kind == Token::Kind::name && next.text.starts_with('.');
        if (is_member) {
            constexpr std::array<std::string_view, 5> keeps{".expanduser", ".resolve", ".absolute", ".as_posix", ".strip"};
            expression = expression.subspan(1);
            std::span<const Token> inside;
            if (!expression.empty() && expression[0].text == "(") {
                const std::size_t length = bracket_length(expression);
                inside = expression.subspan(1, std::max<std::size_t>(length, 2) - 2);
                expression = expression.subspan(length);
            }
            if (next.text == ".parent") continue;
            if (next.text == ".iterdir") values = with_glob(std::move(values), "*");
            else if (next.text == ".glob" || next.text == ".rglob") {
                const auto pattern = evaluate(inside, depth + 1);
                values = with_glob(std::move(values), pattern.front().is_known() ? pattern.front().text : "*");
            } else if (next.text == ".joinpath") values = all_joined(values, evaluate(inside, depth + 1), "/");
            else if (next.text == ".expanduser") {
                for (auto& value : values)
                    if (value.text.starts_with('~')) value.text = cat(here_.home, value.text.substr(1));
            } else if (!is_in(keeps, next.text)) return {unknown(cat("...", next.text))};
            continue;
        }
        const bool is_join = next.text == "/" && next.kind == Token::Kind::mark;
        const bool is_sum = (next.text == "+" || next.text == ".") && next.kind == Token::Kind::mark;
        if (!is_join && !is_sum) break;
        expression = expression.subspan(1);
        if (expression.empty()) break;
        values = all_joined(values, operand(expression, depth + 1), is_join ? "/" : "");
    }
    return values;
}

}  // namespace oi::scan
