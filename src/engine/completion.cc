// Completion over llama.cpp's chat templates: they know how each model family writes calls, and the grammar of them.
#include "engine/completion.h"

#include "base/json.h"
#include "base/text.h"
#include "engine/spoken_text.h"

#include <algorithm>
#include <chrono>

namespace oi::engine {

namespace {

using Clock = std::chrono::steady_clock;
constexpr auto pause_between = std::chrono::milliseconds{200};

double milliseconds_since(Clock::time_point start) { return std::chrono::duration<double, std::milli>(Clock::now() - start).count(); }

common_chat_templates_inputs inputs_of(const common_json& body, const common_chat_templates* templates)
{
    common_chat_templates_inputs inputs;
    inputs.messages = common_chat_msgs_parse_oaicompat(body.at("messages"));
    if (body.contains("tools")) inputs.tools = common_chat_tools_parse_oaicompat(body.at("tools"));
    if (!inputs.tools.empty() && !common_chat_templates_get_caps(templates)["supports_tools"])
        throw std::runtime_error("the model's chat template does not support tools");
    if (body.contains("tool_choice")) inputs.tool_choice = common_chat_tool_choice_parse_oaicompat(body.value("tool_choice", "auto"));
    if (body.contains("response_format") && body.at("response_format").contains("json_schema"))
        inputs.json_schema = body.at("response_format").at("json_schema").at("schema").dump();
    inputs.reasoning_format = COMMON_REASONING_FORMAT_DEEPSEEK;
    inputs.use_jinja = true;
    return inputs;
}

// How the answer is chosen, with the grammar of the calls, which begins where the model begins a call.
common_params_sampling sampling_of(const common_json& body, const common_chat_params& chat, const llama_vocab* vocab)
{
    const auto tokens = [&](const std::string& text) { return common_tokenize(vocab, text, false, true); };
    common_params_sampling sampling;
    sampling.no_perf = true;
    if (body.contains("temperature")) sampling.temp = body.at("temperature").get<float>();
    if (body.contains("top_p")) sampling.top_p = body.at("top_p").get<float>();
    if (body.contains("seed")) sampling.seed = static_cast<std::uint32_t>(body.at("seed").get<std::int64_t>());
    for (const auto& text : chat.preserved_tokens)
        if (const auto ids = tokens(text); ids.size() == 1) sampling.preserved_tokens.insert(ids[0]);
    if (!chat.grammar.empty()) sampling.grammar = {COMMON_GRAMMAR_TYPE_TOOL_CALLS, chat.grammar};
    sampling.grammar_lazy = chat.grammar_lazy;
    sampling.generation_prompt = chat.generation_prompt;
    for (common_grammar_trigger trigger : chat.grammar_triggers) {
        const auto ids = trigger.type == COMMON_GRAMMAR_TRIGGER_TYPE_WORD ? tokens(trigger.value) : std::vector<llama_token>{};
        if (ids.size() == 1 && sampling.preserved_tokens.count(ids[0]) > 0) {
            trigger.type = COMMON_GRAMMAR_TRIGGER_TYPE_TOKEN;
            trigger.token = ids[0];
        }
        sampling.grammar_triggers.push_back(trigger);
    }
    // Without it a call that the model only thinks of would start the grammar.
    if (!chat.thinking_end_tags.empty()) {
        sampling.reasoning_budget_start = tokens(chat.thinking_start_tag);
        for (const auto& tag : chat.thinking_end_tags) sampling.reasoning_budget_end.push_back(tokens(tag));
        sampling.reasoning_budget_forced = sampling.reasoning_budget_end.front();
    }
    return sampling;
}

class Completion {
public:
    Completion(Inference& inference, const common_json& body, Connection& connection)
        : inference_{inference},
          connection_{connection},
          chat_{common_chat_templates_apply(inference.templates(), inputs_of(body, inference.templates()))},
          sampling_{sampling_of(body, chat_, inference.vocab())},
          sampler_{common_sampler_init(inference.model(), sampling_)},
          text_{chat_},
          limit_{body.contains("max_tokens") ? body.at("max_tokens").get<std::int64_t>() : 0}
    {
        if (!sampler_) throw std::runtime_error("the sampler could not be made");
    }

    Result<void> run()
    {
        OI_CHECK(read_prompt());
        const auto start = Clock::now();
        OI_CHECK(generate());
        predicted_ms_ = milliseconds_since(start);
        say(text_.finish());
        end();
        return {};
    }

private:
    bool goes_on() const { return !connection_.is_closed(); }

    Result<void> read_prompt()
    {
        const auto prompt = common_tokenize(inference_.vocab(), chat_.prompt, true, true);
        prompt_tokens_ = prompt.size();
        const auto start = Clock::now();
        ProgressTeller teller{connection_, "reading the conversation"};
        OI_TRY(cached_tokens_, inference_.read(prompt, [&](int percent) { return teller.tell(percent); }));
        prompt_ms_ = milliseconds_since(start);
        return {};
    }

