// Replay: the exchanges in their order, each handed on in the pieces in which it came.
#include "llm/recording/replay.h"

#include "base/text.h"
#include "llm/recording/json_difference.h"
#include "llm/recording/mask.h"
#include "sys/wait.h"

#include <algorithm>
#include <array>

namespace oi::llm {

namespace {

// Nothing that the model would be tried again for, or asked otherwise.
Fail refuse(std::string what, std::string hint) { return fail(ErrorKind::protocol, std::move(what), std::move(hint)); }

// Headers that say who, when and how long, and no more than the rest of the request says.
bool varies(std::string_view name)
{
    const std::string word = lower(name);
    for (const std::string_view known :
         {"user-agent", "date", "x-amz-date", "x-amz-content-sha256", "host", "content-length", "x-goog-user-project"})
        if (word == known) return true;
    return is_secret_header(word);
}

std::string as_line(const net::HttpRequest& request)
{
    std::vector<std::string> lines;
    for (const auto& header : request.headers)
        if (!varies(header.name)) lines.push_back(cat(lower(header.name), ": ", header.value));
    std::sort(lines.begin(), lines.end());
    return join(lines, ", ");
}

// Where a request differs, in words; "" when it does not.
std::string difference(const net::HttpRequest& recorded, const net::HttpRequest& sent)
{
    const auto said = [](std::string_view where, const Difference& found) {
        return cat(" at ", where, ": recorded ", found.before, ", now ", found.after);
    };
    if (const auto found = first_difference(cat(recorded.method, " ", recorded.url), cat(sent.method, " ", sent.url)))
        return said("its address", *found);
    if (const auto found = first_difference(recorded.body, sent.body)) return said(found->path.empty() ? "its body" : found->path, *found);
    if (const auto found = first_difference(as_line(recorded), as_line(sent))) return said("its headers", *found);
    return {};
}

class Player {
public:
    Player(Recording recording, Pace pace) : recording_{std::move(recording)}, pace_{pace}, mask_{secrets_of_environment()} {}

    Result<void> send(const net::HttpRequest& request, const net::HttpSink& sink, const std::stop_token& stop)
    {
        if (!has_more())
            return refuse(cat(recording_.path, " is played to its end: after ", next_, next_ == 1 ? " request" : " requests",
                              " the program wants to send one more"),
                          "the recorded run ended here; --record makes a longer one");
        const Exchange& exchange = recording_.exchanges[next_];
        if (const auto where = difference(exchange.request, masked(request)); !where.empty())
            return refuse(cat("request ", next_ + 1, " differs from the one in ", recording_.path, ":", exchange.line, where),
                          "a replay needs the message, settings and results of code that were recorded");
        ++next_;
        return play(exchange, sink, sys::StopSignal{stop});
    }

    bool has_more() const { return next_ < recording_.exchanges.size(); }
    bool repeats() const
    {
        const auto& exchanges = recording_.exchanges;
        return next_ > 0 && has_more() && difference(exchanges[next_ - 1].request, exchanges[next_].request).empty();
    }

private:
    net::HttpRequest masked(net::HttpRequest request) const
    {
        request.url = mask_.url(request.url);
        for (auto& header : request.headers) header = mask_.header(header);
        request.body = mask_.text(std::move(request.body));
        return request;
    }

    Result<void> play(const Exchange& exchange, const net::HttpSink& sink, const sys::StopSignal& stop) const
    {
        const auto start = sys::Clock::now();
        const auto reach = [&](double at) -> Result<void> {
            const auto when = pace_ == Pace::full_speed
                                  ? start
                                  : start + std::chrono::duration_cast<sys::Clock::duration>(std::chrono::duration<double, std::milli>{at});
            if (sys::wait({}, when, stop) == sys::Woke::stopped) return fail(ErrorKind::cancelled, "stopped");
            return {};
        };
        if (exchange.head) {
            OI_CHECK(reach(exchange.head_at));
            if (sink.head) OI_CHECK(sink.head(*exchange.head));
        }
        for (const auto& piece : exchange.pieces) {
            OI_CHECK(reach(piece.at));
            if (sink.body) OI_CHECK(sink.body(piece.bytes));
        }
        OI_CHECK(reach(exchange.end_at));
        if (!exchange.end)
            return refuse(cat(recording_.path, ":", exchange.line, ": the recorded run ended in the middle of this reply"),
                          "--record makes another");
        return *exchange.end;
    }

    Recording recording_;
    Pace pace_;
    Mask mask_;
    std::size_t next_ = 0;
};

}  // namespace

std::optional<ReplayName> replay_name(std::string_view model)
{
    for (const auto& [prefix, pace] : {std::pair{std::string_view{"replay:"}, Pace::full_speed}, {"timed-replay:", Pace::as_recorded}})
        if (model.starts_with(prefix)) return ReplayName{std::string{model.substr(prefix.size())}, pace};
    return {};
}

std::vector<ModelOptions> options_of_replay(const Recording& recording, Pace pace, const ModelOptions& asked)
{
    const auto player = std::make_shared<Player>(recording, pace);
    std::vector<ModelOptions> all;
    for (const RecordedModel& model : recording.models) {
        ModelOptions& options = all.emplace_back(asked);
        options.name = model.name;
        options.api_base = model.api_base;
        options.api_key = "replayed";  // none is needed, and nobody gets it
        if (options.api_version.empty()) options.api_version = model.api_version;
        if (options.temperature < 0) options.temperature = model.temperature;
        if (options.max_tokens == 0) options.max_tokens = model.max_tokens;
        if (options.context_window == 0) options.context_window = model.context_window;
        if (options.reasoning_effort.empty()) options.reasoning_effort = model.reasoning_effort;
        if (!options.supports_functions) options.supports_functions = model.supports_functions;
        if (!options.supports_vision) options.supports_vision = model.supports_vision;
        options.tries =
            RecordedTries{[player] { return player->repeats(); }, [player] { return player->has_more(); }, pace == Pace::as_recorded};
        options.send = [player](const auto&... arguments) { return player->send(arguments...); };
    }
    return all;
}

std::optional<RecordedFacts> recorded_facts(std::string_view model)
{
    const auto name = replay_name(model);
    const auto recording = name ? read_recording(name->path) : Result<Recording>{Fail{Error{}}};
    return recording ? std::optional{recording->surroundings} : std::nullopt;
}

}  // namespace oi::llm
