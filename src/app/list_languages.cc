// The list of languages; see list_languages.h.
#include "app/list_languages.h"

#include "app/languages.h"
#include "base/text.h"
#include "kernel/environment.h"
#include "sys/files.h"

#include <cstdio>

namespace oi {

int list_languages(const config::Invocation& invocation)
{
    const Host host{.folder = sys::current_folder(), .environment = kernel_environment(), .python = invocation.settings.python};
    const auto languages = languages_of(invocation.settings, host.environment);
    if (!languages) {
        std::fprintf(stderr, "interpreter: %s\n", to_line(languages.error()).c_str());
        return languages.error().kind == ErrorKind::invalid ? 2 : 1;
    }
    for (const auto& language : *languages) {
        const std::string program = language.find_runtime ? language.find_runtime(host) : "built in";
        const std::string what = !program.empty()           ? program
                                 : language.package.empty() ? std::string{"missing"}
                                                            : cat("missing: apt install ", language.package);
        std::printf("%-14s %s\n", language.name.c_str(), what.c_str());
    }
    return std::fflush(stdout) == 0 ? 0 : 1;
}

}  // namespace oi