    Result<void> generate()
    {
        for (;;) {
            if (!goes_on()) return fail(ErrorKind::cancelled, "stopped");
            const llama_token token = common_sampler_sample(sampler_.get(), inference_.context(), -1);
            common_sampler_accept(sampler_.get(), token, true);
            if (llama_vocab_is_eog(inference_.vocab(), token)) return {};
            ++output_tokens_;
            const bool is_special = sampling_.preserved_tokens.count(token) > 0;
            if (!text_.add(common_token_to_piece(inference_.context(), token, is_special))) return {};
            if (text_.is_due()) say(text_.spoken());
            if ((limit_ > 0 && output_tokens_ >= static_cast<std::size_t>(limit_)) || inference_.used() + 1 >= inference_.window()) {
                finish_reason_ = "length";
                return {};
            }
            OI_CHECK(inference_.append(token, [&] { return goes_on(); }));
        }
    }

    void say(const std::vector<common_chat_msg_diff>& pieces)
    {
        for (const auto& piece : pieces) {
            has_calls_ = has_calls_ || piece.tool_call_index != std::string::npos;
            connection_.event(delta_json(piece));
        }
    }

    static std::string delta_json(const common_chat_msg_diff& piece)
    {
        json::Writer w;
        choice(w, nullptr, [&] {
            if (!piece.reasoning_content_delta.empty()) w.field("reasoning_content", piece.reasoning_content_delta);
            if (!piece.content_delta.empty()) w.field("content", piece.content_delta);
            if (piece.tool_call_index == std::string::npos) return;
            w.key("tool_calls");
            w.array([&] { call(w, piece); });
        });
        return w.take();
    }

    static void call(json::Writer& w, const common_chat_msg_diff& piece)
    {
        w.object([&] {
            w.field("index", static_cast<std::int64_t>(piece.tool_call_index));
            if (!piece.tool_call_delta.id.empty()) w.field("id", piece.tool_call_delta.id);
            w.field("type", "function");
            w.key("function");
            w.object([&] {
                if (!piece.tool_call_delta.name.empty()) w.field("name", piece.tool_call_delta.name);
                w.field("arguments", piece.tool_call_delta.arguments);
            });
        });
    }

    template <class Body>
    static void choice(json::Writer& w, const char* finish_reason, Body delta)
    {
        w.object([&] {
            w.field("object", "chat.completion.chunk");
            w.key("choices");
            w.array([&] {
                w.object([&] {
                    w.field("index", 0);
                    w.key("delta");
                    w.object(delta);
                    if (finish_reason) w.field("finish_reason", finish_reason);
                });
            });
        });
    }

    // The reason why it ended, then what it took, as OpenAI and llama.cpp's own server report it.
    void end()
    {
        json::Writer reason;
        choice(reason, finish_reason_ ? finish_reason_ : has_calls_ ? "tool_calls" : "stop", [] {});
        connection_.event(reason.view());
        json::Writer w;
        w.object([&] {
            w.key("choices");
            w.array([] {});
            w.key("usage");
            w.object([&] {
                w.field("prompt_tokens", std::uint64_t{prompt_tokens_});
                w.field("completion_tokens", std::uint64_t{output_tokens_});
                w.field("total_tokens", std::uint64_t{prompt_tokens_ + output_tokens_});
                w.key("prompt_tokens_details");
                w.object([&] { w.field("cached_tokens", std::uint64_t{cached_tokens_}); });
            });
            w.key("timings");
            w.object([&] {
                w.field("cache_n", std::uint64_t{cached_tokens_});
                w.field("prompt_n", std::uint64_t{prompt_tokens_ - cached_tokens_});
                w.field("prompt_ms", prompt_ms_);
                w.field("predicted_n", std::uint64_t{output_tokens_});
                w.field("predicted_ms", predicted_ms_);
            });
        });
        connection_.event(w.view());
        connection_.event("[DONE]");
    }

    Inference& inference_;
    Connection& connection_;
    common_chat_params chat_;
    common_params_sampling sampling_;
    common_sampler_ptr sampler_;
    SpokenText text_;
    std::int64_t limit_;
    std::size_t prompt_tokens_ = 0;
    std::size_t cached_tokens_ = 0;
    std::size_t output_tokens_ = 0;
    double prompt_ms_ = 0;
    double predicted_ms_ = 0;
    bool has_calls_ = false;
    const char* finish_reason_ = nullptr;
};

}  // namespace

bool ProgressTeller::tell(int percent)
{
    if (connection_.is_closed()) return false;
    const auto now = Clock::now();
    if (now - told_at_ < pause_between || percent == told_) return true;
    told_at_ = now;
    told_ = percent;
    json::Writer w;
    w.object([&] {
        w.key("progress");
        w.object([&] {
            w.field("what", what_);
            w.field("percent", percent);
        });
    });
    connection_.event(w.view(), "progress");
    return true;
}

Result<void> complete_chat(Inference& inference, const std::string& body, Connection& connection)
{
    // llama.cpp's common library throws: on requests that its templates cannot take above all.
    try {
        return Completion{inference, common_json::parse(body), connection}.run();
    } catch (const std::exception& error) {
        return fail(ErrorKind::invalid, cat("the request cannot be answered: ", error.what()));
    }
}

}  // namespace oi::engine
