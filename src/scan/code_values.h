// CodeValues: what the variables and expressions of a cell hold, as far as they are texts and paths.
#pragma once

#include "scan/code_lexer.h"
#include "scan/effects.h"

#include <span>
#include <string>
#include <vector>

namespace oi::scan {

class CodeValues {
public:
    // `earlier`: what was set before, or null; it is only looked at.
    CodeValues(std::string_view language, const Surroundings& here, const Variables* earlier)
        : language_{language}, here_{here}, earlier_{earlier}
    {
    }

    // The texts that the expression may be; one that is not known where it is not a text.
    std::vector<PathText> evaluate(std::span<const Token> expression, int depth = 0) const;
    void set(std::string_view name, std::vector<PathText> values) { variables_[std::string{name}] = std::move(values); }
    // It has a value that is not known.
    void forget(std::string_view name) { set(name, {}); }
    const Variables& variables() const { return variables_; }
    Variables take_variables() { return std::move(variables_); }
    // The text of a string without its escapes, its parts filled in where they are known.
    PathText text_of(const Token& token) const;

private:
    std::vector<PathText> operand(std::span<const Token>& rest, int depth) const;
    std::vector<PathText> call(const Token& name, std::span<const Token> arguments, int depth) const;
    std::vector<PathText> named(std::string_view name) const;

    std::string_view language_;
    const Surroundings& here_;
    const Variables* earlier_;
    Variables variables_;
};

// The pieces between commas that are in no bracket.
std::vector<std::span<const Token>> split_arguments(std::span<const Token> tokens);
// How many tokens from an opening bracket to the one that closes it, both counted; all there are when none does.
std::size_t bracket_length(std::span<const Token> tokens);

}  // namespace oi::scan
