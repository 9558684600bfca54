// Reads shell code: goes through its commands in order, with the folder and the variables as they would be then.
#include "scan/effects.h"

#include "base/text.h"
#include "scan/shell_parser.h"
#include "scan/shell_programs.h"
#include "scan/shell_values.h"

#include <algorithm>
#include <array>
#include <optional>

namespace oi::scan {

namespace {

using Kind = ShellCommand::Kind;
using Words = std::span<const ShellWord>;
constexpr int deepest = 6;  // code within code within code

// Programs that run another one: how many words of their own come before it, options apart, and which options take a word.
struct Wrapper {
    std::string_view program;
    std::size_t words;
    std::string_view takes;
};
constexpr std::array<Wrapper, 17> wrappers{{{"sudo", 0, " -u -g -C -h -p -U "},
                                            {"doas", 0, " -u "},
                                            {"env", 0, " -u -C "},
                                            {"nice", 0, " -n "},
                                            {"nohup", 0, ""},
                                            {"timeout", 1, " -k -s "},
                                            {"time", 0, ""},
                                            {"command", 0, ""},
                                            {"builtin", 0, ""},
                                            {"exec", 0, " -a "},
                                            {"xargs", 0, " -I -n -P -L -d -s -a "},
                                            {"stdbuf", 0, " -i -o -e "},
                                            {"setsid", 0, ""},
                                            {"ionice", 0, " -c -n -p "},
                                            {"watch", 0, " -n "},
                                            {"busybox", 0, ""},
                                            {"chroot", 1, ""}}};

std::string base_name(std::string_view program) { return std::string{program.substr(program.rfind('/') + 1)}; }

std::string_view language_of(std::string_view program)
{
    if (program == "bash" || program == "sh" || program == "zsh" || program == "dash" || program == "ksh") return "shell";
    if (program.starts_with("python")) return "python";
    if (program == "node" || program == "bun" || program == "deno") return "javascript";
    if (program == "ruby" || program == "perl" || program == "php") return program;
    if (program == "pwsh" || program == "powershell") return "powershell";
    return {};
}

class ShellReader {
public:
    ShellReader(const Surroundings& here, Effects& effects, int depth, const Variables* earlier)
        : scene_{here, ShellValues{here, earlier}, effects, depth}
    {
    }

    Variables take_variables() { return scene_.values.take_variables(); }

    void read(const ShellScript& script)
    {
        for (const auto& command : script.commands) {
            if (command.kind == Kind::open) scene_.values.enter_subshell();
            else if (command.kind == Kind::close) scene_.values.leave_subshell();
            else if (command.kind == Kind::loop) loop(command);
            else simple(command);
        }
    }

private:
    void loop(const ShellCommand& command)
    {
        if (command.words.size() < 2) return;
        std::vector<PathText> values;
        for (const auto& word : Words{command.words}.subspan(1))
            for (auto& value : scene_.values.expand(word))
                if (values.size() < 20) values.push_back(std::move(value));
        scene_.values.set(command.words[0].text, std::move(values));
    }

    void simple(const ShellCommand& command)
    {
        if (command.joint != ShellCommand::Joint::pipe) {
            scene_.found.clear();
            piped_.reset();
        }
        for (const auto& [name, value] : command.assignments)
            if (command.words.empty()) scene_.values.set(name, scene_.values.expand(value));
        for (const auto& redirection : command.redirections) redirect(redirection, command.line);
        if (command.words.empty()) return;
        run(command.words, command);
        piped_ = output_of(command);
    }

    // What a command writes, where the code tells: `echo`, `printf` of one text, `cat` of a here-document.
    std::optional<PathText> output_of(const ShellCommand& command) const
    {
        const std::string& program = command.words[0].text;
        if (program == "cat" && command.words.size() == 1)
            for (const auto& redirection : command.redirections)
                if (!redirection.document.empty()) return PathText{.text = redirection.document};
        const bool is_printf = program == "printf" && command.words.size() == 2;
        if (program != "echo" && !is_printf) return {};
        PathText text;
        for (const auto& word : Words{command.words}.subspan(1)) {
            if (text.text.empty() && text.is_known() && word.text.starts_with('-')) continue;
            const PathText next = scene_.values.value(word);
            const std::string holed = cat(with_holes(text), " ", with_holes(next));
            text.unknown.insert(text.unknown.end(), next.unknown.begin(), next.unknown.end());
            (text.is_known() ? text.text : text.holed) = holed;
        }
        text.text = replace_all(std::move(text.text), "\\n", "\n");
        return text;
    }

