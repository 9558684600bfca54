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
    bool is_responses = false;
};

struct GoneVendor {
    std::string_view prefix, title, fate;
};

std::span<const Vendor> vendors();
std::span<const GoneVendor> gone_vendors();
// By prefix or alias; - is the same as _. Case matters: Qwen/... is a model of Hugging Face, not a vendor. nullptr: none.
const Vendor* find_vendor(std::string_view spelling);

}  // namespace oi::llm
