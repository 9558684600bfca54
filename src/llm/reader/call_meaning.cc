// What a call means: keys and names in the spellings that models are known to use.
#include "llm/reader/call_meaning.h"

#include "base/text.h"
#include "llm/reader/language_names.h"

#include <algorithm>
#include <array>
#include <optional>

namespace oi::llm {

namespace {

using Names = std::span<const std::string_view>;
constexpr std::array<std::string_view, 4> name_keys{"name", "tool", "tool_name", "recipient_name"};
constexpr std::array<std::string_view, 3> action_keys{"action", "function_name", "function"};
constexpr std::array<std::string_view, 7> argument_keys{"arguments", "parameters", "args", "input", "tool_input", "action_input", "kwargs"};
constexpr std::array<std::string_view, 5> language_keys{"language", "lang", "programming_language", "format", "kernel"};
constexpr std::array<std::string_view, 6> code_keys{"code", "script", "source", "input", "content", "snippet"};
constexpr std::array<std::string_view, 2> command_keys{"cmd", "command"};

const LooseValue* any_of(const LooseValue& object, Names names)
{
    for (const auto name : names)
        if (const LooseValue* found = object.find(name)) return found;
    return nullptr;
}

// A string, or the lines of a list of strings.
std::optional<std::string> text_of(const LooseValue& value)
{
    if (value.is_string()) return value.text;
    if (value.kind != LooseValue::Kind::list) return {};
    std::string text;
    for (const auto& line : value.items) {
        if (!line.is_string()) return {};
        if (&line != &value.items.front() && !text.ends_with('\n')) text += '\n';
        text += line.text;
    }
    return text;
}

struct Written {
    std::string language;
    std::string code;
    bool is_command = false;
};

// What {"language": .., "code": ..} holds, or execute("python", "1").
std::optional<Written> code_in(const LooseValue& object)
{
    Written written;
    if (const LooseValue* language = any_of(object, language_keys); language && language->is_string()) written.language = language->text;
    const LooseValue* code = any_of(object, code_keys);
    if (!code) {
        code = any_of(object, command_keys);
        written.is_command = code != nullptr;
    }
    if (!code && !object.items.empty()) {
        std::vector<const LooseValue*> unnamed;
        for (std::size_t i = 0; i < object.items.size(); ++i)
            if (object.keys[i].empty() && object.items[i].is_string()) unnamed.push_back(&object.items[i]);
        if (unnamed.size() == 2 && written.language.empty()) written.language = unnamed.front()->text;
        if (!unnamed.empty() && unnamed.size() <= 2) code = unnamed.back();
    }
    if (!code) return {};
    auto text = text_of(*code);
    if (!text) return {};
    written.code = std::move(*text);
    return written;
}

bool has_only(const LooseValue& object, Names first, Names second)
{
    for (const auto& key : object.keys) {
        const std::string name = lower(key);
        if (std::find(first.begin(), first.end(), name) == first.end() && std::find(second.begin(), second.end(), name) == second.end())
            return false;
    }
    return true;
}

// What stands between <NAME ...> and </NAME>, for a tag or parameter of any of the names; one line break at either end is layout.
std::optional<std::string> between_tags(std::string_view body, Names names)
{
    for (const auto name : names)
        for (const std::string& open : {cat("<", name, ">"), cat("<parameter=", name, ">"), cat("<parameter name=\"", name, "\">"),
                                        cat("<argument name=\"", name, "\">"), cat("<arg_key>", name, "</arg_key>")}) {
            const auto at = body.find(open);
            if (at == std::string_view::npos) continue;
            auto rest = body.substr(at + open.size());
            std::string close = cat("</", open.substr(1, open.find_first_of(" =>") - 1), ">");
            if (open.starts_with("<arg_key")) {
                const auto value = rest.find("<arg_value>");
                if (value == std::string_view::npos) continue;
                rest.remove_prefix(value + 11);
                close = "</arg_value>";
            }
            rest = rest.substr(0, rest.find(close));
            if (rest.starts_with('\n')) rest.remove_prefix(1);
            if (rest.ends_with('\n')) rest.remove_suffix(1);
            return std::string{rest};
        }
    return {};
}

}  // namespace

std::string CallMeaning::language_of(std::string_view said, std::string_view otherwise) const
{
    return canonical_language(is_blank(said) ? otherwise : said, languages_);
}

CodeCalls CallMeaning::of_arguments(const LooseValue& arguments, std::string_view name) const
{
    const std::string otherwise = is_language(name, languages_) ? std::string{name} : "python";
    if (arguments.is_string()) {  // encoded twice, or just the code
        const auto inner = trim(arguments.text);
        if (inner.starts_with('{') || inner.starts_with('"'))
            if (auto calls = of_arguments(read_loose(inner).value, name); !calls.empty()) return calls;
        if (is_blank(arguments.text)) return {};
        return {{language_of("", otherwise), arguments.text}};
    }
    if (arguments.kind == LooseValue::Kind::list) return of_list(arguments);
    if (!arguments.is_object()) return {};
    if (auto calls = of_text(arguments); !calls.empty()) return calls;
    for (const std::string_view key : {"arguments", "parameters", "args", "input", "tool_input", "execute", "properties"})
        if (const LooseValue* inner = arguments.find(key); inner && (inner->is_object() || key == "arguments" || key == "parameters"))
            if (auto calls = of_arguments(*inner, name); !calls.empty()) return calls;
    const bool is_ours = name.empty() || is_execute_name(name) || is_language(name, languages_) || name == "functions";
    const bool is_plain = arguments.find("code") != nullptr || any_of(arguments, language_keys) != nullptr;
    const auto written = code_in(arguments);
    if (!written || (!is_ours && !is_plain)) return {};
    return {{language_of(written->language, written->is_command && !is_language(name, languages_) ? "shell" : otherwise), written->code}};
}

CodeCalls CallMeaning::of_list(const LooseValue& list) const
{
    CodeCalls all;
    for (const auto& item : list.items) {
        auto calls = of_text(item);
        if (calls.empty()) return {};
        all.insert(all.end(), calls.begin(), calls.end());
    }
    return all;
}

CodeCalls CallMeaning::of_text(const LooseValue& value) const
{
    if (value.kind == LooseValue::Kind::list) return of_list(value);
    if (!value.is_object()) return {};
    for (const std::string_view key : {"tool_calls", "tool_uses", "function_call", "tool_call"})
        if (const LooseValue* inner = value.find(key)) return of_text(*inner);
    if (const LooseValue* function = value.find("function"); function && function->is_object()) return of_text(*function);
    const LooseValue* name = any_of(value, name_keys);
    if (!name) name = any_of(value, action_keys);
    if (name && name->is_string()) {
        if (!is_execute_name(name->text) && !is_language(name->text, languages_)) return {};
        const LooseValue* arguments = any_of(value, argument_keys);
        if (arguments) return of_arguments(*arguments, name->text);
        const auto written = code_in(value);
        if (!written) return {};
        return {{language_of(written->language, written->is_command ? "shell" : "python"), written->code}};
    }
    const LooseValue* language = any_of(value, language_keys);
    const auto written = code_in(value);
    if (!written || !language || !is_language(written->language, languages_) || value.items.size() != 2) return {};
    if (!has_only(value, language_keys, code_keys) && !has_only(value, language_keys, command_keys)) return {};
    return {{language_of(written->language, ""), written->code}};
}

CodeCalls CallMeaning::of_body(std::string_view body, std::string_view language) const
{
    std::string_view inner = trim(body);
    if (inner.starts_with("<![CDATA[") && inner.ends_with("]]>")) body = inner = trim(inner.substr(9, inner.size() - 12));
    if (inner.empty()) return {};
    if (inner.starts_with('{') || inner.starts_with('[')) {
        const auto read = read_loose(inner);
        if (auto calls = of_arguments(read.value, is_blank(language) ? "execute" : language); !calls.empty())
            return read.is_string_cut ? CodeCalls{} : calls;
        if (is_blank(language) && inner.starts_with("{\"")) return {};
    }
    if (auto code = between_tags(inner, code_keys)) {
        const auto said = between_tags(inner, language_keys);
        return {{language_of(said ? std::string_view{*said} : language, "python"), std::move(*code)}};
    }
    if (auto code = between_tags(inner, command_keys)) return {{language_of(language, "shell"), std::move(*code)}};
    if (inner.starts_with("```")) {
        const auto line = inner.substr(0, inner.find('\n'));
        const auto info = trim(line.substr(std::min(line.find_first_not_of('`'), line.size())));
        if (is_language(info, languages_)) language = info;
        body = inner;
    }
    if (body.starts_with('\n')) body.remove_prefix(1);
    if (body.ends_with('\n')) body.remove_suffix(1);
    return {{language_of(language, "python"), std::string{body}}};
}

}  // namespace oi::llm
