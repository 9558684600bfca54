// CurrentModel: the model of a conversation, which can be replaced between turns.
#pragma once

#include "core/language_model.h"

#include <memory>
#include <utility>

namespace oi {

class CurrentModel : public LanguageModel {
public:
    explicit CurrentModel(std::unique_ptr<LanguageModel> model) : model_{std::move(model)} {}

    // Not while a turn runs.
    void replace(std::unique_ptr<LanguageModel> model) { model_ = std::move(model); }

    Result<Usage> stream(const Request& request, const EventSink& sink, std::stop_token stop) override
    {
        return model_->stream(request, sink, std::move(stop));
    }
    long count_tokens(const Request& request) override { return model_->count_tokens(request); }
    void learn(const EventSink& sink, std::stop_token stop) override { model_->learn(sink, std::move(stop)); }
    std::vector<ModelInfo> candidates() const override { return model_->candidates(); }
    ModelInfo info() const override { return model_->info(); }

private:
    std::unique_ptr<LanguageModel> model_;
};

}  // namespace oi
