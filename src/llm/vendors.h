// Vendors: the rows of compatible.def as values that can be looped over.
#pragma once

#include "llm/provider.h"

#include <initializer_list>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace oi::llm {

struct Vendor {
    std::string_view prefix;
    std::string_view title;
    std::string_view base_url;  // may hold {VARIABLE}
    std::string_view keys;      // variables, separated by blanks; empty: none is needed
    UsageReport usage_report = UsageReport::asked;
    LimitField limit_field = LimitField::max_tokens;
    CodeForm code_form = CodeForm::calls;
    bool speaks_responses = false;  // else chat completions
    bool has_own_prefix = false;    // its own models go by prefix/NAME
};

struct GoneVendor {
    std::string_view prefix, title, fate;
};

std::span<const Vendor> vendors();
std::span<const GoneVendor> gone_vendors();
// The prefix that a spelling stands for, itself where it is no alias; - is the same as _. Case matters: Qwen/... is a
// model of Hugging Face, not a vendor.
std::string prefix_of(std::string_view spelling);
// The row of that prefix; nullptr: none.
const Vendor* find_vendor(std::string_view prefix);

}  // namespace oi::llm
