// Inference over llama.cpp; see inference.h.
#include "engine/inference.h"

#include "base/text.h"

#include <algorithm>
#include <sched.h>

namespace oi::engine {

namespace {

constexpr int batch_size = 512;

// llama.cpp says why it fails in its log only; of several lines the first says most.
std::string& first_words()
{
    static std::string words;
    return words;
}

void take_log(ggml_log_level level, const char* text, void*)
{
    if (level == GGML_LOG_LEVEL_ERROR && !is_blank(text) && first_words().empty()) first_words() = trim(text);
}

int cores()
{
    cpu_set_t allowed;
    const int usable = ::sched_getaffinity(0, sizeof allowed, &allowed) == 0 ? CPU_COUNT(&allowed) : 1;
    return std::clamp(common_cpu_get_num_math(), 1, std::max(usable, 1));
}

}  // namespace

Result<std::unique_ptr<Inference>> Inference::load(const LoadOptions& options, const Progress& progress)
{
    llama_log_set(&take_log, nullptr);
    std::unique_ptr<Inference> made{new Inference};
    bool was_stopped = false;
    const auto step = [&](float part) {
        was_stopped = was_stopped || !progress(static_cast<int>(part * 100));
        return !was_stopped;
    };
    llama_model_params params = llama_model_default_params();
    params.progress_callback = [](float part, void* user) { return (*static_cast<decltype(step)*>(user))(part); };
    params.progress_callback_user_data = const_cast<void*>(static_cast<const void*>(&step));
    made->model_.reset(llama_model_load_from_file(options.path.c_str(), params));
    if (was_stopped) return fail(ErrorKind::cancelled, "stopped while loading");
    if (!made->model_) return fail(ErrorKind::invalid, cat("the model could not be loaded: ", first_words()));
    if (llama_model_has_encoder(made->model()) || !llama_model_has_decoder(made->model()))
        return fail(ErrorKind::unsupported, "this is no model that chats");
    OI_CHECK(made->make_context(options));
    made->templates_ = common_chat_templates_init(made->model(), "");
    return made;
}

Result<void> Inference::make_context(const LoadOptions& options)
{
    const int threads = options.threads > 0 ? options.threads : cores();
    const long trained = llama_model_n_ctx_train(model());
    llama_context_params params = llama_context_default_params();
    params.n_ctx = static_cast<std::uint32_t>(options.context > 0 ? std::min(options.context, trained) : trained);
    params.n_batch = batch_size;
    params.n_ubatch = batch_size;
    params.n_threads = params.n_threads_batch = threads;
    params.swa_full = true;  // so that any prefix can be kept
    params.no_perf = true;
    params.abort_callback = [](void* self) { return static_cast<Inference*>(self)->must_stop(); };
    params.abort_callback_data = this;
    context_.reset(llama_init_from_model(model(), params));
    if (!context_)
        return fail(ErrorKind::io, cat("no context of ", params.n_ctx, " tokens could be made: ", first_words()),
                    "--context_window makes it smaller");
    return {};
}

// Forgets all but the first `count` tokens. A model whose memory cannot be cut forgets everything.
void Inference::keep(std::size_t count)
{
    llama_memory_t memory = llama_get_memory(context());
    if (!llama_memory_seq_rm(memory, 0, static_cast<llama_pos>(count), -1)) {
        llama_memory_clear(memory, true);
        count = 0;
    }
    held_.resize(count);
}

Result<void> Inference::decode(llama_token* tokens, std::size_t count)
{
    first_words().clear();
    const int code = llama_decode(context(), llama_batch_get_one(tokens, static_cast<std::int32_t>(count)));
    if (code == 0) {
        held_.insert(held_.end(), tokens, tokens + count);
        return {};
    }
    keep(held_.size());
    if (code == 2) return fail(ErrorKind::cancelled, "stopped");
    if (code == 1) return fail(ErrorKind::context_overflow, cat("the context window of ", window(), " tokens is full"));
    return fail(ErrorKind::io, cat("llama.cpp could not evaluate the tokens: ", first_words()));
}

Result<std::size_t> Inference::read(const std::vector<llama_token>& tokens, const Progress& progress)
{
    if (tokens.empty()) return fail(ErrorKind::invalid, "the prompt is empty");
    if (tokens.size() >= window())
        return fail(ErrorKind::context_overflow, cat("the prompt has ", tokens.size(), " tokens, the context window takes ", window()));
    const auto differ = std::mismatch(tokens.begin(), tokens.end(), held_.begin(), held_.end()).first;
    // The last token is evaluated in any case: what follows it is wanted.
    keep(std::min(static_cast<std::size_t>(differ - tokens.begin()), tokens.size() - 1));
    const std::size_t kept = held_.size();
    std::vector<llama_token> rest(tokens.begin() + static_cast<std::ptrdiff_t>(kept), tokens.end());
    int percent = 0;
    go_on_ = [&] { return progress(percent); };
    Result<void> result;
    for (std::size_t at = 0; result && at < rest.size(); at += batch_size) {
        percent = static_cast<int>(at * 100 / rest.size());
        result = progress(percent) ? decode(rest.data() + at, std::min<std::size_t>(batch_size, rest.size() - at))
                                   : Result<void>{fail(ErrorKind::cancelled, "stopped")};
    }
    go_on_ = nullptr;
    if (!result) return Fail{result.error()};
    return kept;
}

Result<void> Inference::append(llama_token token, const std::function<bool()>& go_on)
{
    if (held_.size() >= window()) return fail(ErrorKind::context_overflow, cat("the context window of ", window(), " tokens is full"));
    go_on_ = go_on;
    auto result = decode(&token, 1);
    go_on_ = nullptr;
    return result;
}

}  // namespace oi::engine
