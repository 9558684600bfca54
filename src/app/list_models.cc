// --models: asks, filters, prints.
#include "app/list_models.h"

#include "app/choose_model.h"
#include "app/local_models.h"
#include "app/wiring.h"
#include "base/text.h"
#include "llm/list_models.h"

#include <cstdio>

namespace oi {

namespace {

int complain(const Error& error)
{
    std::fprintf(stderr, "interpreter: %s\n", to_line(error).c_str());
    return error.kind == ErrorKind::invalid ? 2 : 1;
}

// Whom to ask. An address alone is enough here.
Result<ModelChoice> whom(const config::Invocation& invocation)
{
    const Settings& settings = invocation.settings;
    if (settings.model.empty() && !settings.api_base.empty()) return ModelChoice{"openai", settings.api_base, ""};
    return choose_model(invocation);
}

int list_local_models(const std::string& filter)
{
    std::string out;
    for (const auto& model : local_models())
        if (lower(model.name).find(filter) != std::string::npos) out += cat(model.name, "  ", model.place, "\n");
    if (out.empty()) return complain({ErrorKind::not_found, "this machine has no such model", "interpreter --local says how to get one"});
    std::fputs(valid_utf8(out).c_str(), stdout);
    return 0;
}

}  // namespace

int list_models(const config::Invocation& invocation)
{
    if (invocation.settings.local && invocation.settings.model.empty()) return list_local_models(lower(invocation.models_filter));
    const auto choice = whom(invocation);
    if (!choice && choice.error().kind == ErrorKind::not_found) {
        std::fprintf(stderr, "%s\n", choice.error().what.c_str());
        return 1;
    }
    if (!choice) return complain(choice.error());
    const auto options = model_options(*choice, invocation.settings, Audience::unattended, make_trace(invocation.settings));
    const auto models = llm::list_models(options, {});
    if (!models) return complain(models.error());
    const std::string filter = lower(invocation.models_filter);
    std::string out;
    for (const auto& model : *models) {
        if (lower(model.name).find(filter) == std::string::npos) continue;
        out += model.name;
        if (model.context_window > 0) out += cat("  ", model.context_window, " tokens");
        out += '\n';
    }
    if (out.empty())
        return complain({ErrorKind::not_found,
                         filter.empty() ? "the server has no models"
                                        : cat("none of ", models->size(), " models has \"", invocation.models_filter, "\" in its name"),
                         filter.empty() ? "" : "--models lists all"});
    std::fputs(out.c_str(), stdout);
    return 0;
}

}  // namespace oi
