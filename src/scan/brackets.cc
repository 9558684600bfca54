// Pairs brackets; see brackets.h.
#include "scan/brackets.h"

#include <algorithm>

namespace oi::scan {

Brackets::Brackets(Tokens all) : all_{all}, lengths_(all.size(), 1)
{
    std::vector<std::size_t> open;
    for (std::size_t i = 0; i < all.size(); ++i) {
        if (all[i].kind != Token::Kind::mark) continue;
        const std::string_view text = all[i].text;
        if (text == "(" || text == "[" || text == "{") open.push_back(i);
        else if ((text == ")" || text == "]" || text == "}") && !open.empty()) {
            lengths_[open.back()] = i + 1 - open.back();
            open.pop_back();
        }
    }
    for (const std::size_t i : open) lengths_[i] = all.size() - i;
}

std::size_t Brackets::length_at(Tokens rest) const
{
    return std::min(lengths_[static_cast<std::size_t>(rest.data() - all_.data())], rest.size());
}

std::vector<Brackets::Tokens> Brackets::arguments(Tokens inside, std::size_t most) const
{
    std::vector<Tokens> pieces;
    std::size_t start = 0;
    std::size_t at = 0;
    while (at < inside.size() && pieces.size() < most) {
        if (inside[at].text == "," && inside[at].kind == Token::Kind::mark) {
            pieces.push_back(inside.subspan(start, at - start));
            start = at + 1;
        }
        at += length_at(inside.subspan(at));
    }
    if (start < inside.size() && pieces.size() < most) pieces.push_back(inside.subspan(start));
    return pieces;
}

}  // namespace oi::scan
