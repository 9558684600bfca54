// Recorder: stands between Transport and the wire, and writes down what passes.
#include "llm/recording/recorder.h"

#include "base/text.h"

#include <chrono>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace oi::llm {

namespace {

using Clock = std::chrono::steady_clock;

Result<void> refuse_other_files(int fd, const std::string& path)
{
    struct stat info {};
    if (::fstat(fd, &info) != 0) return fail_errno(path);
    std::string begin(recording_mark.size(), '\0');
    const bool is_plain = S_ISREG(info.st_mode);
    const ssize_t got = is_plain ? ::pread(fd, begin.data(), begin.size(), 0) : -1;
    if (is_plain && (got == 0 || begin == recording_mark)) return {};
    return fail(ErrorKind::invalid, cat("--record ", path, ": a file is there that is no recording"), "give another name, or remove it");
}

}  // namespace

// One request and its reply, on their way.
struct Recorder::Exchange {
    Recorder& recorder;
    const Mask& mask;
    int number;
    Clock::time_point start = Clock::now();
    std::string held{};  // the end of the last piece, which may begin a secret

    double elapsed() const { return std::chrono::duration<double, std::milli>(Clock::now() - start).count(); }

    Result<void> request(const std::string& model, const net::HttpRequest& request) const
    {
        net::HttpRequest shown = request;
        shown.url = mask.url(request.url);
        for (auto& header : shown.headers) header = mask.header(header);
        shown.body = mask.text(request.body);
        return recorder.write(request_line(number, model, shown));
    }
    Result<void> head(const net::HttpHead& head) const
    {
        net::HttpHead shown = head;
        for (auto& header : shown.headers) header = mask.header(header);
        return recorder.write(reply_line(number, elapsed(), shown));
    }
    Result<void> piece(std::string_view bytes)
    {
        std::string text = mask.text(std::exchange(held, {}) + std::string{bytes});
        const std::size_t whole = text.size() - mask.unfinished(text);
        held = text.substr(whole);
        text.resize(whole);
        return text.empty() ? Result<void>{} : recorder.write(piece_line(number, elapsed(), text));
    }
    Result<void> end(Result<void> transfer)
    {
        if (!held.empty()) {
            const std::string rest = held.size() < 8 ? held : "***";  // most of a secret is as good as all of it
            OI_CHECK(recorder.write(piece_line(number, elapsed(), rest)));
        }
        if (!transfer) transfer.error().what = mask.text(transfer.error().what);
        return recorder.write(end_line(number, elapsed(), transfer));
    }
};

Result<void> Recorder::open()
{
    if (file_.is_open()) return {};
    sys::Fd file{::open(path_.c_str(), O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC | O_NONBLOCK, 0600)};
    if (!file.is_open()) return fail_errno(cat("--record ", path_));
    OI_CHECK(refuse_other_files(file.get(), path_));
    if (::ftruncate(file.get(), 0) != 0 || ::fchmod(file.get(), 0600) != 0) return fail_errno(cat("--record ", path_));
    file_ = std::move(file);
    return write(recording_line(facts_));
}

Result<void> Recorder::write(const std::string& line)
{
    if (auto written = sys::write_all(file_.get(), line); !written)
        return fail(written.error().kind, cat("--record ", path_, ": ", written.error().what));
    return {};
}

Result<net::Send> Recorder::record(const Endpoint& endpoint, const ModelOptions& options)
{
    OI_CHECK(open());
    auto secrets = secrets_of_environment();
    secrets.push_back(endpoint.key);
    const auto mask = std::make_shared<Mask>(secrets);
    OI_CHECK(write(model_line({.name = options.name,
                               .api_base = mask->url(endpoint.base_url),
                               .api_version = endpoint.api_version,
                               .temperature = endpoint.temperature,
                               .max_tokens = endpoint.max_tokens,
                               .context_window = options.context_window,
                               .reasoning_effort = options.reasoning_effort,
                               .supports_functions = options.supports_functions,
                               .supports_vision = options.supports_vision})));
    return net::Send{[self = shared_from_this(), mask, name = options.name, send = options.send ? options.send : net::http_sender()](
                         const net::HttpRequest& request, const net::HttpSink& sink, std::stop_token stop) -> Result<void> {
        Exchange exchange{.recorder = *self, .mask = *mask, .number = ++self->count_};
        OI_CHECK(exchange.request(name, request));
        const net::HttpSink through{.head = [&](const net::HttpHead& head) -> Result<void> {
                                        OI_CHECK(exchange.head(head));
                                        return sink.head ? sink.head(head) : Result<void>{};
                                    },
                                    .body = [&](std::string_view bytes) -> Result<void> {
                                        OI_CHECK(exchange.piece(bytes));
                                        return sink.body ? sink.body(bytes) : Result<void>{};
                                    },
                                    .patience = sink.patience};
        auto result = send(request, through, std::move(stop));
        OI_CHECK(exchange.end(result));
        return result;
    }};
}

}  // namespace oi::llm
