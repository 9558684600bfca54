// JSON difference: goes down both values at once.
#include "llm/recording/json_difference.h"

#include "base/json.h"
#include "base/text.h"

#include <algorithm>

namespace oi::llm {

namespace {

constexpr std::size_t shown_before = 24, shown_after = 48;

// The part of `text` around byte `at`.
std::string around(std::string_view text, std::size_t at)
{
    const std::size_t from = at > shown_before ? at - shown_before : 0;
    const std::size_t to = std::min(text.size(), at + shown_after);
    const auto part = utf8_suffix(text.substr(0, to), to - from);
    return cat(from > 0 ? "..." : "", utf8_prefix(part, part.size() - unfinished_utf8(part)), to < text.size() ? "..." : "");
}

std::string quoted(std::string_view text)
{
    json::Writer writer;
    writer.value(valid_utf8(std::string{text}));
    return writer.take();
}

Difference between(std::string path, std::string_view before, std::string_view after)
{
    const auto shorter = std::min(before.size(), after.size());
    const auto at = static_cast<std::size_t>(
        std::mismatch(before.begin(), before.begin() + static_cast<std::ptrdiff_t>(shorter), after.begin()).first - before.begin());
    return {std::move(path), quoted(around(before, at)), quoted(around(after, at))};
}

std::string shown(const json::Value& value)
{
    return value.IsString() ? quoted(around(json::view(value), 0)) : around(json::to_text(value), 0);
}

std::optional<Difference> compare(const std::string& path, const json::Value& before, const json::Value& after);

std::optional<Difference> compare_objects(const std::string& path, const json::Value& before, const json::Value& after)
{
    const auto at = [&](const json::Value& key) { return cat(path, path.empty() ? "" : ".", json::view(key)); };
    for (const auto& member : before.GetObject()) {
        const auto other = after.FindMember(member.name);
        if (other == after.MemberEnd()) return Difference{at(member.name), shown(member.value), "nothing"};
        if (auto found = compare(at(member.name), member.value, other->value)) return found;
    }
    for (const auto& member : after.GetObject())
        if (!before.HasMember(member.name)) return Difference{at(member.name), "nothing", shown(member.value)};
    return {};
}

std::optional<Difference> compare_arrays(const std::string& path, const json::Value& before, const json::Value& after)
{
    const auto at = [&](rapidjson::SizeType index) { return cat(path, "[", index, "]"); };
    const auto common = std::min(before.Size(), after.Size());
    for (rapidjson::SizeType i = 0; i < common; ++i)
        if (auto found = compare(at(i), before[i], after[i])) return found;
    if (before.Size() > common) return Difference{at(common), shown(before[common]), "nothing"};
    if (after.Size() > common) return Difference{at(common), "nothing", shown(after[common])};
    return {};
}

std::optional<Difference> compare(const std::string& path, const json::Value& before, const json::Value& after)
{
    if (before.IsObject() && after.IsObject()) return compare_objects(path, before, after);
    if (before.IsArray() && after.IsArray()) return compare_arrays(path, before, after);
    if (before == after) return {};
    if (before.IsString() && after.IsString()) return between(path, json::view(before), json::view(after));
    return Difference{path, shown(before), shown(after)};
}

}  // namespace

std::optional<Difference> first_difference(std::string_view before, std::string_view after)
{
    if (before == after) return {};
    const auto old_value = json::parse(before);
    const auto new_value = json::parse(after);
    if (!old_value || !new_value) return between("", before, after);
    return compare("", *old_value, *new_value);
}

}  // namespace oi::llm
