// Calls of cells to functions of the program; see functions.h.
#include "library/functions.h"

#include "base/json.h"
#include "base/text.h"

#include <algorithm>
#include <set>

namespace interpreter {

namespace {

namespace json = oi::json;
using oi::cat;
using oi::ErrorKind;
using oi::Result;

bool is_name(const std::string& name)
{
    const auto is_letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; };
    return !name.empty() && name.front() != '_' && is_letter(name.front()) &&
           std::all_of(name.begin(), name.end(), [&](char c) { return is_letter(c) || (c >= '0' && c <= '9'); });
}

Result<json::Document> schema_of(const Function& function)
{
    if (function.parameters.empty()) return json::parse("{}");
    auto parsed = json::parse(function.parameters);
    if (!parsed)
        return oi::fail(ErrorKind::invalid, cat("the parameters of the function ", function.name, " are no JSON: ", parsed.error().what));
    const json::Value* properties = json::find(*parsed, "properties");
    if (!parsed->IsObject() || (properties && !properties->IsObject()))
        return oi::fail(ErrorKind::invalid, cat("the parameters of the function ", function.name, " are no JSON schema of an object"),
                        R"(they look like {"type": "object", "properties": {"city": {"type": "string"}}})");
    return parsed;
}

bool is_required(const json::Value& schema, std::string_view name)
{
    const json::Value* required = json::find(schema, "required");
    if (!required || !required->IsArray()) return false;
    return std::any_of(required->Begin(), required->End(),
                       [&](const json::Value& one) { return one.IsString() && json::view(one) == name; });
}

// "city: string, days?: integer".
std::string signature_of(const json::Value& schema)
{
    std::string signature;
    const json::Value* properties = json::find(schema, "properties");
    if (!properties) return signature;
    for (const auto& [key, property] : properties->GetObject()) {
        const std::string_view name = json::view(key);
        const std::string_view type = json::text(property, "type");
        const std::string_view about = json::text(property, "description");
        signature += cat(signature.empty() ? "" : ", ", name, is_required(schema, name) ? "" : "?", type.empty() ? "" : ": ", type,
                         about.empty() ? "" : cat(" (", about, ")"));
    }
    return signature;
}

// As the object `computer` of the drivers reads it: [{"name", "description", "parameters": [names]}].
std::string list_of(const std::vector<Function>& functions)
{
    json::Writer writer;
    writer.array([&] {
        for (const auto& function : functions) {
            const auto schema = schema_of(function);
            const json::Value* properties = schema ? json::find(*schema, "properties") : nullptr;
            writer.object([&] {
                writer.field("name", function.name);
                writer.field("description", oi::valid_utf8(function.description));
                writer.key("parameters");
                writer.array([&] {
                    if (!properties) return;
                    for (const auto& property : properties->GetObject()) writer.value(json::view(property.name));
                });
            });
        }
    });
    return writer.take();
}

Result<std::string> answer(const Function& function, Callbacks& callbacks, std::string_view arguments, std::stop_token stop)
{
    const auto result = std::make_shared<std::string>();
    const Ended ended = callbacks.run(
        [function, given = std::string{arguments}, result](std::stop_token own) {
            *result = function.call(given, std::move(own));
            if (result->empty()) *result = "null";
            if (!json::parse(*result))
                throw Error{{"invalid", cat("the function ", function.name, " gave no JSON"), "a text must be in quotes: \"...\""}};
        },
        std::move(stop));
    if (ended == Ended::returned) return std::move(*result);
    return oi::fail(ErrorKind::cancelled,
                    cat("computer.", function.name, ended == Ended::threw ? " failed in the program" : " was stopped"));
}

}  // namespace

Result<void> check_functions(const std::vector<Function>& functions)
{
    std::set<std::string> taken{"run", "files", "functions"};
    for (const auto& function : functions) {
        if (!is_name(function.name))
            return oi::fail(ErrorKind::invalid, cat("\"", oi::valid_utf8(function.name), "\" cannot be the name of a function"),
                            "letters, digits and _, beginning with a letter");
        if (!taken.insert(function.name).second)
            return oi::fail(ErrorKind::invalid, cat("computer.", function.name, " is there already"), "give the function another name");
        if (!function.call) return oi::fail(ErrorKind::invalid, cat("the function ", function.name, " has no Function::call"));
        OI_CHECK(schema_of(function));
    }
    return {};
}

std::string told_of(const std::vector<Function>& functions)
{
    std::string words;
    for (const auto& function : functions) {
        const auto schema = schema_of(function);
        words += cat("\n- computer.", function.name, "(", schema ? signature_of(*schema) : std::string{}, ")",
                     function.description.empty() ? "" : ": ", oi::trim(function.description));
    }
    if (words.empty()) return {};
    return cat(
        "Functions of this program, to be called in python and javascript cells, where the object `computer` is there without an "
        "import:",
        oi::valid_utf8(std::move(words)));
}

CellCall with_functions(std::vector<Function> functions, std::shared_ptr<Callbacks> callbacks, CellCall rest)
{
    return [functions = std::move(functions), callbacks = std::move(callbacks), rest = std::move(rest)](
               std::string_view method, std::string_view arguments, const oi::SandboxPolicy& policy, std::stop_token stop) {
        if (method == "functions") return Result<std::string>{list_of(functions)};
        for (const auto& function : functions)
            if (function.name == method) return answer(function, *callbacks, arguments, std::move(stop));
        return rest(method, arguments, policy, std::move(stop));
    };
}

}  // namespace interpreter
