// EngineModel: a model file of this machine as a language model, run by an engine of our own.
#pragma once

#include "core/rough_tokens.h"
#include "llm/local/engine_process.h"
#include "llm/local/gguf.h"
#include "llm/http_model.h"

namespace oi::llm {

// The window that a model gets, in tokens: what the person asks for, at most what the model was trained with and what the
// free memory holds; 0: nothing is known. Unasked it stays at 32768, because its cache is filled at once.
long window_of(const GgufHeader& header, long asked, std::int64_t free_bytes);

// Starts nothing. Errors: not_found (the file; the engine is not built, with how to get it), invalid (no model).
Result<std::unique_ptr<LanguageModel>> open_model_file(const std::string& path, const ModelOptions& options);

class EngineModel : public LanguageModel {
public:
    // `warning`: told before the first answer; may be empty.
    EngineModel(std::unique_ptr<EngineProcess> process, Endpoint endpoint, ModelInfo info, ModelOptions options, std::string warning);

    // Starts the engine when it does not run; how far it is comes as Progress.
    Result<Usage> stream(const Request& request, const EventSink& sink, std::stop_token stop) override;
    long count_tokens(const Request& request) override { return rough_tokens(request); }
    ModelInfo info() const override { return model_ ? model_->info() : info_; }

private:
    std::unique_ptr<EngineProcess> process_;
    Endpoint endpoint_;
    ModelInfo info_;
    ModelOptions options_;
    std::string warning_;
    std::unique_ptr<HttpModel> model_;  // from the first start on
};

}  // namespace oi::llm
