// FallbackModel: several models as one: when the one in use fails for good before it has said a word, the next is asked.
#pragma once

#include "core/language_model.h"
#include "llm/open_model.h"

#include <chrono>
#include <memory>
#include <vector>

namespace oi::llm {

// Failures that another model may not have: rate_limited, network, timeout, auth, not_found, denied (no credit left). A Notice
// names both models and why. The one that works stays in use for five minutes; then the first is asked again.
class FallbackModel : public LanguageModel {
public:
    using Clock = std::chrono::steady_clock;
    static constexpr std::chrono::minutes stay{5};

    // In the order in which they are asked; at least one. `now`: the time, for tests.
    explicit FallbackModel(std::vector<std::unique_ptr<LanguageModel>> models, std::function<Clock::time_point()> now = Clock::now);

    Result<Usage> stream(const Request& request, const EventSink& sink, std::stop_token stop) override;
    long count_tokens(const Request& request) override { return models_[current_]->count_tokens(request); }
    void learn(const EventSink& sink, std::stop_token stop) override { models_[current_]->learn(sink, std::move(stop)); }
    ModelInfo info() const override { return models_[current_]->info(); }  // of the one in use
    std::vector<ModelInfo> candidates() const override;

private:
    void go_on_with(std::size_t next, const Error& reason, const EventSink& sink);

    std::vector<std::unique_ptr<LanguageModel>> models_;
    std::function<Clock::time_point()> now_;
    std::size_t current_ = 0;
    Clock::time_point back_at_{};  // when the first is asked again, while another is in use
};

// Whether two models share an address and a key.
bool is_same_vendor(std::string_view a, std::string_view b);

// The model of `options`, with those that `fallbacks` names ("NAME,NAME") behind it. A fall-back of the same vendor has the
// address and key of the first, another the ones of its vendor's variables. Those that have one behind them are tried again for
// three seconds at most. Errors: those of open_model, naming the fall-back.
Result<std::unique_ptr<LanguageModel>> open_with_fallbacks(const ModelOptions& options, std::string_view fallbacks);

}  // namespace oi::llm