    void redirect(const ShellRedirection& redirection, int line)
    {
        const std::string& operation = redirection.operation;
        if (operation.find('>') == std::string::npos || operation == "<>") return;
        for (auto& path : scene_.values.expand(redirection.target)) {
            const bool is_descriptor = operation == ">&" && (path.text == "-" || to_integer(path.text));
            if (is_descriptor || path.text.empty()) continue;
            if (is_disk(path.text)) scene_.effects.wipes.push_back(path.text);
            if (scene_.effects.writes.size() >= most_touched) return;
            scene_.effects.writes.push_back({.path = std::move(path),
                                             .folder = scene_.values.folder(),
                                             .line = line,
                                             .replaces = operation.find(">>") == std::string::npos});
        }
    }

    void run(Words words, const ShellCommand& command)
    {
        const std::string program = base_name(scene_.values.value(words[0]).text);
        const Words arguments = words.subspan(1);
        if (is_builtin(program, arguments)) return;
        for (const auto& wrapper : wrappers)
            if (wrapper.program == program) return run_wrapped(wrapper, arguments, command);
        if (const auto language = language_of(program); !language.empty()) return interpreter(language, arguments, command);
        read_program({program, arguments, command.line}, scene_);
    }

    bool is_builtin(std::string_view program, Words arguments)
    {
        if (program == "cd" || program == "pushd") {
            const auto target = std::find_if(arguments.begin(), arguments.end(),
                                             [](const ShellWord& word) { return !word.text.starts_with('-') || word.text == "-"; });
            scene_.values.change_folder(target == arguments.end() ? PathText{} : scene_.values.value(*target));
        } else if (program == "export" || program == "declare" || program == "local" || program == "readonly" || program == "typeset") {
            for (const auto& word : arguments) declare(word);
        } else if (program == "unset") {
            for (const auto& word : arguments) scene_.values.unset(word.text);
        } else if (program == "read") {
            for (const auto& word : arguments)
                if (!word.text.starts_with('-')) read_variable(word.text);
        } else if (program == "eval" || program == "trap") {
            evaluate(program == "trap" ? arguments.first(std::min<std::size_t>(1, arguments.size())) : arguments);
        } else if (program == "source" || program == ".") {
            if (!arguments.empty() && is_substitution(arguments[0])) scene_.effects.has_made_code = true;
        } else return false;
        return true;
    }

    // Each name that a list gives, as far as it is known what the list is of.
    void read_variable(const std::string& name)
    {
        std::vector<PathText> values;
        for (const auto& found : scene_.found) {
            values.push_back(found.path);
            values.back().text += "/*";
            values.back().has_glob = true;
        }
        scene_.values.set(name, std::move(values));
    }

    void declare(const ShellWord& word)
    {
        const auto equals = word.text.find('=');
        if (equals == std::string::npos) return;
        ShellWord value = word;
        value.text.erase(0, equals + 1);
        if (!value.is_literal()) value.pieces.front().text.erase(0, equals + 1);
        value.has_tilde = value.text.starts_with('~');
        scene_.values.set(word.text.substr(0, equals), scene_.values.expand(value));
    }

    void evaluate(Words words)
    {
        std::string code;
        for (const auto& word : words) {
            const PathText value = scene_.values.value(word);
            if (code.empty() && with_holes(value).starts_with(hole)) scene_.effects.has_made_code = true;
            code += cat(as_shell_code(value), " ");
        }
        if (scene_.depth < deepest) nested_shell(code);
    }

    // <(...) or $(...) as a whole word: what it writes.
    static bool is_substitution(const ShellWord& word)
    {
        return word.text.empty() && !word.is_quoted && !word.pieces.empty() && word.pieces.size() <= 2 &&
               word.pieces.back().kind == ShellPiece::Kind::unknown && word.pieces.back().text.starts_with("$(");
    }

