// Gathering the languages; see languages.h.
#include "app/languages.h"

#include "kernel/jupyter/languages.h"
#include "kernel/languages.h"

#include <iterator>

namespace oi {

Result<std::vector<Language>> languages_of(const Settings& settings, std::span<const std::string> environment)
{
    auto languages = built_in_languages();
    if (!settings.jupyter_url.empty()) {
        if (settings.sandbox != "none")
            return fail(ErrorKind::invalid, "--sandbox confines nothing on a Jupyter server: code runs there",
                        "leave out --sandbox or --jupyter_url");
        return jupyter_server_languages(settings.jupyter_url, settings.jupyter_token, languages, {});
    }
    auto kernels = jupyter_languages(environment, languages);
    languages.insert(languages.end(), std::make_move_iterator(kernels.begin()), std::make_move_iterator(kernels.end()));
    return languages;
}

}  // namespace oi
