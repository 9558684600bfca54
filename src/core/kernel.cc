// Finding a language by any of its names.
#include "core/kernel.h"

#include "base/text.h"

namespace oi {

bool is_available(const Language& language, const Host& host) { return !language.find_runtime || !language.find_runtime(host).empty(); }

const Language* find_language(const std::vector<Language>& languages, std::string_view name)
{
    const std::string wanted = lower(trim(name));
    for (const auto& language : languages) {
        if (language.name == wanted) return &language;
        for (const auto& alias : language.aliases)
            if (alias == wanted) return &language;
    }
    return nullptr;
}

}  // namespace oi
