// JSON reading with errors that say where.
#include "base/json.h"

#include "base/text.h"

#include <rapidjson/error/en.h>

#include <algorithm>

namespace oi::json {

Result<Document> parse(std::string_view text)
{
    Document document;
    document.Parse<rapidjson::kParseFullPrecisionFlag | rapidjson::kParseIterativeFlag>(text.data(), text.size());
    if (!document.HasParseError()) return document;
    const std::size_t offset = std::min(document.GetErrorOffset(), text.size());
    const auto before = text.substr(0, offset);
    const auto line = std::count(before.begin(), before.end(), '\n') + 1;
    const auto column = offset - (before.rfind('\n') == std::string_view::npos ? 0 : before.rfind('\n') + 1) + 1;
    return fail(ErrorKind::invalid,
                cat("malformed JSON at line ", line, ", column ", column, ": ", rapidjson::GetParseError_En(document.GetParseError())));
}

const Value* find(const Value& value, std::string_view key)
{
    if (!value.IsObject()) return nullptr;
    const Value name(rapidjson::StringRef(key.data(), static_cast<rapidjson::SizeType>(key.size())));
    const auto member = value.FindMember(name);
    if (member == value.MemberEnd() || member->value.IsNull()) return nullptr;
    return &member->value;
}

const Value* find(const Value& value, std::initializer_list<std::string_view> path)
{
    const Value* at = &value;
    for (const auto step : path) {
        if (at->IsArray()) {
            const auto index = to_integer(step);
            if (!index || *index < 0 || static_cast<rapidjson::SizeType>(*index) >= at->Size()) return nullptr;
            at = &(*at)[static_cast<rapidjson::SizeType>(*index)];
            if (at->IsNull()) return nullptr;
        } else {
            at = find(*at, step);
            if (!at) return nullptr;
        }
    }
    return at;
}

std::string_view text(const Value& value, std::string_view key, std::string_view fallback)
{
    const Value* found = find(value, key);
    return found && found->IsString() ? view(*found) : fallback;
}

std::int64_t integer(const Value& value, std::string_view key, std::int64_t fallback)
{
    const Value* found = find(value, key);
    return found && found->IsInt64() ? found->GetInt64() : fallback;
}

bool boolean(const Value& value, std::string_view key, bool fallback)
{
    const Value* found = find(value, key);
    return found && found->IsBool() ? found->GetBool() : fallback;
}

std::string to_text(const Value& value)
{
    Writer writer;
    writer.value(value);
    return writer.take();
}

}  // namespace oi::json
