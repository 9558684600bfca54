// Reads code of the languages in calls.def: assignments, loops and calls, in the order they stand.
#include "scan/code_lexer.h"
#include "scan/code_values.h"
#include "scan/effects.h"

#include "base/text.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <unordered_map>

namespace oi::scan {

namespace {

enum class Effect : unsigned char { write, remove, remove_tree, network, host, shell, start, open, install, code };
constexpr int self = -1;
constexpr int deepest = 6;

struct CallRow {
    std::string_view language;
    std::string_view name;
    Effect effect;
    int argument;
};

constexpr CallRow rows[] = {
#define CALL(language, name, effect, argument) {#language, name, Effect::effect, argument},
#include "scan/calls.def"
};

using Rows = std::unordered_map<std::string_view, const CallRow*>;

// The rows of one language by name; made at its first use.
const Rows& rows_of(std::string_view language)
{
    // Never destroyed: a turn may run while the process ends.
    static auto& tables = *[] {
        auto* made = new std::unordered_map<std::string, Rows>;
        for (const auto& row : rows) (*made)[std::string{row.language}].emplace(row.name, &row);
        return made;
    }();
    if (language == "typescript" || language == "react") language = "javascript";
    return tables[std::string{language}];
}

class CallReader {
public:
    CallReader(std::string_view language, const Surroundings& here, Effects& effects, int depth)
        : language_{language}, here_{here}, effects_{effects}, depth_{depth}, rows_{rows_of(language)}, values_{language, here}
    {
    }

    void read(std::string_view code)
    {
        tokens_ = tokens_of(code, style_of(language_));
        bool is_start = true;
        for (at_ = 0; at_ < tokens_.size(); ++at_) {
            const Token& token = tokens_[at_];
            if (token.kind == Token::Kind::newline || token.text == ";" || token.text == "{" || token.text == ":") {
                is_start = true;
                continue;
            }
            if (is_start && token.kind == Token::Kind::name) assignment();
            if (token.text == "const" || token.text == "let" || token.text == "var" || token.text == "local" || token.text == "my")
                continue;
            if (token.kind == Token::Kind::name) name(token);
            else if (token.text == "!" && is_start && language_ == "python") shell_line(code);
            is_start = false;
        }
    }

private:
    using Tokens = std::span<const Token>;

    Tokens from(std::size_t index) const { return Tokens{tokens_}.subspan(std::min(index, tokens_.size())); }

    // What stands until the line or statement ends; brackets may span lines.
    Tokens statement(std::size_t start) const
    {
        const Tokens rest = from(start);
        std::size_t end = 0;
        while (end < rest.size() && end < 400) {
            const std::string_view text = rest[end].text;
            if (rest[end].kind == Token::Kind::newline || text == ";") break;
            if (rest[end].kind == Token::Kind::mark && (text == "(" || text == "[" || text == "{"))
                end += bracket_length(rest.subspan(end));
            else ++end;
        }
        return rest.first(std::min(end, rest.size()));
    }

    // name = expression
    void assignment()
    {
        std::size_t equals = at_ + 1;
        if (equals < tokens_.size() && tokens_[equals].text == ":" && language_ != "php") {  // a type in between
            while (equals < tokens_.size() && equals < at_ + 12 && tokens_[equals].text != "=" &&
                   tokens_[equals].kind != Token::Kind::newline)
                ++equals;
        }
        if (equals + 1 >= tokens_.size() || tokens_[equals].text != "=" || tokens_[equals + 1].text == "=") return;
        if (tokens_[equals].kind != Token::Kind::mark) return;
        const Tokens expression = statement(equals + 1);
        if (!expression.empty() && expression.size() < 60) values_.set(tokens_[at_].text, values_.evaluate(expression));
    }

