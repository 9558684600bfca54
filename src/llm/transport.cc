// Transport: the loop of tries, the wait between them, the trace.
#include "llm/transport.h"

#include "base/text.h"
#include "llm/retry.h"
#include "llm/trace.h"
#include "llm/vendor_error.h"
#include "sys/wait.h"

#include <array>

namespace oi::llm {

using std::chrono::milliseconds;

namespace {

Error named(Error error, const Endpoint& endpoint)
{
    if (error.kind == ErrorKind::cancelled) return error;
    error.what = cat(endpoint.vendor, ": ", error.what);
    if (error.hint.empty()) error.hint = hint_for(error.kind, endpoint);
    return error;
}

// The last word on a failure that was passing, when it is not tried again.
Error given_up(Error error)
{
    if (error.retry_after >= std::chrono::seconds{1}) {
        const auto seconds = std::chrono::ceil<std::chrono::seconds>(error.retry_after).count();
        error.hint = cat("it asks to wait ", seconds, " s; --retry_for ", seconds, " waits that long");
    }
    return error;
}

}  // namespace

Transport::Transport(const ModelOptions& options)
    : idle_timeout_{options.idle_timeout},
      trace_{options.trace},
      send_{options.send ? options.send : net::http_sender()},
      tries_{options.tries}
{
    if (!options.is_attended && !tries_) retry_for_ = std::chrono::duration_cast<milliseconds>(options.retry_for);
}

Result<Usage> Transport::send(const net::HttpRequest& request, const Endpoint& endpoint, std::span<const std::string> languages,
                              const EventSink& sink, std::stop_token stop)
{
    Retry retry{retry_for_};
    for (;;) {
        ReplyReader reader{endpoint, sink, languages};
        auto result = try_once(request, reader, endpoint, stop);
        if (result) return result;
        Error error = named(std::move(result).error(), endpoint);
        if (stop.stop_requested()) return fail(ErrorKind::cancelled, "stopped");
        if (reader.has_delivered()) return Fail{std::move(error)};  // a second try would say it twice
        if (tries_ && !tries_->repeats()) return Fail{given_up(std::move(error))};
        if (error.kind == ErrorKind::auth && (tries_ || (endpoint.authorizer && endpoint.authorizer->renew()))) continue;
        const auto pause = retry.next(error, Retry::Clock::now());
        if (!pause) return Fail{given_up(std::move(error))};
        OI_CHECK(wait(*pause, error, sink, stop));
    }
}

Result<void> Transport::wait_after(std::span<const Error> breaks, const EventSink& sink, std::stop_token stop) const
{
    if (breaks.empty()) return {};
    if (tries_ && !tries_->goes_on()) return Fail{given_up(breaks.back())};
    Retry retry{retry_for_};
    std::optional<milliseconds> pause;
    for (Error error : breaks) {
        if (error.kind == ErrorKind::timeout) error.kind = ErrorKind::network;  // half a reply came: the other side is there
        pause = retry.next(error, Retry::Clock::now());
    }
    if (!pause) return Fail{given_up(breaks.back())};
    return wait(*pause, breaks.back(), sink, std::move(stop));
}

Result<net::HttpResponse> Transport::fetch(const net::HttpRequest& request, const Endpoint& endpoint, std::stop_token stop)
{
    constexpr std::size_t answer_limit = 16 * 1024 * 1024;
    Trace trace{trace_, endpoint.key};
    net::HttpRequest authorized = request;
    if (endpoint.authorizer) OI_CHECK(endpoint.authorizer->authorize(authorized, stop));
    authorized.unix_socket = endpoint.unix_socket;
    trace.request(authorized);
    auto response = net::fetch(send_, authorized, std::move(stop), answer_limit);
    if (response) {
        trace.head({response->status, response->headers});
        trace.body(response->body);
    }
    trace.end(response ? Result<void>{} : Result<void>{Fail{response.error()}});
    return response;
}

Result<Usage> Transport::try_once(const net::HttpRequest& request, ReplyReader& reader, const Endpoint& endpoint, std::stop_token stop)
{
    Trace trace{trace_, endpoint.key};
    net::HttpRequest timed = request;
    timed.idle_timeout = idle_timeout_;
    if (endpoint.authorizer) OI_CHECK(endpoint.authorizer->authorize(timed, stop));
    timed.unix_socket = endpoint.unix_socket;
    trace.request(timed);
    const net::HttpSink sink{.head =
                                 [&](const net::HttpHead& head) {
                                     trace.head(head);
                                     return reader.head(head);
                                 },
                             .body =
                                 [&](std::string_view bytes) {
                                     trace.body(bytes);
                                     return reader.body(bytes);
                                 },
                             .patience = [&] { return reader.patience(); }};
    const auto transfer = send_(timed, sink, std::move(stop));
    trace.end(transfer);
    return reader.end(transfer);
}

Result<void> Transport::wait(milliseconds time, const Error& reason, const EventSink& sink, std::stop_token stop) const
{
    // Shared, because the skip may be called after the wait is over.
    const auto skip = std::make_shared<sys::Wakeup>();
    const auto until = sys::Clock::now() + time;
    sink(Countdown{reason.what, until, [skip] { skip->notify(); }});
    if (tries_ && !tries_->waits) return {};
    std::array<pollfd, 1> descriptors{{{skip->fd(), POLLIN, 0}}};
    if (sys::wait(descriptors, until, sys::StopSignal{std::move(stop)}) == sys::Woke::stopped) return fail(ErrorKind::cancelled, "stopped");
    return {};
}

}  // namespace oi::llm
