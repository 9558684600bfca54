// Brackets: how far it is from each opening bracket of a cell to the one that closes it, found once for all.
#pragma once

#include "scan/code_lexer.h"

#include <cstddef>
#include <span>
#include <vector>

namespace oi::scan {

class Brackets {
public:
    using Tokens = std::span<const Token>;

    Brackets() = default;
    // `all` outlives this, and stays where it is.
    explicit Brackets(Tokens all);

    // Of a part of these tokens: how many the first one takes with what is in its brackets.
    std::size_t length_at(Tokens rest) const;
    // The arguments between commas that are in no bracket, at most that many.
    std::vector<Tokens> arguments(Tokens inside, std::size_t most = 8) const;

private:
    Tokens all_;
    std::vector<std::size_t> lengths_;
};

}  // namespace oi::scan
