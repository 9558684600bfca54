// Opening a model at its first use; see late_model.h.
#include "app/late_model.h"

#include "app/wiring.h"
#include "core/rough_tokens.h"

namespace oi {

LateModel::LateModel(ModelChoice choice, Settings settings, std::function<void(std::string_view)> trace)
    : choice_{std::move(choice)}, settings_{std::move(settings)}, trace_{std::move(trace)}
{
}

Result<void> LateModel::open()
{
    if (model_) return {};
    if (!choice_.send) {
        OI_TRY(choice_, choose_model({.settings = settings_}));
    }
    OI_TRY(auto model, open_chosen_model(choice_, settings_, Audience::unattended, trace_));
    OI_CHECK(check_budget_can_be_kept(settings_, model->info()));
    model_ = std::move(model);
    return {};
}

Result<Usage> LateModel::stream(const Request& request, const EventSink& sink, std::stop_token stop)
{
    OI_CHECK(open());
    return model_->stream(request, sink, std::move(stop));
}

long LateModel::count_tokens(const Request& request)
{
    if (open()) return model_->count_tokens(request);
    return rough_tokens(request);
}

void LateModel::learn(const EventSink& sink, std::stop_token stop)
{
    if (open()) model_->learn(sink, std::move(stop));
}

std::vector<ModelInfo> LateModel::candidates() const { return model_ ? model_->candidates() : std::vector{info()}; }

ModelInfo LateModel::info() const
{
    if (model_) return model_->info();
    return {.name = choice_.name.empty() ? settings_.model : choice_.name};
}

}  // namespace oi
