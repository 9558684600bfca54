// Opening a model: a file, or an endpoint, what is known of the model, and the model behind HTTP.
#include "llm/open_model.h"

#include "base/text.h"
#include "llm/catalogue/catalogue.h"
#include "llm/endpoint_for.h"
#include "llm/local/engine_model.h"
#include "llm/fallback_model.h"
#include "llm/http_model.h"
#include "llm/local/model_file.h"
#include "llm/catalogue/pricing.h"
#include "llm/providers.h"
#include "llm/recording/recorder.h"
#include "llm/recording/replay.h"
#include "llm/script/script_model.h"

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
    if (!options.recorder) return std::make_unique<HttpModel>(std::move(endpoint), std::move(info), options);
    ModelOptions recorded = options;
    OI_TRY(recorded.send, options.recorder->record(endpoint, options));
    return std::make_unique<HttpModel>(std::move(endpoint), std::move(info), recorded);
}

Result<std::unique_ptr<LanguageModel>> open_replay(const ReplayName& name, const ModelOptions& options)
{
    if (options.recorder) return fail(ErrorKind::invalid, "a replay is not recorded again", "leave out --record, or copy its file");
    if (name.path.empty()) return fail(ErrorKind::invalid, "--model replay: names no recording", "a recording is named as replay:FILE");
    OI_TRY(const Recording recording, read_recording(name.path));
    std::vector<std::unique_ptr<LanguageModel>> models;
    for (const auto& each : options_of_replay(recording, name.pace, options)) {
        OI_TRY(auto model, open_http(each));
        models.push_back(std::move(model));
    }
    if (models.size() == 1) return std::move(models.front());
    return std::make_unique<FallbackModel>(std::move(models));
}

}  // namespace

Result<std::unique_ptr<LanguageModel>> open_model(const ModelOptions& options)
{
    if (options.name.starts_with(script_prefix) && options.recorder)
        return fail(ErrorKind::invalid, "--record: a script sends no requests", "name another model, or leave it out");
    if (options.name.starts_with(script_prefix)) return open_script(options.name.substr(script_prefix.size()), options);
    if (const auto replay = replay_name(options.name)) return open_replay(*replay, options);
    if (is_blank(options.name)) return fail(ErrorKind::invalid, "no model is named", "--model NAME");
    const auto file = model_file(options);
    if (file && options.recorder)
        return fail(ErrorKind::invalid, "--record: a model file sends nothing over a network", "name another model, or leave it out");
    if (file) return open_model_file(*file, options);
    return open_http(options);
}

}  // namespace oi::llm
