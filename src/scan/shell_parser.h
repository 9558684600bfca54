// Shell code as simple commands: words, quotes, pipes, lists, subshells, redirections, here-documents. It runs and expands nothing.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace oi::scan {

struct ShellPiece {
    enum class Kind : unsigned char { text, variable, unknown };  // unknown: a substitution, arithmetic
    Kind kind = Kind::text;
    std::string text;      // literal; the variable's name; the source of what is unknown
    char operation = 0;    // of ${NAME:-x}: '-', of ${NAME%x}: '%'; 0: none
    std::string argument;  // of the operation
};

struct ShellWord {
    std::string text;                  // its literal parts, unquoted; what is not literal is left out
    std::vector<ShellPiece> pieces{};  // all parts, when some are not literal
    bool is_quoted = false;
    bool has_glob = false;   // an unquoted * ? [ or {
    bool has_tilde = false;  // an unquoted ~ at its start
    bool is_literal() const { return pieces.empty(); }
};

struct ShellRedirection {
    std::string operation;  // ">", ">>", "<", "<<", ">&" ...
    ShellWord target;
    std::string document{};  // of a here-document
};

struct ShellCommand {
    enum class Kind : unsigned char { simple, loop, open, close };  // loop: `for`, words: its name and values; open, close: of a subshell
    enum class Joint : unsigned char { sequence, on_success, on_failure, pipe };
    Kind kind = Kind::simple;
    Joint joint = Joint::sequence;  // with what stands before it
    int line = 1;
    std::vector<std::pair<std::string, ShellWord>> assignments{};
    std::vector<ShellWord> words{};
    std::vector<ShellRedirection> redirections{};
};

struct ShellScript {
    std::vector<ShellCommand> commands{};  // those of a substitution stand before the command that has it
    bool is_plain = true;                  // nothing but simple commands joined by newlines, ; && || and pipes, perhaps in parentheses
    bool is_whole = true;                  // no quote or bracket is left open
};

// Cost linear in `code`.
ShellScript parse_shell(std::string_view code, int first_line = 1);
// One word as between double quotes.
ShellWord parse_quoted(std::string_view text);

}  // namespace oi::scan
