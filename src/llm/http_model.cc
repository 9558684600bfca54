// HttpModel: encode, send; once more without tools for a model that turns out to take none.
#include "llm/http_model.h"

#include "base/text.h"
#include "core/cost.h"
#include "llm/catalogue/catalogue.h"
#include "llm/context_overflow.h"
#include "llm/catalogue/pricing.h"

#include <utility>

namespace oi::llm {

namespace {

constexpr std::chrono::seconds patience{2};  // for all questions to a server about its model
constexpr long least_answer = 4096;          // tokens: with less room than that the conversation must become shorter
constexpr long assumed_window = 8000;        // of a local server that does not say

}  // namespace

HttpModel::HttpModel(Endpoint endpoint, ModelInfo info, const ModelOptions& options)
    : endpoint_{std::move(endpoint)},
      info_{std::move(info)},
      may_leave_tools_{!options.supports_functions.has_value()},
      may_set_window_{options.context_window <= 0},
      may_set_images_{!options.supports_vision.has_value()},
      transport_{options}
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
    if (!std::exchange(has_warned_, true))
        for (const auto& warning : catalogue().warnings()) sink(Notice{Notice::Level::warning, warning});
    OI_CHECK(transport_.wait_after(request.breaks, sink, stop));
    const auto mark = RequestCounter::mark(request);
    const auto send_to = [&](const Endpoint& endpoint) {
        return transport_.send(endpoint.provider->encode(request, endpoint), endpoint, request.languages, sink, stop);
    };
    const auto send = [&] { return send_to(endpoint_); };
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
    if (!result && result.error().kind == ErrorKind::context_overflow)
        if (const long answer = answer_room(result.error().what); answer >= least_answer && answer < endpoint_.max_tokens) {
            Endpoint brief = endpoint_;
            brief.max_tokens = answer;
            result = send_to(brief);
        }
    if (result) {
        counter_.learn(mark, endpoint_, result->input_tokens);
        add_cost(*result, info_.price);
    } else if (result.error().kind == ErrorKind::context_overflow && may_set_window_) {
        set_window(window_in(result.error().what));
    }
    return result;
}

// Names of the catalogue are not asked about: that would delay their first request. A local server knows better in any case.
void HttpModel::learn(const EventSink& sink, std::stop_token stop)
{
    if (std::exchange(has_asked_, true)) return;
    const bool lacks_price = endpoint_.prefix == "openrouter" && !is_known(info_.price);
    const bool lacks_window = may_set_window_ && (info_.context_window == 0 || (is_local(endpoint_) && is_free(info_.price)));
    if ((!lacks_price && !lacks_window) || endpoint_.prefix == "azure") return;  // Azure's list has no deployments
    const auto deadline = std::chrono::steady_clock::now() + patience;
    take(ask_server(endpoint_, [&](net::HttpRequest request) -> std::string {
        const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now());
        if (left.count() <= 0 || stop.stop_requested()) return {};
        request.connect_timeout = request.idle_timeout = left;
        const auto response = transport_.fetch(request, endpoint_, stop);
        return response && response->status == 200 ? response->body : std::string{};
    }));
    if (stop.stop_requested()) has_asked_ = false;
    if (info_.context_window > 0 || !is_local(endpoint_) || stop.stop_requested()) return;
    set_window(assumed_window);
    sink(Notice{Notice::Level::note, cat("The server does not say how large the window of ", info_.name, " is; ", assumed_window,
                                         " tokens are assumed (--context_window TOKENS sets it).")});
}

void HttpModel::take(const ServerFacts& facts)
{
    if (may_set_window_) set_window(facts.context_window);
    if (facts.takes_images && may_set_images_) info_.supports_vision = endpoint_.takes_images = *facts.takes_images;
    if (facts.takes_tools && may_leave_tools_ && endpoint_.code_form == CodeForm::calls) {
        info_.supports_functions = *facts.takes_tools;
        endpoint_.code_form = *facts.takes_tools ? CodeForm::calls : CodeForm::fences;
    }
    if (is_known(facts.price) && !is_known(info_.price)) info_.price = facts.price;
}

void HttpModel::set_window(long tokens)
{
    if (tokens > 0) info_.context_window = endpoint_.context_window = tokens;
}

}  // namespace oi::llm
