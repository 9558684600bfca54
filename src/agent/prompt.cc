// Composes the system message from share/prompts/system.md and the facts of this machine.
#include "agent/prompt.h"

#include "base/embedded.h"
#include "base/text.h"

namespace oi {

std::string system_message(std::string_view base, std::string_view custom_instructions, const Surroundings& here,
                           const std::vector<std::string>& languages)
{
    std::string text{trim(base.empty() ? embedded("prompts/system.md") : base)};
    text += cat("\n\nSystem: ", here.operating_system, "\nUser: ", here.user_name, "\nFolder: ", here.folder, "\nDate: ", here.date,
                "\nLanguages: ", join(languages, ", "));
    if (!is_blank(custom_instructions)) text += cat("\n\n", trim(custom_instructions));
    return text;
}

}  // namespace oi
