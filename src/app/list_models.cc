// --models: asks, filters, prints.
#include "app/list_models.h"

#include "app/choose_model.h"
#include "app/local_models.h"
#include "app/wiring.h"
#include "base/text.h"
#include "core/cost.h"
#include "llm/catalogue/catalogue.h"
#include "llm/catalogue/list_models.h"

#include <algorithm>
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

// The filter is looked for in the model's part of the name; in the whole of it when the filter has a slash.
bool has(std::string_view name, std::string_view filter)
{
    if (filter.find('/') == std::string_view::npos) name.remove_prefix(name.find('/') == std::string_view::npos ? 0 : name.find('/') + 1);
    return lower(name).find(lower(filter)) != std::string::npos;
}

std::string right(std::string_view text, std::size_t width) { return cat(std::string(width - std::min(width, text.size()), ' '), text); }

std::string price_text(const Price& price)
{
    if (!is_known(price)) return {};
    if (is_free(price)) return "   free";
    return cat(right(dollars(price.input), 7), " in ", right(dollars(price.output), 7), " out");
}

// Name, window, and dollars for a million tokens, in columns; what is not known is left empty.
std::string as_table(const std::vector<llm::ListedModel>& models)
{
    std::size_t width = 0;
    for (const auto& model : models) width = std::max(width, model.name.size());
    std::string table;
    for (const auto& model : models) {
        const std::string window = model.context_window > 0 ? cat(model.context_window, " tokens") : "";
        std::string line =
            cat(model.name, std::string(width - model.name.size(), ' '), "  ", right(window, 14), "  ", price_text(model.price));
        line.resize(line.find_last_not_of(' ') + 1);
        table += line + "\n";
    }
    return table;
}

int list_local_models(const std::string& filter)
{
    auto models = local_models();
    std::erase_if(models, [&](const LocalModel& model) { return lower(model.name).find(filter) == std::string::npos; });
    std::size_t width = 0;
    for (const auto& model : models) width = std::max(width, model.name.size());
    std::string out;
    for (const auto& model : models) out += cat(model.name, std::string(width - model.name.size() + 2, ' '), model.place, "\n");
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
    for (const auto& warning : llm::catalogue().warnings()) std::fprintf(stderr, "%s\n", warning.c_str());
    std::vector<llm::ListedModel> found;
    for (const auto& model : *models)
        if (has(model.name, invocation.models_filter)) found.push_back(model);
    if (found.empty())
        return complain({ErrorKind::not_found,
                         invocation.models_filter.empty()
                             ? "the server has no models"
                             : cat("none of ", models->size(), " models has \"", invocation.models_filter, "\" in its name"),
                         invocation.models_filter.empty() ? "" : "--models lists all"});
    std::fputs(as_table(found).c_str(), stdout);
    return 0;
}

}  // namespace oi
