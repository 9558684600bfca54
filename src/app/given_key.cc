// Given key: the question for a key, and for its vendor.
#include "app/setup.h"
#include "base/text.h"
#include "llm/endpoint_for.h"
#include "llm/keys/key_forms.h"
#include "llm/keys/stored_keys.h"
#include "llm/model_name.h"

#include <algorithm>

namespace oi {

namespace {

std::string title_of(std::string_view vendor)
{
    const auto named = llm::resolve_model(cat(vendor, "/any"), "");
    return named ? std::string{named->vendor} : std::string{vendor};
}

// The vendor of a key whose form fits several, or none: those first, then all others.
Result<std::string> ask_for_vendor(Questions& questions, const std::vector<std::string_view>& likely)
{
    auto vendors = llm::keyed_vendors();
    const auto rank = [&](const llm::KeyedVendor& vendor) {
        return std::find(likely.begin(), likely.end(), vendor.prefix) - likely.begin();
    };
    std::stable_sort(vendors.begin(), vendors.end(), [&](const auto& a, const auto& b) { return rank(a) < rank(b); });
    std::vector<Choice> rows;
    for (const auto& vendor : vendors) rows.push_back({vendor.title, std::string{vendor.prefix}});
    questions.say(likely.empty() ? "Whose key is it? Its form does not say.\n"
                                 : "Whose key is it? Several vendors have keys of this form.\n");
    OI_TRY(const std::size_t row, questions.pick(rows));
    return std::string{vendors[row].prefix};
}

}  // namespace

Result<GivenKey> ask_for_key(Questions& questions, std::string_view vendor)
{
    OI_TRY(const std::string pasted, questions.secret("Paste the key (it stays hidden; Enter alone: back): "));
    GivenKey given{.vendor = std::string{vendor}, .title = {}, .key = llm::bare_key(pasted)};
    if (given.key.empty()) return given;
    if (given.key.find_first_of(" \t") != std::string::npos || valid_utf8(given.key) != given.key) {
        questions.say("That is no key: a key is one word of letters and digits.\n");
        return ask_for_key(questions, vendor);
    }
    if (given.vendor.empty()) {
        const auto likely = llm::vendors_of_key(given.key);
        if (likely.size() == 1) given.vendor = likely.front();
        else {
            OI_TRY(given.vendor, ask_for_vendor(questions, likely));
        }
    }
    given.title = title_of(given.vendor);
    given.address = llm::own_address(given.vendor);
    questions.say(
        cat("Key ", llm::masked_key(given.key), ", of ", given.title, given.address.empty() ? "" : cat(" at ", given.address), ".\n"));
    return given;
}

}  // namespace oi
