// The shell's grammar, as far as reading needs it (POSIX.1-2017, Shell Command Language, and what bash adds).
#include "scan/shell_parser.h"

#include "base/text.h"
#include "scan/shell_lexer.h"

#include <algorithm>
#include <array>

namespace oi::scan {

namespace {

using Joint = ShellCommand::Joint;

constexpr std::array<std::string_view, 10> openers{"if", "then", "elif", "else", "while", "until", "do", "!", "{", "coproc"};
constexpr std::size_t longest_reserved = 8;  // "function"
constexpr std::array<std::string_view, 4> closers{"fi", "done", "esac", "}"};

template <std::size_t N>
bool is_in(const std::array<std::string_view, N>& words, std::string_view word)
{
    return std::find(words.begin(), words.end(), word) != words.end();
}

class Parser : public ShellLexer {
public:
    using ShellLexer::ShellLexer;

    // Until the end, or past the `)` that closes it.
    void list(bool is_nested)
    {
        Joint joint = Joint::sequence;
        while (!at_end()) {
            skip_blanks();
            if (at_end()) break;
            if (take(")")) {
                if (is_nested) return;
                continue;  // of a pattern of `case`
            }
            if (take_joint(joint)) continue;
            if (take("((")) {
                script_.is_plain = false;
                skip_past("))");
                continue;
            }
            if (take("(")) {
                subshell(joint);
                joint = Joint::sequence;
                continue;
            }
            const std::size_t before = position();
            command(joint);
            joint = Joint::sequence;
            if (position() == before) advance();  // whatever it is: on
        }
        if (is_nested) script_.is_whole = false;
    }

private:
    bool take_joint(Joint& joint)
    {
        if (std::string_view{"\n&|;"}.find(peek()) == std::string_view::npos) return false;
        if (take("\n")) {
            if (joint != Joint::pipe && joint != Joint::on_success && joint != Joint::on_failure) joint = Joint::sequence;
            read_documents();
        } else if (take("&&")) joint = Joint::on_success;
        else if (take("||")) joint = Joint::on_failure;
        else if (take("|&") || take("|")) joint = Joint::pipe;
        else if (take(";;")) {
            joint = Joint::sequence;
            if (cases_ > 0) pattern();
        } else if (take(";")) joint = Joint::sequence;
        else if (peek() == '&' && peek(1) != '>') {
            advance();
            script_.is_plain = false;  // in the background
            joint = Joint::sequence;
        } else return false;
        return true;
    }

    void subshell(Joint joint)
    {
        if (!descend()) return;
        emit({.kind = ShellCommand::Kind::open, .joint = joint, .line = line()});
        list(true);
        emit({.kind = ShellCommand::Kind::close, .line = line()});
        ascend();
    }

    // Past the `)` of a pattern, or nothing before `esac`.
    void pattern()
    {
        for (;;) {
            skip_blanks();
            if (!take("\n")) break;
        }
        if (starts_with("esac")) return;
        take("(");
        while (!at_end() && peek() != ')' && peek() != '\n') {
            if (peek() == '\'' || peek() == '"' || peek() == '\\') word();
            else advance();
        }
        take(")");
    }

    void command(Joint joint)
    {
        ShellCommand command{.joint = joint, .line = line()};
        while (!at_end()) {
            skip_blanks();
            if (at_end() || is_operator()) break;
            if (redirection(command)) continue;
            if (starts_function(command)) return;
            const std::size_t count = script_.commands.size();
            ShellWord next = word();
            if (command.words.empty() && next.is_literal() && !next.is_quoted && reserved(next.text, command)) {
                if (is_finished_) break;
                continue;
            }
            if (count != script_.commands.size()) script_.is_plain = false;  // a substitution
            if (command.words.empty() && assignment(next, command)) continue;
            command.words.push_back(std::move(next));
        }
        is_finished_ = false;
        if (!command.words.empty() || !command.assignments.empty() || !command.redirections.empty()) emit(std::move(command));
    }

    bool starts_function(const ShellCommand& command)
    {
        if (!take("()")) return false;
        script_.is_plain = false;  // the name before it is defined, not run
        (void)command;
        return true;
    }

