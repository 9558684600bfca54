// Gathering the languages; see languages.h.
#include "app/languages.h"

#include "base/text.h"
#include "kernel/jupyter/languages.h"
#include "kernel/languages.h"

#include <iterator>

namespace oi {

Result<void> check_confinable(const Settings& settings)
{
    const char* asked_for = settings.sandbox != "none"   ? "--sandbox"
                            : settings.network == "off"  ? "--network"
                            : settings.max_memory > 0    ? "--max_memory"
                            : settings.max_processes > 0 ? "--max_processes"
                                                         : nullptr;
    if (settings.jupyter_url.empty() || !asked_for) return {};
    return fail(ErrorKind::invalid, cat(asked_for, " confines nothing on a Jupyter server: code runs there"),
                cat("leave out ", asked_for, " or --jupyter_url"));
}

Result<std::vector<Language>> languages_of(const Settings& settings, std::span<const std::string> environment)
{
    auto languages = built_in_languages();
    if (!settings.jupyter_url.empty()) {
        OI_CHECK(check_confinable(settings));
        return jupyter_server_languages(settings.jupyter_url, settings.jupyter_token, languages, {});
    }
    auto kernels = jupyter_languages(environment, languages);
    languages.insert(languages.end(), std::make_move_iterator(kernels.begin()), std::make_move_iterator(kernels.end()));
    return languages;
}

}  // namespace oi
