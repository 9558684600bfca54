// LateModel: a model that is chosen and opened when it is first needed.
#pragma once

#include "app/choose_model.h"
#include "core/language_model.h"

#include <functional>
#include <memory>

namespace oi {

// What fails in choosing and opening is the failure of stream(), and the next stream() tries again.
class LateModel : public LanguageModel {
public:
    // `choice` counts if it carries the requests itself; else choose_model() says. For a program, with nobody who watches.
    LateModel(ModelChoice choice, Settings settings, std::function<void(std::string_view)> trace);

    Result<Usage> stream(const Request& request, const EventSink& sink, std::stop_token stop) override;
    long count_tokens(const Request& request) override;  // a rough number when it cannot be opened
    void learn(const EventSink& sink, std::stop_token stop) override;
    std::vector<ModelInfo> candidates() const override;
    ModelInfo info() const override;  // its name alone while it is not open

private:
    Result<void> open();

    ModelChoice choice_;
    Settings settings_;
    std::function<void(std::string_view)> trace_;
    std::unique_ptr<LanguageModel> model_;
};

}  // namespace oi
