// Completer: what Tab makes of the word before the cursor.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace oi {

// Names of one kind ("model", "job"), asked for when Tab is pressed and not before.
using CompletionNames = std::function<std::vector<std::string>(std::string_view kind)>;

struct Completion {
    std::size_t from = 0;              // the text from here to the cursor
    std::string text;                  // becomes this: as much as all choices have in common
    std::vector<std::string> choices;  // as they are shown; more than one: the person has to go on
};

class Completer {
public:
    explicit Completer(CompletionNames names) : names_{std::move(names)} {}

    // In a line that begins with %: commands, and what completion.def and the commands' own rows say of their arguments. Elsewhere
    // paths. nullopt: there is no word before the cursor, or nothing fits it.
    std::optional<Completion> complete(std::string_view text, std::size_t cursor) const;

    // What the word at the end of a line that begins with % lacks, if one thing alone begins so. It asks for no names and looks
    // at no files: at every key there is no time for that.
    std::string rest_of_word(std::string_view line) const;

private:
    std::optional<Completion> command(std::string_view line, std::size_t from) const;
    std::vector<std::string> arguments(std::string_view command, std::string_view before) const;

    CompletionNames names_;
};

// Paths that begin as `word` does, shell quotes and backslashes understood; `from` is where the word stands in the text.
std::optional<Completion> complete_path(std::string_view word, std::size_t from);

// Where the word at the end of `line` begins: behind the last blank that is not quoted.
std::size_t shell_word_start(std::string_view line);

// The part that all have in common, whole characters.
std::string common_prefix(const std::vector<std::string>& words);

}  // namespace oi
