// Opening a model: a file, or an endpoint, what is known of the model, and the model behind HTTP.
#include "llm/open_model.h"

#include "base/text.h"
#include "llm/catalogue.h"
#include "llm/endpoint_for.h"
#include "llm/engine_model.h"
#include "llm/http_model.h"
#include "llm/providers.h"
#include "llm/pricing.h"
#include "llm/model_file.h"
#include "llm/script_model.h"

namespace oi::llm {

namespace {

constexpr std::string_view script_prefix = "script:";

Result<std::unique_ptr<LanguageModel>> open_http(const ModelOptions& options)
{
    OI_TRY(Endpoint endpoint, endpoint_for(options));
    const ModelFacts facts = facts_of(cat(endpoint.prefix, "/", endpoint.model));
    ModelInfo info{.name = options.name,
                   .context_window = endpoint.context_window,
                   .max_tokens = options.max_tokens > 0 ? options.max_tokens : facts.max_tokens,
                   .supports_functions = endpoint.code_form == CodeForm::calls,
                   .supports_vision = endpoint.takes_images,
                   .price = price_at(endpoint, facts)};
    // Only Anthropic must be told the most that it may answer; to others the vendor's own default applies.
    if (endpoint.provider == &anthropic_provider || endpoint.provider == &vertex_claude_provider) endpoint.max_tokens = info.max_tokens;
    return std::make_unique<HttpModel>(std::move(endpoint), std::move(info), options);
}

}  // namespace

Result<std::unique_ptr<LanguageModel>> open_model(const ModelOptions& options)
{
    if (options.name.starts_with(script_prefix)) return open_script(options.name.substr(script_prefix.size()), options);
    if (is_blank(options.name)) return fail(ErrorKind::invalid, "no model is named", "--model NAME");
    if (const auto file = model_file(options)) return open_model_file(*file, options);
    return open_http(options);
}

}  // namespace oi::llm
