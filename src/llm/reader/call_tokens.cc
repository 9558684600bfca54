// The marks that Llama, Qwen, DeepSeek, Gemma, Phi, Mistral, Kimi, GLM, gpt-oss and agents' prompts put around calls.
#include "llm/reader/call_tokens.h"

#include "base/text.h"
#include "llm/reader/language_names.h"

#include <algorithm>
#include <array>

namespace oi::llm {

namespace {

struct Literal {
    std::string_view text;
    TokenKind kind;
};

// DeepSeek's tokens are written with a fullwidth bar and a lower one-eighth block.
#define BAR "\xEF\xBD\x9C"
#define GAP "\xE2\x96\x81"

constexpr Literal literals[] = {
    {"<tool_call>", TokenKind::debris},
    {"<tool_calls>", TokenKind::debris},
    {"<function_call>", TokenKind::debris},
    {"<function_calls>", TokenKind::debris},
    {"<functioncall>", TokenKind::debris},
    {"<tool_use>", TokenKind::debris},
    {"<tools>", TokenKind::debris},
    {"<tool>", TokenKind::debris},
    {"<function>", TokenKind::debris},
    {"<action>", TokenKind::debris},
    {"<response>", TokenKind::debris},
    {"<|tool_call|>", TokenKind::debris},
    {"<|tool_calls|>", TokenKind::debris},
    {"<|tool_call>", TokenKind::debris},
    {"<|tool_calls_section_begin|>", TokenKind::debris},
    {"<|tool_call_begin|>", TokenKind::debris},
    {"<|tool_call_argument_begin|>", TokenKind::debris},
    {"[TOOL_CALLS]", TokenKind::debris},
    {"[TOOL_CALL]", TokenKind::debris},
    {"[ARGS]", TokenKind::debris},
    {"[INST]", TokenKind::debris},
    {"[/INST]", TokenKind::closer},
    {"<" BAR "tool" GAP "calls" GAP "begin" BAR ">", TokenKind::debris},
    {"<" BAR "tool" GAP "call" GAP "begin" BAR ">", TokenKind::debris},
    {"<" BAR "tool" GAP "sep" BAR ">", TokenKind::debris},
    {"<" BAR "Assistant" BAR ">", TokenKind::debris},
    {"<|im_start|>", TokenKind::debris},
    {"<|start_header_id|>", TokenKind::debris},
    {"<|end_header_id|>", TokenKind::debris},
    {"<|begin_of_text|>", TokenKind::debris},
    {"<|assistant|>", TokenKind::debris},
    {"<|start|>", TokenKind::debris},
    {"<|channel|>", TokenKind::debris},
    {"<|constrain|>", TokenKind::debris},
    {"<|message|>", TokenKind::debris},
    {"<start_of_turn>", TokenKind::debris},
    {"<bos>", TokenKind::debris},
    {"<s>", TokenKind::debris},
    {"<|im_end|>", TokenKind::closer},
    {"<|eot_id|>", TokenKind::closer},
    {"<|eom_id|>", TokenKind::closer},
    {"<|end|>", TokenKind::closer},
    {"<|call|>", TokenKind::closer},
    {"<|endoftext|>", TokenKind::closer},
    {"<|end_of_text|>", TokenKind::closer},
    {"<end_of_turn>", TokenKind::closer},
    {"<eos>", TokenKind::closer},
    {"</s>", TokenKind::closer},
    {"</tool_call>", TokenKind::closer},
    {"</tool_calls>", TokenKind::closer},
    {"</function_call>", TokenKind::closer},
    {"</function_calls>", TokenKind::closer},
    {"</functioncall>", TokenKind::closer},
    {"</function>", TokenKind::closer},
    {"</tool_use>", TokenKind::closer},
    {"</tools>", TokenKind::closer},
    {"</tool>", TokenKind::closer},
    {"</action>", TokenKind::closer},
    {"</response>", TokenKind::closer},
    {"<|/tool_call|>", TokenKind::closer},
    {"<|/tool_calls|>", TokenKind::closer},
    {"<tool_call|>", TokenKind::closer},
    {"<|tool_call_end|>", TokenKind::closer},
    {"<|tool_calls_section_end|>", TokenKind::closer},
    {"[/TOOL_CALLS]", TokenKind::closer},
    {"[/TOOL_CALL]", TokenKind::closer},
    {"<" BAR "tool" GAP "call" GAP "end" BAR ">", TokenKind::closer},
    {"<" BAR "tool" GAP "calls" GAP "end" BAR ">", TokenKind::closer},
    {"<" BAR "end" GAP "of" GAP "sentence" BAR ">", TokenKind::closer},
    {"executeexecute", TokenKind::closer},
    {"assistant", TokenKind::word},
    {"model", TokenKind::word},
    {"commentary", TokenKind::word},
    {"analysis", TokenKind::word},
    {"json", TokenKind::word},
    {"function", TokenKind::word},
    {":0", TokenKind::word},
    {":1", TokenKind::word},
    {":2", TokenKind::word},
    {"to=functions.execute", TokenKind::named},
    {"Action: execute", TokenKind::named},
    {"Action Input:", TokenKind::word},
    {"execute", TokenKind::named},
    {"functions.execute", TokenKind::named},
    {"call:execute", TokenKind::named},
    {"{", TokenKind::scan},
    {"[", TokenKind::scan},
    {"execute(", TokenKind::scan},
    {"functions.execute(", TokenKind::scan},
    {"default_api.execute(", TokenKind::scan},
    {"tools.execute(", TokenKind::scan},
    {"print(execute(", TokenKind::scan},
    {"print(functions.execute(", TokenKind::scan},
    {"print(default_api.execute(", TokenKind::scan},
    {"<arg_key>", TokenKind::tag},
    {"<|python_tag|>", TokenKind::rest},
};

constexpr std::size_t longest_tag = 100;
constexpr std::size_t longest_fence = 40;
constexpr std::size_t most_debris = 96;

// The value of name="value" (or 'value', or value) in a tag.
std::string_view attribute(std::string_view tag, std::string_view name)
{
    for (std::size_t at = tag.find(name); at != std::string_view::npos; at = tag.find(name, at + 1)) {
        if (at == 0 || (tag[at - 1] != ' ' && tag[at - 1] != '\t')) continue;
        auto rest = tag.substr(at + name.size());
        if (!rest.starts_with('=')) continue;
        rest.remove_prefix(1);
        const auto end = rest.starts_with('"') || rest.starts_with('\'') ? rest.find(rest.front(), 1) : rest.find_first_of(" \t>/");
        if (end == std::string_view::npos) return {};
        return rest.starts_with('"') || rest.starts_with('\'') ? rest.substr(1, end - 1) : rest.substr(0, end);
    }
    return {};
}

TokenMatch tag_token(std::string_view text, std::span<const std::string> languages)
{
    constexpr std::array<std::string_view, 8> names{"execute", "code",      "function",      "invoke",
                                                    "tool",    "tool_call", "function_call", "tool_use"};
    TokenMatch match;
    if (text.size() > longest_tag || !text.starts_with('<')) return match;
    const auto inside = text.substr(1);
    const auto name_end = std::min(inside.find_first_of(" \t\n=>/"), inside.size());
    const auto name = inside.substr(0, name_end);
    if (name_end == inside.size()) {
        match.may_grow = name.starts_with("execute_") ||
                         std::any_of(names.begin(), names.end(), [&](std::string_view known) { return known.starts_with(name); });
        return match;
    }
    const bool is_suffixed = name.starts_with("execute_");
    if (!is_suffixed && std::find(names.begin(), names.end(), name) == names.end()) return match;
    const auto end = inside.find_first_of(">\n");
    if (end == std::string_view::npos) {
        match.may_grow = true;
        return match;
    }
    if (inside[end] == '\n' || end + 1 != inside.size() || inside[end - 1] == '/') return match;
    const auto tag = inside.substr(0, end);
    std::string_view called = attribute(tag, "name");
    if (tag.starts_with("function=") || tag.starts_with("tool=")) called = trim(tag.substr(tag.find('=') + 1));
    if (called.starts_with('"') && called.size() > 2) called = called.substr(1, called.size() - 2);
    match.language = attribute(tag, "language").empty() ? attribute(tag, "lang") : attribute(tag, "language");
    if (is_suffixed) match.language = name.substr(8);
    match.closer = name;
    match.is_certain = !match.language.empty() || !called.empty();
    const bool is_language_known = is_language(match.language, languages);
    if (name == "execute" ? true : name == "code" || is_suffixed ? is_language_known : is_execute_name(called)) match.kind = TokenKind::tag;
    return match;
}

TokenMatch fence_token(std::string_view text)
{
    TokenMatch match;
    const char symbol = text.front();
    if (symbol != '`' && symbol != '~') return match;
    const std::size_t run = std::min(text.find_first_not_of(symbol), text.size());
    const auto line_end = text.find('\n');
    if (line_end == std::string_view::npos) {
        match.may_grow =
            text.size() <= longest_fence && (run >= 3 || run == text.size()) && text.find(symbol, run) == std::string_view::npos;
        return match;
    }
    if (run < 3) return match;
    match.closer = text.substr(0, run);
    match.info = trim(text.substr(run, line_end - run));
    constexpr std::array<std::string_view, 9> known{"",     "json",      "tool_call",     "tool_calls", "tool_code",
                                                    "tool", "tool-call", "function_call", "tool_use"};
    if (std::find(known.begin(), known.end(), match.info) != known.end()) match.kind = TokenKind::fence;
    return match;
}

constexpr std::string_view final_tokens[] = {"<|eot_id|>",    "<|eom_id|>", "<|im_end|>",   "<|end|>",
                                             "<|endoftext|>", "<|call|>",   "<end_of_turn>"};
constexpr std::string_view trailing_tokens[] = {"executeexecute", "execute",       "<|eot_id|>",    "<|eom_id|>",   "<|im_end|>",
                                                "<|end|>",        "<|endoftext|>", "<end_of_turn>", "</tool_call>", "<|call|>",
                                                "</s>",           "</execute>",    "<|im_start|>",  "[/TOOL_CALLS]"};

}  // namespace

TokenMatch match_token(std::string_view text, std::span<const std::string> languages)
{
    TokenMatch match = text.front() == '<' ? tag_token(text, languages) : fence_token(text);
    for (const auto& literal : literals) {
        if (literal.text.size() < text.size() || !literal.text.starts_with(text)) continue;
        if (literal.text.size() > text.size()) match.may_grow = true;
        else if (match.kind == TokenKind::none) match.kind = literal.kind;
        if (literal.kind == TokenKind::tag) match.closer = "tool_call";
    }
    return match;
}

std::size_t final_token_size(std::string_view text)
{
    for (const auto token : final_tokens)
        if (text.ends_with(token)) return token.size();
    return 0;
}

std::string_view without_debris(std::string_view code)
{
    for (;;) {
        const auto text = code.substr(0, code.find_last_not_of(" \t\r\n") + 1);
        if (text.ends_with("executeexecute")) {
            code = text;
            while (code.ends_with("execute")) code.remove_suffix(7);
            continue;
        }
        const auto found = std::find_if(std::begin(trailing_tokens) + 2, std::end(trailing_tokens),
                                        [&](std::string_view token) { return text.ends_with(token); });
        if (found == std::end(trailing_tokens)) return code;
        code = text.substr(0, text.size() - found->size());
    }
}

std::size_t debris_size(std::string_view code)
{
    const std::size_t begin = code.size() - std::min(code.size(), most_debris);
    for (std::size_t at = code.find_first_of("e<[", begin); at != std::string_view::npos; at = code.find_first_of("e<[", at + 1)) {
        auto rest = code.substr(at);
        for (bool is_known = true; is_known;) {
            is_known = false;
            for (const auto token : trailing_tokens) {
                if (token.starts_with(rest)) return code.size() - at;
                if (token == "executeexecute" || !rest.starts_with(token)) continue;
                rest.remove_prefix(token.size());
                rest.remove_prefix(std::min(rest.find_first_not_of(" \r\n"), rest.size()));
                is_known = true;
                break;
            }
            if (rest.empty()) return code.size() - at;
        }
    }
    return 0;
}

}  // namespace oi::llm
