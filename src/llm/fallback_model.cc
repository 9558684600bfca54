// FallbackModel: each model is asked at most once for one request.
#include "llm/fallback_model.h"

#include "base/text.h"
#include "llm/model_name.h"

#include <algorithm>
#include <utility>

namespace oi::llm {

namespace {

// How long a model is tried again that has another one behind it.
constexpr std::chrono::duration<double> short_retry{3};

bool may_be_its_own(ErrorKind kind)
{
    switch (kind) {
    case ErrorKind::rate_limited:
    case ErrorKind::network:
    case ErrorKind::timeout:
    case ErrorKind::auth:
    case ErrorKind::not_found:
    case ErrorKind::denied: return true;
    default: return false;
    }
}

std::string why(const Error& error)
{
    if (error.retry_after < std::chrono::seconds{1}) return error.what;
    return cat(error.what, ", with ", std::chrono::ceil<std::chrono::seconds>(error.retry_after).count(), " s to wait");
}

}  // namespace

bool is_same_vendor(std::string_view a, std::string_view b)
{
    const auto one = resolve_model(a, "");
    const auto other = resolve_model(b, "");
    return one && other && one->prefix == other->prefix;
}

FallbackModel::FallbackModel(std::vector<std::unique_ptr<LanguageModel>> models, std::function<Clock::time_point()> now)
    : models_{std::move(models)}, now_{std::move(now)}
{
}

Result<Usage> FallbackModel::stream(const Request& request, const EventSink& sink, std::stop_token stop)
{
    if (current_ != 0 && now_() >= back_at_) current_ = 0;
    bool has_delivered = false;
    const EventSink watch = [&](const Event& event) {
        has_delivered |= std::holds_alternative<Chunk>(event);  // thoughts are no word of the answer
        sink(event);
    };
    for (std::size_t tried = 1;; ++tried) {
        auto result = models_[current_]->stream(request, watch, stop);
        if (result || has_delivered || tried == models_.size() || !may_be_its_own(result.error().kind)) return result;
        go_on_with((current_ + 1) % models_.size(), result.error(), sink);
    }
}

std::vector<ModelInfo> FallbackModel::candidates() const
{
    std::vector<ModelInfo> all;
    for (const auto& model : models_) all.push_back(model->info());
    return all;
}

void FallbackModel::go_on_with(std::size_t next, const Error& reason, const EventSink& sink)
{
    const std::string failed = info().name;
    current_ = next;
    back_at_ = now_() + stay;
    sink(Notice{Notice::Level::warning, cat(failed, " failed (", why(reason), "): ", info().name, " answers instead.")});
}

Result<std::unique_ptr<LanguageModel>> open_with_fallbacks(const ModelOptions& options, std::string_view fallbacks)
{
    if (is_blank(fallbacks)) return open_model(options);
    std::vector<std::unique_ptr<LanguageModel>> models;
    const auto names = split(fallbacks, ',');
    ModelOptions each = options;
    each.is_attended = false;
    each.retry_for = std::min(options.retry_for, short_retry);
    OI_TRY(auto first, open_model(each));
    models.push_back(std::move(first));
    for (std::size_t i = 0; i < names.size(); ++i) {
        if (i + 1 == names.size()) each.is_attended = options.is_attended, each.retry_for = options.retry_for;
        each.name = trim(names[i]);
        if (each.name.empty()) return fail(ErrorKind::invalid, cat("--fallback_models has an empty name: ", fallbacks), "NAME,NAME");
        const bool is_theirs = is_same_vendor(options.name, each.name);
        each.api_base = is_theirs ? options.api_base : "";
        each.api_key = is_theirs ? options.api_key : "";
        auto model = open_model(each);
        if (!model) return fail(model.error().kind, cat("the fall-back model ", each.name, ": ", model.error().what), model.error().hint);
        models.push_back(std::move(*model));
    }
    return std::make_unique<FallbackModel>(std::move(models));
}

}  // namespace oi::llm
