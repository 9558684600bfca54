// Vendors: the table, made while compiling.
#include "llm/vendors.h"

#include "base/text.h"

#include <algorithm>

namespace oi::llm {

namespace {

// The words of the last columns.
enum class Word : std::uint8_t { asked, unasked, max_completion_tokens, no_tools, responses, own_prefix };

constexpr Vendor with(Vendor vendor, std::initializer_list<Word> words)
{
    for (const Word word : words) {
        if (word == Word::unasked) vendor.usage_report = UsageReport::unasked;
        if (word == Word::max_completion_tokens) vendor.limit_field = LimitField::max_completion_tokens;
        if (word == Word::no_tools) vendor.code_form = CodeForm::fences;
        if (word == Word::responses) vendor.speaks_responses = true;
        if (word == Word::own_prefix) vendor.has_own_prefix = true;
    }
    return vendor;
}

using enum Word;
constexpr Vendor rows[] = {
#define COMPATIBLE(prefix, title, base, keys, ...) with({#prefix, title, base, keys}, {__VA_ARGS__}),
#include "llm/compatible.def"
};

struct Alias {
    std::string_view spelling, prefix;
};
constexpr Alias aliases[] = {
#define ALIAS(spelling, prefix) {spelling, #prefix},
#include "llm/compatible.def"
};

constexpr GoneVendor gone_rows[] = {
#define GONE(prefix, title, fate) {#prefix, title, fate},
#include "llm/compatible.def"
};

}  // namespace

std::span<const Vendor> vendors() { return rows; }
std::span<const GoneVendor> gone_vendors() { return gone_rows; }

std::string prefix_of(std::string_view spelling)
{
    std::string word = replace_all(std::string{spelling}, "-", "_");
    for (const auto& alias : aliases)
        if (alias.spelling == word) return std::string{alias.prefix};
    return word;
}

const Vendor* find_vendor(std::string_view prefix)
{
    const auto* found = std::find_if(std::begin(rows), std::end(rows), [&](const Vendor& row) { return row.prefix == prefix; });
    return found == std::end(rows) ? nullptr : found;
}

}  // namespace oi::llm
