// Requests to the program's own model; see completion.h.
#include "library/completion.h"

#include "base/json.h"
#include "base/text.h"

#include <algorithm>

namespace interpreter {

namespace {

using oi::Result;

bool is_whole_answer(const std::string& chunk)
{
    const auto parsed = oi::json::parse(chunk);
    return parsed && oi::json::find(*parsed, {"choices", "0", "message"});
}

// What the model hands over, as the bytes that a server would send.
class Wire {
public:
    explicit Wire(const oi::net::HttpSink& sink) : sink_{sink} {}

    void take(const std::string& chunk)
    {
        if (!taken_ || is_whole_) return;
        is_whole_ = std::exchange(is_first_, false) && is_whole_answer(chunk);
        if (is_whole_) {
            taken_ = sink_.body(chunk);
            return;
        }
        line_.assign("data: ").append(chunk).append("\n\n");
        std::replace(line_.begin() + 6, line_.end() - 2, '\n', ' ');  // JSON that was set over several lines
        taken_ = sink_.body(line_);
    }
    Result<void> end()
    {
        if (!taken_ || is_whole_) return taken_;
        return sink_.body("data: [DONE]\n\n");
    }
    bool is_refused() const { return !taken_; }

private:
    const oi::net::HttpSink& sink_;
    Result<void> taken_;
    std::string line_;
    bool is_first_ = true;
    bool is_whole_ = false;
};

Result<void> answer(const Completion& completion, Callbacks& callbacks, const std::string& request, const oi::net::HttpSink& sink,
                    std::stop_token stop)
{
    Wire wire{sink};
    std::stop_source enough;  // also when the reader of the answer wants no more
    const std::stop_callback link{stop, [&] { enough.request_stop(); }};
    const auto outlet = std::make_shared<Outlet<std::string>>([&](const std::string& chunk) {
        if (enough.stop_requested()) return;
        wire.take(chunk);
        if (wire.is_refused()) enough.request_stop();
    });
    const Ended ended = callbacks.run(
        [completion, request, outlet](std::stop_token own) {
            completion(
                request, [&](const std::string& chunk) { (*outlet)(chunk); }, std::move(own));
        },
        enough.get_token());
    outlet->close();
    if (ended == Ended::threw || stop.stop_requested()) return oi::fail(oi::ErrorKind::cancelled, "stopped");
    return wire.end();
}

}  // namespace

oi::net::Send send_through(Completion completion, std::shared_ptr<Callbacks> callbacks)
{
    return [completion = std::move(completion), callbacks = std::move(callbacks)](
               const oi::net::HttpRequest& request, const oi::net::HttpSink& sink, std::stop_token stop) -> Result<void> {
        const bool is_question = request.method == "POST";  // others ask a server about its models
        if (sink.head) OI_CHECK(sink.head({.status = is_question ? 200 : 404, .headers = {}}));
        if (!is_question) return {};
        return answer(completion, *callbacks, request.body, sink, std::move(stop));
    };
}

}  // namespace interpreter
