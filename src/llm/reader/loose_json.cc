// LooseValue: a recursive parser that never fails, only ends early.
#include "llm/reader/loose_json.h"

#include "base/text.h"
#include "llm/reader/arguments_reader.h"

#include <utility>

namespace oi::llm {

namespace {

constexpr int deepest = 48;
constexpr std::size_t longest_key = 40;

bool is_space(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }
bool is_word(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '.' || c == '-' || c == '+';
}
bool is_quote(char c) { return c == '"' || c == '\'' || c == '`'; }

class Parser {
public:
    explicit Parser(std::string_view text) : text_{text} {}

    LooseText read()
    {
        LooseText result;
        result.value = value('\0', 0);
        result.end = at_;
        result.is_cut = is_cut_;
        result.is_string_cut = is_string_cut_;
        return result;
    }

private:
    char peek() const { return at_ < text_.size() ? text_[at_] : '\0'; }
    bool is_end() const { return at_ >= text_.size(); }
    std::size_t skip(std::size_t at) const
    {
        while (at < text_.size() && is_space(text_[at])) ++at;
        return at;
    }

    LooseValue value(char closer, int depth)
    {
        at_ = skip(at_);
        if (is_end() || depth > deepest) {
            is_cut_ = true;
            at_ = text_.size();
            return {};
        }
        const char c = peek();
        if (c == '{' || c == '[' || c == '(') {
            ++at_;
            return container(c == '{' ? '}' : c == '[' ? ']' : ')', depth);
        }
        if (is_quote(c)) return string(c, closer);
        return word(depth);
    }

    LooseValue word(int depth)
    {
        const std::size_t begin = at_;
        while (!is_end() && is_word(peek())) ++at_;
        if (at_ == begin) ++at_;  // what nobody expects is passed over
        LooseValue result{.kind = LooseValue::Kind::word, .text = std::string{text_.substr(begin, at_ - begin)}, .items = {}, .keys = {}};
        if (peek() != '(' || !is_word(result.text.back())) return result;
        ++at_;
        LooseValue arguments = container(')', depth);
        if (result.text == "print") return arguments.items.empty() ? LooseValue{} : std::move(arguments.items.front());
        if (arguments.items.size() == 1 && arguments.items.front().is_object()) {
            LooseValue only = std::move(arguments.items.front());
            arguments = std::move(only);
        }
        result.kind = LooseValue::Kind::string;
        LooseValue call{.kind = LooseValue::Kind::object, .text = {}, .items = {}, .keys = {"name", "arguments"}};
        call.items.push_back(std::move(result));
        call.items.push_back(std::move(arguments));
        return call;
    }

    LooseValue container(char closer, int depth)
    {
        LooseValue result{.kind = closer == ']' ? LooseValue::Kind::list : LooseValue::Kind::object, .text = {}, .items = {}, .keys = {}};
        for (;;) {
            while (!is_end() && (is_space(peek()) || peek() == ',' || peek() == ';')) ++at_;
            if (is_end()) {
                is_cut_ = true;
                return result;
            }
            const char c = peek();
            if (c == '}' || c == ']' || c == ')') {
                if (c == closer) ++at_;
                else is_cut_ = true;  // left to an outer bracket
                return result;
            }
            is_at_key_ = closer != ']';
            LooseValue item = value(closer, depth + 1);
            is_at_key_ = false;
            std::string key;
            if (closer != ']' && (item.is_string() || item.kind == LooseValue::Kind::word)) {
                const std::size_t next = skip(at_);
                if (next < text_.size() && (text_[next] == ':' || text_[next] == '=')) {
                    at_ = next + 1;
                    key = std::move(item.text);
                    item = value(closer, depth + 1);
                }
            }
            result.items.push_back(std::move(item));
            result.keys.push_back(std::move(key));
        }
    }

    // Whether the quote before `at` ends the string, to judge by what follows.
    bool ends(std::size_t at, char closer, bool is_key) const
    {
        at = skip(at);
        if (at >= text_.size()) return true;
        const char c = text_[at];
        if (is_key && (c == ':' || c == '=')) return true;
        if (closer == '\0') return false;
        if (c == closer || c == '}') {
            at = skip(at + 1);
            return at >= text_.size() || std::string_view{"}]),;<`"}.find(text_[at]) != std::string_view::npos || text_[at] == '|';
        }
        const bool is_comma_missing = is_quote(c) && closer == '}' && !is_key;
        if (c != ',' && !is_comma_missing) return false;
        if (closer == ']') return true;
        if (c == ',') at = skip(at + 1);
        if (at >= text_.size() || text_[at] == '{' || text_[at] == closer) return true;
        if (is_key) return true;
        if (closer == ')' && is_quote(text_[at])) return true;
        const bool is_quoted = is_quote(text_[at]);
        std::size_t end = at + (is_quoted ? 1 : 0);
        while (end < text_.size() && end - at < longest_key && is_word(text_[end])) ++end;
        if (is_quoted && (end >= text_.size() || text_[end++] != text_[at])) return end >= text_.size();
        end = skip(end);
        return end >= text_.size() || text_[end] == ':' || text_[end] == '=';
    }

    LooseValue string(char quote, char closer)
    {
        const bool is_key = std::exchange(is_at_key_, false);
        const std::string triple(3, quote);
        const bool is_triple = text_.substr(at_, 3) == triple;
        at_ += is_triple ? 3 : 1;
        const std::size_t begin = at_;
        for (;; ++at_) {
            if (is_end()) {
                is_cut_ = is_string_cut_ = true;
                break;
            }
            if (text_[at_] == '\\') {
                if (at_ + 1 < text_.size()) ++at_;
                continue;
            }
            if (text_[at_] != quote) continue;
            if (is_triple ? text_.substr(at_, 3) == triple : ends(at_ + 1, closer, is_key)) break;
        }
        const std::string_view raw = text_.substr(begin, std::min(at_, text_.size()) - begin);
        if (!is_end()) at_ += is_triple ? 3 : 1;
        LooseValue result{.kind = LooseValue::Kind::string, .text = decode_json_string(raw), .items = {}, .keys = {}};
        if (is_triple && result.text.starts_with('\n')) result.text.erase(0, 1);
        return result;
    }

    std::string_view text_;
    std::size_t at_ = 0;
    bool is_at_key_ = false;
    bool is_cut_ = false;
    bool is_string_cut_ = false;
};

}  // namespace

const LooseValue* LooseValue::find(std::string_view key) const
{
    for (std::size_t i = 0; i < keys.size(); ++i)
        if (lower(keys[i]) == key) return &items[i];
    return nullptr;
}

LooseText read_loose(std::string_view text) { return Parser{text}.read(); }

}  // namespace oi::llm
