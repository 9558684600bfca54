// CallScan: brackets, strings and the words that calls are made of.
#include "llm/reader/call_scan.h"

#include "base/text.h"
#include "llm/reader/language_names.h"

#include <algorithm>
#include <array>

namespace oi::llm {

namespace {

constexpr std::size_t deepest = 40;
constexpr std::size_t longest_word = 64;

constexpr std::array<std::string_view, 36> known_keys{"name",
                                                      "tool",
                                                      "tool_name",
                                                      "recipient_name",
                                                      "action",
                                                      "function_name",
                                                      "function",
                                                      "arguments",
                                                      "parameters",
                                                      "args",
                                                      "input",
                                                      "tool_input",
                                                      "action_input",
                                                      "kwargs",
                                                      "language",
                                                      "lang",
                                                      "programming_language",
                                                      "format",
                                                      "kernel",
                                                      "code",
                                                      "script",
                                                      "source",
                                                      "snippet",
                                                      "cmd",
                                                      "command",
                                                      "type",
                                                      "id",
                                                      "tool_calls",
                                                      "tool_uses",
                                                      "function_call",
                                                      "tool_call",
                                                      "role",
                                                      "index",
                                                      "call_id",
                                                      "tool_call_id",
                                                      "thought"};
constexpr std::array<std::string_view, 7> name_keys{"name", "tool", "tool_name", "recipient_name", "action", "function_name", "function"};
constexpr std::array<std::string_view, 7> argument_keys{"arguments", "parameters", "args", "input", "tool_input", "action_input", "kwargs"};
constexpr std::array<std::string_view, 5> language_keys{"language", "lang", "programming_language", "format", "kernel"};
constexpr std::array<std::string_view, 6> code_keys{"code", "script", "source", "snippet", "cmd", "command"};
constexpr std::array<std::string_view, 6> type_values{"function", "tool_call", "tool_use", "function_call", "tool", "custom"};

bool contains(std::span<const std::string_view> words, std::string_view word)
{
    return std::find(words.begin(), words.end(), word) != words.end();
}
bool is_space(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }
bool is_word(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '.' || c == '-' || c == '+';
}

}  // namespace

CallScan::Verdict CallScan::feed(char c)
{
    const Verdict verdict = step(c);
    return brackets_.size() > deepest ? Verdict::no : verdict;
}

void CallScan::begin_string(char quote)
{
    quote_ = quote;
    quotes_ = 1;
    is_triple_ = is_escaped_ = false;
    word_.clear();
    is_key_ = at_ == At::key_or_end;
    at_ = At::in_string;
}

CallScan::Verdict CallScan::step(char c)
{
    switch (at_) {
    case At::in_string: {
        const bool is_first = quotes_ > 0 && !is_triple_;
        if (is_escaped_) {
            is_escaped_ = false;
            return Verdict::open;
        }
        if (is_triple_) {
            quotes_ = c == quote_ ? quotes_ + 1 : 0;
            is_escaped_ = c == '\\';
            if (quotes_ == 3) at_ = At::after_quote;
            return Verdict::open;
        }
        if (c == quote_) {
            at_ = At::after_quote;
            quotes_ = is_first ? 2 : 0;  // "" may be the beginning of """
            return Verdict::open;
        }
        quotes_ = 0;
        is_escaped_ = c == '\\';
        if (word_.size() < longest_word) word_ += c;
        if (is_key_ && brackets_.back() != '(' && (c == '\n' || word_.size() >= longest_word)) return Verdict::no;
        return Verdict::open;
    }
    case At::after_quote: return after_quote(c);
    case At::in_word:
    case At::in_key:
        if (!is_word(c)) return end_word(c);
        if (word_.size() >= longest_word) return Verdict::no;
        word_ += c;
        return Verdict::open;
    default: break;
    }
    if (is_space(c)) return Verdict::open;
    switch (at_) {
    case At::value:
        if (c == '{' || c == '[' || c == '(') return open(c);
        if (brackets_.empty()) return Verdict::no;
        if (c == ']' && is_list()) return close(c);
        if (c == '"' || c == '\'' || c == '`') {
            if (is_list() && brackets_.size() == 1) return Verdict::no;
            begin_string(c);
            return Verdict::open;
        }
        if (!is_word(c)) return Verdict::no;
        word_ = c;
        at_ = At::in_word;
        return Verdict::open;
    case At::key_or_end:
        if (c == ',') return Verdict::open;
        if (c == '}' || c == ')') return close(c);
        if (c == '"' || c == '\'') {
            begin_string(c);
            return Verdict::open;
        }
        if (c == '{' && brackets_.back() == '(') return open(c);
        if (!is_word(c)) return Verdict::no;
        word_ = c;
        at_ = At::in_key;
        return Verdict::open;
    case At::after_key:
        if (c != ':' && c != '=') return Verdict::no;
        at_ = At::value;
        return Verdict::open;
    default:  // after_value
        if (c == ',') {
            at_ = is_list() ? At::value : At::key_or_end;
            key_.clear();
            return Verdict::open;
        }
        return close(c);
    }
}

CallScan::Verdict CallScan::open(char c)
{
    if (arguments_depth_ == 0 && (contains(argument_keys, key_) || c == '(')) arguments_depth_ = brackets_.size() + 1;
    if (arguments_depth_ == 0 && !brackets_.empty() && !is_list() && brackets_.back() != '(' && contains(code_keys, key_) && c != '[')
        return Verdict::no;
    if (arguments_depth_ == 0 && c == '[' && is_list()) return Verdict::no;
    brackets_ += c;
    key_.clear();
    at_ = c == '[' ? At::value : At::key_or_end;
    return Verdict::open;
}

CallScan::Verdict CallScan::close(char c)
{
    const char opener = c == '}' ? '{' : c == ']' ? '[' : c == ')' ? '(' : '\0';
    if (opener == '\0') return Verdict::no;
    // A bracket that was forgotten closes with the next outer one.
    while (!brackets_.empty() && brackets_.back() != opener) brackets_.pop_back();
    if (brackets_.empty()) return Verdict::no;
    brackets_.pop_back();
    if (brackets_.size() < arguments_depth_) arguments_depth_ = 0;
    at_ = At::after_value;
    return brackets_.empty() ? Verdict::whole : Verdict::open;
}

CallScan::Verdict CallScan::after_quote(char c)
{
    if (quotes_ == 2 && c == quote_) {
        is_triple_ = true;
        quotes_ = 0;
        at_ = At::in_string;
        return Verdict::open;
    }
    if (!is_triple_) quotes_ = 0;
    if (is_space(c)) return Verdict::open;
    const bool is_in_call = brackets_.back() == '(';
    if (is_key_ && (c == ':' || c == '=')) {
        at_ = At::after_key;
        return end_key() == Verdict::no ? Verdict::no : step(c);
    }
    if (is_key_ && !is_in_call) return Verdict::no;
    const bool is_closer = (c == '}' && has_open('{')) || (c == ']' && has_open('[')) || (c == ')' && has_open('('));
    if (c == ',' || is_closer) {
        at_ = At::after_value;
        const Verdict verdict = is_key_ ? Verdict::open : end_value();
        return verdict == Verdict::no ? verdict : step(c);
    }
    if (is_triple_) return Verdict::no;
    at_ = At::in_string;  // a quote that should have been escaped
    return step(c);
}

CallScan::Verdict CallScan::end_key()
{
    key_ = lower(word_);
    if (arguments_depth_ != 0 && brackets_.size() >= arguments_depth_) {
        if (key_ == "properties" || key_ == "$schema") return Verdict::no;  // tells of the tool
        has_code_ |= contains(code_keys, key_);
        return is_named_ || contains(known_keys, key_) ? Verdict::open : Verdict::no;
    }
    has_code_ |= contains(code_keys, key_);
    return contains(known_keys, key_) || key_ == "content" ? Verdict::open : Verdict::no;
}

CallScan::Verdict CallScan::end_value()
{
    if (is_list() || (arguments_depth_ != 0 && brackets_.size() >= arguments_depth_)) return Verdict::open;
    if (contains(name_keys, key_)) {
        is_named_ |= is_execute_name(word_);
        return is_execute_name(word_) || is_language(word_, languages_) ? Verdict::open : Verdict::no;
    }
    if (key_ == "type" && !contains(type_values, word_)) return Verdict::no;
    if (key_ == "role" && word_ != "assistant") return Verdict::no;
    if (key_ == "content" && !word_.empty()) return Verdict::no;
    if (!is_named_ && contains(language_keys, key_) && !is_language(word_, languages_)) return Verdict::no;
    return Verdict::open;
}

CallScan::Verdict CallScan::end_word(char c)
{
    if (at_ == At::in_key) {
        at_ = At::after_key;
        if (end_key() == Verdict::no) return Verdict::no;
        return step(c);
    }
    if (c == '(' && is_list() && brackets_.size() == 1) {
        if (!is_execute_name(word_)) return Verdict::no;
        is_named_ = true;
        return open(c);
    }
    if (is_list() && brackets_.size() == 1) return Verdict::no;
    const bool is_in_arguments = arguments_depth_ != 0 && brackets_.size() >= arguments_depth_;
    if (!is_in_arguments && (contains(name_keys, key_) || contains(code_keys, key_))) return Verdict::no;
    at_ = At::after_value;
    return step(c);
}

}  // namespace oi::llm
