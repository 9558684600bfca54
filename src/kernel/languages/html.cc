// HTML: a page for the person and a screenshot for the model.
#include "kernel/document_kernel.h"
#include "kernel/languages.h"
#include "kernel/screenshot.h"

namespace oi::language {

Language html()
{
    return {.name = "html",
            .aliases = {"htm"},
            .display_name = "HTML",
            .start =
                [](const Host& host) {
                    return kernel::DocumentKernel::start(
                        host, [](const Host&, const std::string& code, const std::stop_token&) -> Result<std::string> { return code; });
                },
            .file_extension = "html",
            .keeps_state = false};
}

}  // namespace oi::language
