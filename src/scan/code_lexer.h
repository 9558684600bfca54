// Tokens of code in any of the usual languages: names, strings, numbers, marks. Comments are left out. Cost linear.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace oi::scan {

struct Token {
    enum class Kind : unsigned char { name, string, number, mark, newline };
    Kind kind = Kind::mark;
    // name: with what it is reached by ("os.path.join", ".unlink" behind a bracket); string: what is between its quotes;
    // newline: empty.
    std::string_view text;
    int line = 1;
    bool has_parts = false;  // a string with values in it: f"...{x}", `...${x}`
};

// How comments and strings look.
struct CodeStyle {
    bool has_hash_comments = false;   // # ...
    bool has_slash_comments = false;  // // ... and /* ... */
    bool has_dash_comments = false;   // -- ...
    bool has_templates = false;       // `...` with ${...}
    bool has_triple_quotes = false;
    bool always_has_parts = false;  // "..." may hold #{...} or $name
};

CodeStyle style_of(std::string_view language);

std::vector<Token> tokens_of(std::string_view code, const CodeStyle& style);

}  // namespace oi::scan
