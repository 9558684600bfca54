// Inference: a loaded model with its context: tokens in, the next token out, and what was read before is not read again.
#pragma once

#include "base/error.h"
#include <chat.h>
#include <llama-cpp.h>
#include <sampling.h>

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace oi::engine {

struct LoadOptions {
    std::string path;
    long context = 0;  // tokens; 0: what the model was trained with
    int threads = 0;   // 0: one for each core that calculates
};

// Called while something takes long, with the percentage that is done; false: stop.
using Progress = std::function<bool(int percent)>;

class Inference {
public:
    // Errors: cancelled (progress said so), invalid (no model that can chat, with llama.cpp's words), unsupported.
    static Result<std::unique_ptr<Inference>> load(const LoadOptions& options, const Progress& progress);
    Inference(const Inference&) = delete;
    Inference& operator=(const Inference&) = delete;

    // Makes the context hold exactly these tokens and evaluates those that are new. Returns how many were there already.
    // Errors: cancelled, context_overflow, io.
    Result<std::size_t> read(const std::vector<llama_token>& tokens, const Progress& progress);
    // Evaluates one more token. Errors: cancelled (`go_on` said no in the middle), context_overflow: no place is left; io.
    Result<void> append(llama_token token, const std::function<bool()>& go_on);

    llama_model* model() const { return model_.get(); }
    llama_context* context() const { return context_.get(); }
    const llama_vocab* vocab() const { return llama_model_get_vocab(model_.get()); }
    const common_chat_templates* templates() const { return templates_.get(); }
    std::size_t window() const { return llama_n_ctx(context_.get()); }
    std::size_t used() const { return held_.size(); }

private:
    Inference() = default;
    Result<void> make_context(const LoadOptions& options);
    Result<void> decode(llama_token* tokens, std::size_t count);
    void keep(std::size_t count);
    bool must_stop() const { return go_on_ && !go_on_(); }

    llama_model_ptr model_;
    llama_context_ptr context_;
    common_chat_templates_ptr templates_;
    std::vector<llama_token> held_;  // what the context holds
    std::function<bool()> go_on_;    // asked while llama.cpp calculates
};

}  // namespace oi::engine