    // for name in expression, for (const name of expression), with expression as name
    void loop()
    {
        std::size_t at = at_ + 1;
        while (at < tokens_.size() && (tokens_[at].text == "(" || tokens_[at].text == "const" || tokens_[at].text == "let")) ++at;
        const std::size_t name = at;
        while (at < tokens_.size() && at < name + 8 && tokens_[at].text != "in" && tokens_[at].text != "of") ++at;
        if (at + 1 >= tokens_.size() || (tokens_[at].text != "in" && tokens_[at].text != "of")) return;
        const Tokens rest = statement(at + 1);
        std::size_t end = 0;
        while (end < rest.size() && rest[end].text != ":" && rest[end].text != "{" && rest[end].text != ")") {
            const bool opens = rest[end].kind == Token::Kind::mark && (rest[end].text == "(" || rest[end].text == "[");
            end += opens ? bracket_length(rest.subspan(end)) : 1;
        }
        const auto values = values_.evaluate(rest.first(std::min(end, rest.size())));
        for (std::size_t i = name; i < at; ++i)
            if (tokens_[i].kind == Token::Kind::name) values_.set(tokens_[i].text, values);
    }

    void resource()
    {
        const Tokens rest = statement(at_ + 1);
        for (std::size_t i = 0; i + 1 < rest.size(); ++i)
            if (rest[i].text == "as" && rest[i + 1].kind == Token::Kind::name)
                return values_.set(rest[i + 1].text, values_.evaluate(rest.first(i)));
    }

    void name(const Token& token)
    {
        if (token.text == "for" || token.text == "foreach") return loop();
        if (token.text == "with") return resource();
        const bool is_call = at_ + 1 < tokens_.size() && tokens_[at_ + 1].text == "(" && tokens_[at_ + 1].kind == Token::Kind::mark;
        // Ruby, Perl and AppleScript call without brackets too.
        const bool is_bare = !is_call && (language_ == "ruby" || language_ == "perl" || language_ == "applescript") &&
                             at_ + 1 < tokens_.size() && tokens_[at_ + 1].kind == Token::Kind::string;
        if (!is_call && !is_bare) return;
        Tokens inside;
        if (is_call) {
            const Tokens brackets = from(at_ + 1);
            const std::size_t length =
                std::min<std::size_t>(bracket_length(brackets.first(std::min<std::size_t>(brackets.size(), 2000))), brackets.size());
            inside = brackets.subspan(1, std::max<std::size_t>(length, 2) - 2);
        } else inside = statement(at_ + 1);
        if (const auto row = rows_.find(token.text); row != rows_.end() && !token.text.starts_with('.'))
            return call(*row->second, inside, {});
        const auto dot = token.text.rfind('.');
        if (dot == std::string_view::npos) return;
        const auto row = rows_.find(token.text.substr(dot));
        if (row == rows_.end()) return;
        call(*row->second, inside, dot == 0 ? object_before() : values_of(token.text.substr(0, dot)));
    }

    std::vector<PathText> values_of(std::string_view name) const
    {
        const Token token{Token::Kind::name, name};
        return values_.evaluate({&token, 1});
    }

    // The value of the call or bracket that a method follows.
    std::vector<PathText> object_before() const
    {
        int depth = 0;
        std::size_t start = at_;
        while (start > 0 && at_ - start < 100) {
            --start;
            const std::string_view text = tokens_[start].text;
            if (text == ")" || text == "]") ++depth;
            else if ((text == "(" || text == "[") && --depth == 0) {
                if (start > 0 && tokens_[start - 1].kind == Token::Kind::name) --start;
                if (start == 0 || !tokens_[start].text.starts_with('.')) break;
            }
        }
        return values_.evaluate(Tokens{tokens_}.subspan(start, at_ - start));
    }

    void call(const CallRow& row, Tokens inside, std::vector<PathText> object)
    {
        const auto pieces = split_arguments(inside);
        std::vector<PathText> values = std::move(object);
        const auto index = static_cast<std::size_t>(std::max(row.argument, 0));
        if (row.argument != self) {
            values.clear();
            if (index < pieces.size()) values = values_.evaluate(pieces[index]);
        }
        switch (row.effect) {
        case Effect::open:
            if (!is_opened_for_writing(pieces)) return;
            [[fallthrough]];
        case Effect::write: return touch(values, effects_.writes, false);
        case Effect::remove: return touch(values, effects_.deletes, false);
        case Effect::remove_tree: return touch(values, effects_.deletes, true);
        case Effect::network:
        case Effect::host:
            effects_.has_network = true;
            for (const auto& value : values) add_address(value.text, effects_);
            return;
        case Effect::shell: return run_shell(values);
        case Effect::start: return start(pieces);
        case Effect::install:
            effects_.has_network = true;
            for (const auto& value : values)
                if (value.is_known()) effects_.packages.push_back(value.text);
            return;
        case Effect::code:
            if (!pieces.empty() && pieces[0].size() == 1)
                for (const auto& value : values) read_nested(lower(pieces[0][0].text), value.text, here_, effects_, depth_ + 1);
        }
    }