    // What the word means at the start of a command. True: it has been dealt with.
    bool reserved(std::string_view word, ShellCommand& command)
    {
        if (word.size() > longest_reserved) return false;
        if (is_in(openers, word)) script_.is_plain = false;
        else if (is_in(closers, word)) {
            if (word == "esac" && cases_ > 0) --cases_;
            script_.is_plain = false;
        } else if (word == "for" || word == "select") loop();
        else if (word == "case") choice();
        else if (word == "function") {
            script_.is_plain = false;
            skip_blanks();
            this->word();
            take("()");
        } else if (word == "[[") {
            skip_past("]]");
            command.words.push_back({"[["});
        } else return false;
        return true;
    }

    void loop()
    {
        script_.is_plain = false;
        is_finished_ = true;
        skip_blanks();
        if (take("((")) return skip_past("))");
        ShellCommand loop{.kind = ShellCommand::Kind::loop, .line = line()};
        while (!at_end()) {
            skip_blanks();
            if (is_operator()) break;
            const std::size_t before = position();
            ShellWord next = word();
            if (position() == before) break;
            if (loop.words.size() == 1 && next.text == "in" && !next.is_quoted && !has_in_) has_in_ = true;
            else loop.words.push_back(std::move(next));
        }
        has_in_ = false;
        emit(std::move(loop));
    }

    void choice()
    {
        script_.is_plain = false;
        is_finished_ = true;
        skip_blanks();
        word();
        for (;;) {
            skip_blanks();
            if (!take("\n")) break;
        }
        if (!starts_with("in")) return;
        advance();
        advance();
        ++cases_;
        pattern();
    }

    bool assignment(ShellWord& next, ShellCommand& command)
    {
        // The name has to stand unquoted in the source, so it is at the start of the first literal piece.
        const std::string& head = next.is_literal() ? next.text : next.pieces.front().text;
        if (!next.is_literal() && next.pieces.front().kind != ShellPiece::Kind::text) return false;
        std::size_t end = name_length(head);
        if (end == 0) return false;
        std::string name = head.substr(0, end);
        if (end < head.size() && head[end] == '+') ++end;
        if (end >= head.size() || head[end] != '=') return false;
        ++end;
        next.text.erase(0, end);
        if (!next.is_literal()) next.pieces.front().text.erase(0, end);
        next.has_tilde = next.has_tilde || next.text.starts_with('~');
        command.assignments.emplace_back(std::move(name), std::move(next));
        return true;
    }

    bool redirection(ShellCommand& command)
    {
        std::size_t digits = 0;
        while (peek(digits) >= '0' && peek(digits) <= '9') ++digits;
        const char mark = peek(digits);
        if (mark != '<' && mark != '>' && mark != '&') return false;
        if (mark != '&' && peek(digits + 1) == '(') return false;
        constexpr std::array<std::string_view, 12> operations{"<<<", "<<-", "&>>", "<<", ">>", "<&", ">&", ">|", "<>", "&>", "<", ">"};
        for (const auto operation : operations) {
            if (rest().substr(std::min(digits, rest().size())).starts_with(operation)) {
                for (std::size_t i = 0; i < digits + operation.size(); ++i) advance();
                skip_blanks();
                const std::size_t count = script_.commands.size();
                command.redirections.push_back({std::string{operation}, word()});
                if (count != script_.commands.size()) script_.is_plain = false;
                if (operation == "<<" || operation == "<<-") expect_document(command.redirections.back().target.text, operation == "<<-");
                return true;
            }
        }
        return false;
    }

    int cases_ = 0;
    bool is_finished_ = false;
    bool has_in_ = false;
};

}  // namespace

void ShellLexer::nested_list() { static_cast<Parser*>(this)->list(true); }

ShellScript parse_shell(std::string_view code, int first_line)
{
    ShellScript script;
    script.commands.reserve(code.size() / 32 + 1);
    Parser parser{code, script, first_line, 0};
    parser.list(false);
    parser.finish();
    return script;
}

void parse_nested(std::string_view code, ShellScript& into, int line, int depth)
{
    Parser parser{code, into, line, depth};
    parser.list(false);
    parser.finish();
}

ShellWord parse_quoted(std::string_view text)
{
    ShellScript script;
    Parser parser{text, script, 1, 0};
    return parser.quoted_word();
}

}  // namespace oi::scan
