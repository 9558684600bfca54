// Reads code of the languages in calls.def: assignments, loops and calls, in the order they stand.
#include "scan/brackets.h"
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

enum class Effect : unsigned char {
    write,
    change,
    copy,
    move,
    remove,
    remove_tree,
    network,
    host,
    shell,
    start,
    open,
    install,
    code,
    eval
};
constexpr int self = -1;
constexpr int deepest = 6;
constexpr std::size_t most_words = 200;  // of a program's arguments that are looked at

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
    CallReader(std::string_view language, const Surroundings& here, Effects& effects, int depth, const Variables* earlier)
        : language_{language}, here_{here}, effects_{effects}, depth_{depth}, rows_{rows_of(language)}, values_{language, here, earlier}
    {
    }

    void read(std::string_view code)
    {
        tokens_ = tokens_of(code, style_of(language_));
        brackets_ = Brackets{tokens_};
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
        if (depth_ == 0) effects_.variables = values_.take_variables();
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
            end += brackets_.length_at(rest.subspan(end));
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
        if (changes(equals)) return;
        if (equals + 1 >= tokens_.size() || tokens_[equals].text != "=" || tokens_[equals + 1].text == "=") return;
        if (tokens_[equals].kind != Token::Kind::mark) return;
        const Tokens expression = statement(equals + 1);
        if (!expression.empty() && expression.size() < 60) values_.set(tokens_[at_].text, values_.evaluate(expression));
    }

    // x += ..., x, y = ..., del x: no value of these is known afterwards.
    bool changes(std::size_t at)
    {
        const std::string_view name = tokens_[at_].text;
        if (name == "del" && at < tokens_.size() && tokens_[at].kind == Token::Kind::name) values_.forget(tokens_[at].text);
        if (at + 1 >= tokens_.size() || tokens_[at].kind != Token::Kind::mark) return false;
        constexpr std::string_view operators = "+-*/%|&^.";
        if (operators.find(tokens_[at].text[0]) != std::string_view::npos && tokens_[at + 1].text == "=") {
            values_.forget(name);
            return true;
        }
        if (tokens_[at].text != ",") return false;
        std::size_t end = at;
        while (end < tokens_.size() && end < at + 20 && (tokens_[end].text == "," || tokens_[end].kind == Token::Kind::name)) ++end;
        if (end >= tokens_.size() || tokens_[end].text != "=") return false;
        for (std::size_t i = at_; i < end; ++i)
            if (tokens_[i].kind == Token::Kind::name) values_.forget(tokens_[i].text);
        return true;
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
            end += brackets_.length_at(rest.subspan(end));
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
            const std::size_t length = brackets_.length_at(brackets);
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
        const auto pieces = brackets_.arguments(inside);
        if (row.effect == Effect::move || row.effect == Effect::copy) return relocate(row, pieces, object);
        std::vector<PathText> values = std::move(object);
        const auto index = static_cast<std::size_t>(std::max(row.argument, 0));
        if (row.argument != self) {
            values.clear();
            if (index < pieces.size()) values = values_.evaluate(pieces[index]);
        }
        switch (row.effect) {
        case Effect::open:
            if (const auto mode = mode_of(pieces); mode.find_first_of("wax+") != std::string_view::npos)
                touch(values, effects_.writes, {.replaces = mode.find('w') != std::string_view::npos});
            return;
        case Effect::write: return touch(values, effects_.writes, {.replaces = true});
        case Effect::change: return touch(values, effects_.writes, {});
        case Effect::copy:
        case Effect::move: return;
        case Effect::remove: return touch(values, effects_.deletes, {});
        case Effect::remove_tree: return touch(values, effects_.deletes, {.has_all_below = true});
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
            return;
        case Effect::eval: return run_text(values);
        }
    }

    // Code of this language that is a text.
    void run_text(const std::vector<PathText>& values)
    {
        for (const auto& value : values) {
            if (!value.is_known()) effects_.has_made_code = true;
            const std::string code = replace_all(with_holes(value), std::string_view{&hole, 1}, "unknown");
            read_calls(language_, code, here_, effects_, depth_ + 1, &values_.variables());
        }
    }

    // From the first argument to another one, or from the object of a method to its argument.
    void relocate(const CallRow& row, const std::vector<Tokens>& pieces, const std::vector<PathText>& object)
    {
        const bool is_method = row.argument == self;
        const auto target = is_method ? 0 : static_cast<std::size_t>(row.argument);
        if (target >= pieces.size()) return;
        const auto sources = is_method ? object : values_.evaluate(pieces[0]);
        // Tables and texts have methods of these names too.
        if (is_method && (pieces.size() != 1 || sources.empty() || !sources[0].is_known())) return;
        Touched made{.replaces = true};
        if (sources.size() == 1 && sources[0].is_known()) made.into = sources[0].text.substr(sources[0].text.rfind('/') + 1);
        touch(values_.evaluate(pieces[target]), effects_.writes, made);
        if (row.effect == Effect::move) touch(sources, effects_.moves, {});
    }

    // Of open(path, mode); empty: it says none.
    static std::string_view mode_of(const std::vector<Tokens>& pieces)
    {
        for (std::size_t i = 1; i < pieces.size(); ++i) {
            Tokens piece = pieces[i];
            if (piece.size() == 3 && piece[0].text == "mode") piece = piece.subspan(2);
            if (piece.size() == 1 && piece[0].kind == Token::Kind::string && piece[0].text.size() <= 4) return piece[0].text;
        }
        return {};
    }

    // `like`: what is true of all of them.
    void touch(const std::vector<PathText>& values, std::vector<Touched>& list, Touched like)
    {
        like.folder = here_.folder;
        like.line = tokens_[std::min(at_, tokens_.size() - 1)].line;
        for (const auto& value : values) {
            if (list.size() >= most_touched) return;
            list.push_back(like);
            list.back().path = value;
        }
    }

    void run_shell(const std::vector<PathText>& values)
    {
        for (const auto& value : values) {
            if (with_holes(value).starts_with(hole)) effects_.has_made_code = true;
            if (!value.text.empty() && depth_ < deepest) read_shell(as_shell_code(value), here_, effects_, depth_ + 1);
        }
    }

    // A command line, or a list of words.
    void start(const std::vector<Tokens>& pieces)
    {
        if (pieces.empty()) return;
        Tokens first = pieces[0];
        const bool is_list = !first.empty() && first[0].text == "[";
        std::vector<PathText> words;
        if (is_list) {
            for (const auto piece : brackets_.arguments(first.subspan(1, std::max<std::size_t>(first.size(), 2) - 2), most_words))
                words.push_back(values_.evaluate(piece).front());
        } else {
            words = values_.evaluate(first);
            words.resize(std::min<std::size_t>(words.size(), 1));
            // child_process.spawn("rm", ["-rf", path])
            if (pieces.size() > 1 && !pieces[1].empty() && pieces[1][0].text == "[")
                for (const auto piece :
                     brackets_.arguments(pieces[1].subspan(1, std::max<std::size_t>(pieces[1].size(), 2) - 2), most_words))
                    words.push_back(values_.evaluate(piece).front());
        }
        if (words.empty()) return;
        if (words.size() == 1) {
            run_shell(words);
            return program(words[0].text.substr(0, words[0].text.find(' ')));
        }
        program(words[0].text);
        std::string line;
        for (const auto& word : words) line += cat(line.empty() ? "" : " ", quoted(word));
        if (depth_ < deepest) read_shell(line, here_, effects_, depth_ + 1);
    }

    // One word of a shell.
    static std::string quoted(const PathText& word)
    {
        if (word.is_known()) return cat("'", replace_all(word.text, "'", "'\\''"), "'");
        PathText escaped = word;
        escaped.holed.clear();
        for (const char c : word.holed) {
            if (std::string_view{"\"\\$`"}.find(c) != std::string_view::npos) escaped.holed += '\\';
            escaped.holed += c;
        }
        return cat("\"", as_shell_code(escaped), "\"");
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
    Brackets brackets_;
    std::size_t at_ = 0;
};

}  // namespace

void read_calls(std::string_view language, std::string_view code, const Surroundings& here, Effects& effects, int depth,
                const Variables* earlier)
{
    if (depth <= deepest) CallReader{language, here, effects, depth, earlier}.read(code);
}

}  // namespace oi::scan