    static bool is_opened_for_writing(const std::vector<Tokens>& pieces)
    {
        for (std::size_t i = 1; i < pieces.size(); ++i) {
            Tokens piece = pieces[i];
            if (piece.size() == 3 && piece[0].text == "mode") piece = piece.subspan(2);
            if (piece.size() == 1 && piece[0].kind == Token::Kind::string && piece[0].text.size() <= 4 &&
                piece[0].text.find_first_of("wax+") != std::string_view::npos)
                return true;
        }
        return false;
    }

    void touch(const std::vector<PathText>& values, std::vector<Touched>& list, bool has_all_below)
    {
        for (const auto& value : values)
            list.push_back({value, here_.folder, tokens_[std::min(at_, tokens_.size() - 1)].line, has_all_below});
    }

    void run_shell(const std::vector<PathText>& values)
    {
        for (const auto& value : values)
            if (!value.text.empty() && depth_ < deepest) read_shell(value.text, here_, effects_, depth_ + 1);
    }

    // A command line, or a list of words.
    void start(const std::vector<Tokens>& pieces)
    {
        if (pieces.empty()) return;
        Tokens first = pieces[0];
        const bool is_list = !first.empty() && first[0].text == "[";
        std::vector<PathText> words;
        if (is_list) {
            for (const auto piece : split_arguments(first.subspan(1, std::max<std::size_t>(first.size(), 2) - 2)))
                words.push_back(values_.evaluate(piece).front());
        } else {
            words = values_.evaluate(first);
            words.resize(std::min<std::size_t>(words.size(), 1));
            // child_process.spawn("rm", ["-rf", path])
            if (pieces.size() > 1 && !pieces[1].empty() && pieces[1][0].text == "[")
                for (const auto piece : split_arguments(pieces[1].subspan(1, std::max<std::size_t>(pieces[1].size(), 2) - 2)))
                    words.push_back(values_.evaluate(piece).front());
        }
        if (words.empty()) return;
        if (words.size() == 1) {
            run_shell(words);
            return program(words[0].text.substr(0, words[0].text.find(' ')));
        }
        program(words[0].text);
        std::string line;
        for (const auto& word : words)
            line += cat(line.empty() ? "" : " ",
                        word.is_known() ? cat("'", replace_all(word.text, "'", "'\\''"), "'") : std::string{"\"$unknown\""});
        if (depth_ < deepest) read_shell(line, here_, effects_, depth_ + 1);
    }

    void program(std::string name)
    {
        if (!name.empty() && name.find_first_of("\n\"'") == std::string::npos) effects_.programs.push_back(std::move(name));
    }

    // A line of a notebook: !command
    void shell_line(std::string_view code)
    {
        const char* start = tokens_[at_].text.data() + 1;
        const std::string_view rest{start, static_cast<std::size_t>(code.data() + code.size() - start)};
        const std::string_view line = rest.substr(0, rest.find('\n'));
        if (depth_ < deepest) read_shell(line, here_, effects_, depth_ + 1);
        while (at_ + 1 < tokens_.size() && tokens_[at_ + 1].kind != Token::Kind::newline) ++at_;
    }

    std::string_view language_;
    const Surroundings& here_;
    Effects& effects_;
    int depth_;
    const Rows& rows_;
    CodeValues values_;
    std::vector<Token> tokens_;
    std::size_t at_ = 0;
};

}  // namespace

void read_calls(std::string_view language, std::string_view code, const Surroundings& here, Effects& effects, int depth)
{
    if (depth <= deepest) CallReader{language, here, effects, depth}.read(code);
}

}  // namespace oi::scan
