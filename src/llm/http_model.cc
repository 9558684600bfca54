// HttpModel: encode, send; once more without tools for a model that turns out to take none.
#include "llm/http_model.h"

#include "base/text.h"

#include <utility>

namespace oi::llm {

HttpModel::HttpModel(Endpoint endpoint, ModelInfo info, const ModelOptions& options)
    : endpoint_{std::move(endpoint)}, info_{std::move(info)}, may_leave_tools_{!options.supports_functions.has_value()}, transport_{options}
{
    endpoint_.memory = &memory_;
}

// How Ollama, llama.cpp and OpenRouter say it.
bool HttpModel::takes_no_tools(const Error& error) const
{
    if (!may_leave_tools_ || endpoint_.code_form != CodeForm::calls) return false;
    if (error.kind != ErrorKind::invalid && error.kind != ErrorKind::not_found) return false;
    const std::string words = lower(error.what);
    for (const std::string_view sign :
         {"does not support tools", "tools param requires", "support tool use", "tool calling is not supported"})
        if (words.find(sign) != std::string::npos) return true;
    return false;
}

// Fields that some servers refuse, in whose words they say it: the refused one is sent no more. False: nothing to change.
bool HttpModel::adapt_fields(const Error& error)
{
    if (error.kind != ErrorKind::invalid) return false;
    const std::string words = lower(error.what);
    const auto has = [&](std::string_view word) { return words.find(word) != std::string::npos; };
    if (endpoint_.usage_report == UsageReport::asked && has("stream_options")) {
        endpoint_.usage_report = UsageReport::unasked;
        return true;
    }
    if (endpoint_.limit_field == LimitField::max_tokens && has("max_completion_tokens")) {
        endpoint_.limit_field = LimitField::max_completion_tokens;
        return true;
    }
    // OpenAI gives summaries to verified organizations only.
    if (has("reasoning") && has("summar") && std::exchange(endpoint_.asks_for_summaries, false)) return true;
    return refuses_effort(words) && !std::exchange(endpoint_.reasoning_effort, {}).empty();
}

Result<Usage> HttpModel::stream(const Request& request, const EventSink& sink, std::stop_token stop)
{
    const auto send = [&] {
        return transport_.send(endpoint_.provider->encode(request, endpoint_), endpoint_, request.languages, sink, stop);
    };
    auto result = send();
    std::string effort = endpoint_.reasoning_effort;
    while (!result && adapt_fields(result.error())) {
        if (std::exchange(effort, endpoint_.reasoning_effort) != endpoint_.reasoning_effort)
            sink(Notice{Notice::Level::note, cat(info_.name, " takes no --reasoning_effort: it thinks as it does by itself")});
        result = send();
    }
    if (!result && takes_no_tools(result.error())) {
        endpoint_.code_form = CodeForm::fences;
        info_.supports_functions = false;
        sink(Notice{Notice::Level::note,
                    cat(info_.name, " takes no tools: its code comes out of fenced blocks (--no-llm_supports_functions says so at once)")});
        result = send();
    }
    return result;
}

}  // namespace oi::llm
