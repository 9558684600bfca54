// The words and marks around calls in text: tags, chat templates' tokens, fences, the tool's name.
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace oi::llm {

enum class TokenKind : unsigned char {
    none,
    debris,  // a chat template's token, or a tag in which calls come: <tool_call>, <|im_start|>
    word,    // what templates write between tokens: "assistant", "json"
    named,   // the tool's name, its arguments follow
    closer,  // the end of what debris opened
    scan,    // the bracket of JSON, or "execute("
    tag,     // <execute>, <function=execute>, <code language="python">: code or arguments follow
    rest,    // <|python_tag|>: the rest of the message is code
    fence,   // a whole opening line that may hold a call
};

// How the beginning of a text matches: it is a token, or may become one (or a longer one) with more bytes.
struct TokenMatch {
    TokenKind kind = TokenKind::none;
    bool may_grow = false;
    std::string_view closer{};    // of a tag: its name, as in </name>; of a fence: its marks
    std::string_view language{};  // of a tag
    std::string_view info{};      // of a fence
    bool is_certain = false;      // of a tag: it can be nothing but a call
};

TokenMatch match_token(std::string_view text, std::span<const std::string> languages);

// Marks of chat templates that may stand at the end of code; the text without them.
std::string_view without_debris(std::string_view code);
// How many bytes at the end of `code` may be the beginning of such marks.
std::size_t debris_size(std::string_view code);
// How many bytes at the end are a mark after which nothing belongs to the code: <|eot_id|>; 0: none.
std::size_t final_token_size(std::string_view text);

}  // namespace oi::llm
