// --keys: three words, and the check of a key before it is kept.
#include "app/keys.h"

#include "app/setup.h"
#include "app/wiring.h"
#include "base/text.h"
#include "llm/catalogue/list_models.h"
#include "llm/endpoint_for.h"
#include "llm/keys/key_forms.h"
#include "llm/keys/stored_keys.h"
#include "llm/vendors.h"
#include "sys/files.h"

#include <algorithm>
#include <cstdio>
#include <unistd.h>

namespace oi {

namespace {

constexpr std::size_t longest_key = 64 << 10;

int complain(const Error& error)
{
    if (error.kind == ErrorKind::cancelled) return 130;
    std::fprintf(stderr, "interpreter: %s\n", valid_utf8(to_line(error)).c_str());
    return error.kind == ErrorKind::invalid ? 2 : 1;
}

struct Row {
    std::string vendor, key, place;
};

std::vector<Row> rows_of(const std::vector<llm::StoredKey>& stored)
{
    std::vector<Row> rows;
    for (const auto& key : stored) {
        const auto value = llm::stored_key(key.vendor, key.address);
        const std::string place = key.is_in_desktop() ? "the desktop's key store" : llm::stored_keys_path();
        rows.push_back({key.vendor, value ? llm::masked_key(*value) : "?",
                        cat(place, key.address.empty() ? "" : cat(", for ", key.address), value ? "" : cat("; ", value.error().what))});
    }
    for (const auto& vendor : llm::keyed_vendors())
        for (const auto variable : split(vendor.variables, ' ')) {
            const std::string value{trim(sys::environment(std::string{variable}.c_str()))};
            if (!value.empty())
                rows.push_back({std::string{vendor.prefix}, llm::masked_key(value), cat("variable ", variable, ", comes first")});
        }
    return rows;
}

int list()
{
    const auto stored = llm::stored_keys();
    if (!stored) return complain(stored.error());
    const auto rows = rows_of(*stored);
    if (rows.empty()) {
        std::puts("No key is stored. interpreter --keys add stores one; interpreter --setup chooses a model, too.");
        return 0;
    }
    std::size_t vendor_width = 0, key_width = 0;
    for (const auto& row : rows) {
        vendor_width = std::max(vendor_width, row.vendor.size());
        key_width = std::max(key_width, row.key.size());
    }
    for (const auto& row : rows)
        std::puts(valid_utf8(cat(row.vendor, std::string(vendor_width - row.vendor.size() + 2, ' '), row.key,
                                 std::string(key_width - row.key.size() + 2, ' '), row.place))
                      .c_str());
    return 0;
}

Result<std::string> known_vendor(std::string_view word)
{
    if (word.empty()) return std::string{};
    const std::string prefix = llm::prefix_of(lower(word));
    std::vector<std::string_view> names;
    const auto vendors = llm::keyed_vendors();
    for (const auto& vendor : vendors) {
        if (vendor.prefix == prefix || lower(vendor.title) == lower(word)) return std::string{vendor.prefix};
        names.push_back(vendor.prefix);
    }
    const auto near = nearest(prefix, names);
    return fail(ErrorKind::invalid, cat("there is no vendor \"", word, "\" that one key opens"),
                near ? cat("did you mean ", *near, "?") : "docs/manual/models.md lists them");
}

Result<std::string> key_on_stdin()
{
    std::string text;
    char block[4096];
    for (ssize_t got; (got = ::read(STDIN_FILENO, block, sizeof block)) > 0 && text.size() < longest_key;)
        text.append(block, static_cast<std::size_t>(got));
    std::string key = llm::bare_key(text);
    if (key.empty() || key.find_first_of(" \t\r\n") != std::string::npos)
        return fail(ErrorKind::invalid, "stdin holds no key: one word is wanted", "interpreter --keys add VENDOR < FILE");
    return key;
}

Result<GivenKey> given_on_stdin(const std::string& vendor)
{
    OI_TRY(std::string key, key_on_stdin());
    const auto likely = llm::vendors_of_key(key);
    if (vendor.empty() && likely.size() != 1)
        return fail(ErrorKind::invalid, cat("the form of the key ", llm::masked_key(key), " does not say whose it is"),
                    "interpreter --keys add VENDOR");
    const std::string whose = vendor.empty() ? std::string{likely.front()} : vendor;
    return GivenKey{.vendor = whose, .title = whose, .address = llm::own_address(whose), .key = std::move(key)};
}

llm::ModelOptions options_of(const config::Invocation& invocation, const GivenKey& given)
{
    auto options = model_options({.name = given.vendor}, invocation.settings, Audience::unattended, make_trace(invocation.settings));
    options.api_base.clear();
    options.api_key = given.key;
    return options;
}

// An Error: refused. A vendor that cannot be reached, or lists nothing, leaves the key unchecked; the line says it.
Result<std::string> checked(const Result<std::vector<llm::ListedModel>>& models)
{
    if (models) return cat(models->size(), models->size() == 1 ? " model" : " models", "; interpreter --setup chooses one");
    if (models.error().kind == ErrorKind::not_found || models.error().kind == ErrorKind::protocol)
        return cat("the key could not be checked: ", models.error().what);
    return Fail{models.error()};
}

Result<std::string> keep(const GivenKey& given, const Result<std::vector<llm::ListedModel>>& models)
{
    OI_TRY(const std::string found, checked(models));
    OI_TRY(const auto place, llm::store_key({.vendor = given.vendor, .address = given.address, .key = given.key}));
    return cat("Stored ", llm::masked_key(given.key), " for ", given.vendor, " in ",
               place == llm::KeyPlace::desktop ? "the desktop's key store" : llm::stored_keys_path(), ": ", found, ".");
}

int add(const config::Invocation& invocation, std::string_view word)
{
    const auto vendor = known_vendor(word);
    if (!vendor) return complain(vendor.error());
    Result<std::string> kept;
    if (can_be_asked(invocation.settings)) {
        Questions questions{STDIN_FILENO, STDOUT_FILENO};
        const auto given = ask_for_key(questions, *vendor);
        if (!given) return complain(given.error());
        if (given->key.empty()) return 1;
        questions.say(cat("Asking ", given->title, " ...\n"));
        const auto models =
            questions.wait_for([&](std::stop_token stop) { return llm::list_models(options_of(invocation, *given), std::move(stop)); });
        kept = keep(*given, models);
    } else {
        const auto given = given_on_stdin(*vendor);
        if (!given) return complain(given.error());
        kept = keep(*given, llm::list_models(options_of(invocation, *given), {}));
    }
    if (!kept) return complain(kept.error());
    std::puts(valid_utf8(*kept).c_str());
    return 0;
}

int remove(std::string_view word, std::string_view address)
{
    const std::string vendor = llm::prefix_of(lower(word));
    const auto stored = llm::stored_keys();
    if (!stored) return complain(stored.error());
    // Where there is but one of that vendor, its address need not be said.
    const auto is_its = [&](const llm::StoredKey& key) { return key.vendor == vendor && (address.empty() || key.address == address); };
    const auto found = std::find_if(stored->begin(), stored->end(), is_its);
    if (vendor.empty() || found == stored->end())
        return complain({ErrorKind::not_found,
                         cat("no key for ", vendor.empty() ? "\"\"" : vendor, address.empty() ? "" : cat(" at ", address), " is stored"),
                         "interpreter --keys lists them"});
    if (address.empty() && std::count_if(stored->begin(), stored->end(), is_its) > 1)
        return complain(
            {ErrorKind::invalid, cat("several keys for ", vendor, " are stored"), cat("interpreter --keys remove ", vendor, " ADDRESS")});
    if (const auto removed = llm::remove_key(found->vendor, found->address); !removed) return complain(removed.error());
    std::printf("Removed the key for %s.\n", vendor.c_str());
    return 0;
}

}  // namespace

int keys(const config::Invocation& invocation)
{
    std::vector<std::string_view> words;
    for (const auto word : split(invocation.wanted, ' '))
        if (!word.empty()) words.push_back(word);
    const auto word = [&](std::size_t i) { return i < words.size() ? words[i] : std::string_view{}; };
    if (words.empty()) return list();
    if (word(0) == "add" && words.size() <= 2) return add(invocation, word(1));
    if (word(0) == "remove" && words.size() >= 2 && words.size() <= 3) return remove(word(1), word(2));
    return complain(
        {ErrorKind::invalid, cat("--keys ", invocation.wanted, ": not understood"), "--keys, --keys add [VENDOR], --keys remove VENDOR"});
}

}  // namespace oi