    // In the same session: what it sets is set.
    void nested_shell(const std::string& code)
    {
        ++scene_.depth;
        read(parse_shell(code));
        --scene_.depth;
    }

    void run_wrapped(const Wrapper& wrapper, Words arguments, const ShellCommand& command)
    {
        if (wrapper.program == "sudo" || wrapper.program == "doas") scene_.effects.has_privilege = true;
        std::size_t at = 0;
        std::size_t own = wrapper.words;
        for (; at < arguments.size(); ++at) {
            const std::string_view word = arguments[at].text;
            if (word.starts_with('-')) at += wrapper.takes.find(cat(" ", word, " ")) != std::string_view::npos ? 1 : 0;
            else if (wrapper.program == "env" && word.find('=') != std::string_view::npos) continue;
            else if (own > 0) --own;
            else break;
        }
        if (at >= arguments.size()) return;
        const Words inner = arguments.subspan(at);
        if (wrapper.program == "xargs" && base_name(inner[0].text) == "rm") remove_found(inner);
        if (++wrapped_ < 20) run(inner, command);
        --wrapped_;
    }

    // `find ... | xargs rm`
    void remove_found(Words inner)
    {
        const bool has_all_below = std::any_of(inner.begin(), inner.end(), [](const ShellWord& word) {
            return word.text.starts_with('-') && word.text.find_first_of("rR") != std::string::npos;
        });
        for (auto found : scene_.found) {
            found.has_all_below = has_all_below || !found.is_filtered;
            scene_.effects.deletes.push_back(std::move(found));
        }
    }

    void interpreter(std::string_view language, Words arguments, const ShellCommand& command)
    {
        bool reads_stdin = true;
        for (std::size_t i = 0; i < arguments.size(); ++i) {
            const std::string_view option = arguments[i].text;
            if (language == "python" && option == "-m" && i + 1 < arguments.size()) return run(arguments.subspan(i + 1), command);
            const bool is_code = option == "-e" || option == "-c" || option == "-r" || option == "--eval" || option == "-Command" ||
                                 (language == "shell" && option.starts_with('-') && !option.starts_with("--") && option.ends_with('c'));
            if (is_code && i + 1 < arguments.size()) return run_text(language, scene_.values.value(arguments[i + 1]));
            if (option.starts_with('-') && option != "-s") continue;
            if (is_substitution(arguments[i])) scene_.effects.has_made_code = true;
            reads_stdin = option == "-s";
            break;
        }
        for (const auto& redirection : command.redirections) {
            if (redirection.operation.find('<') != std::string::npos) reads_stdin = false;
            if (!redirection.document.empty()) run_text(language, {.text = redirection.document});
            else if (redirection.operation == "<<<") run_text(language, scene_.values.value(redirection.target));
        }
        if (!reads_stdin || command.joint != ShellCommand::Joint::pipe) return;
        if (piped_) run_text(language, *piped_);
        else scene_.effects.has_made_code = true;
    }

    // Code as a text, in a program of its own.
    void run_text(std::string_view language, const PathText& code)
    {
        if (with_holes(code).starts_with(hole)) scene_.effects.has_made_code = true;
        const bool is_shell = language == "shell" || language == "zsh";
        read_nested(language, is_shell ? as_shell_code(code) : code.text, at_this_place(), scene_.effects, scene_.depth + 1);
    }

    const Surroundings& at_this_place()
    {
        if (scene_.values.folder() == scene_.here.folder) return scene_.here;
        if (!place_) place_ = scene_.here;
        place_->folder = scene_.values.folder();
        return *place_;
    }

    ShellScene scene_;
    std::optional<PathText> piped_{};      // what the command before the pipe writes; empty: it is not known
    std::optional<Surroundings> place_{};  // of code in a program of its own, when it is another one
    int wrapped_ = 0;
};

}  // namespace

void read_shell(std::string_view code, const Surroundings& here, Effects& effects, int depth, const Variables* earlier)
{
    if (depth > deepest) return;
    ShellReader reader{here, effects, depth, earlier};
    reader.read(parse_shell(code));
    if (depth == 0) effects.variables = reader.take_variables();
}

}  // namespace oi::scan
