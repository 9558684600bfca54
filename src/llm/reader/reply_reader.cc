// ReplyReader: looks at what came, not at what the headers promise; servers label streams as they like.
#include "llm/reader/reply_reader.h"

#include "base/text.h"
#include "llm/reply_memory.h"

#include <algorithm>

namespace oi::llm {

namespace {

constexpr std::size_t refusal_limit = 64 * 1024;
constexpr std::size_t json_limit = 64 * 1024 * 1024;

bool begins_like_events(std::string_view text)
{
    for (const std::string_view field : {"data", "event", ":", "id", "retry"})
        if (text.starts_with(field) || field.starts_with(text)) return true;
    return false;
}

}  // namespace

ReplyReader::ReplyReader(const Endpoint& endpoint, EventSink sink, std::span<const std::string> languages)
    : endpoint_{endpoint},
      take_{[this](const Delta& delta) { maker_.take(delta); }},
      maker_{std::move(sink), languages, endpoint.code_form,
             endpoint.memory && endpoint.memory->begins_in_thought ? ThoughtReader::Begin::in_thought : ThoughtReader::Begin::unknown},
      decoder_{endpoint.provider->decoder()}
{
}

Result<void> ReplyReader::head(const net::HttpHead& head)
{
    response_.status = head.status;
    response_.headers = head.headers;
    if (head.status < 200 || head.status > 299) form_ = Form::refusal;
    return {};
}

Result<void> ReplyReader::body(std::string_view bytes)
{
    if (is_stream()) return stream(bytes);
    const std::size_t limit = form_ == Form::json ? json_limit : refusal_limit;
    response_.body += bytes.substr(0, limit - std::min(limit, response_.body.size()));
    if (response_.body.size() >= limit) return verdict();  // no model says that much
    if (form_ != Form::unknown) return {};
    find_form();
    return is_stream() ? stream(std::exchange(response_.body, {})) : Result<void>{};
}

std::optional<std::chrono::milliseconds> ReplyReader::patience() const
{
    using namespace std::chrono_literals;
    if (decoder_->is_complete()) return 50ms;  // only to keep the connection for the next turn
    if (decoder_->may_end()) return 2s;        // the usage may follow; some servers then neither say more nor close
    return {};
}

void ReplyReader::find_form()
{
    std::string_view text = response_.body;
    // The length of a message begins with a zero: none has 16 MiB.
    if (endpoint_.provider->framing == Framing::frames && text.starts_with('\0')) {
        form_ = Form::frames;
        return;
    }
    if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
    text = trim(text);
    if (text.empty()) return;
    if (text.front() == '{' && endpoint_.provider->framing == Framing::lines) form_ = Form::lines;
    else if (text.front() == '{' || text.front() == '[') form_ = Form::json;
    else if (text.front() == '<') form_ = Form::page;
    else if (begins_like_events(text)) form_ = text.size() > 5 ? Form::events : Form::unknown;
    else form_ = Form::other;
}

template <class Parser>
Result<void> ReplyReader::feed(Parser& parser, std::string_view bytes)
{
    Result<void> result;
    const auto sink = [&](const net::SseEvent& event) {
        result = decoder_->event(event, take_);
        return result.has_value();
    };
    Result<void> framing;
    if constexpr (std::is_void_v<decltype(parser.feed(bytes, sink))>) parser.feed(bytes, sink);
    else framing = parser.feed(bytes, sink);
    maker_.flush();
    return result ? framing : result;
}

Result<void> ReplyReader::stream(std::string_view bytes)
{
    if (form_ == Form::frames) return feed(frames_, bytes);
    return form_ == Form::lines ? feed(lines_, bytes) : feed(events_, bytes);
}

// What stood unfinished when the stream ended. Half a line after whole ones is a cut stream, not a malformed one.
Result<void> ReplyReader::stream_end()
{
    const bool has_begun = events_.has_events() || lines_.has_events();
    Result<void> result;
    const auto sink = [&](const net::SseEvent& event) {
        result = decoder_->event(event, take_);
        return true;
    };
    if (form_ == Form::lines) lines_.finish(sink);
    else if (form_ == Form::events) events_.finish(sink);  // a frame is whole or nothing
    const bool is_half_line = form_ == Form::lines && has_begun && !result && result.error().kind == ErrorKind::protocol;
    if ((!result && !is_half_line) || (result && decoder_->may_end())) return result;
    const bool has_some = events_.has_events() || lines_.has_events() || frames_.has_events();
    return fail(ErrorKind::network, has_some ? "the stream was cut in the middle" : "the stream ended before its first event",
                has_some ? "what came is kept; ask it to go on" : "try again");
}

Result<Usage> ReplyReader::end(const Result<void>& transfer)
{
    Result<void> result = transfer;
    // A refusal or an answer that is all there counts, however its connection ended.
    const bool is_lost = !transfer && transfer.error().kind == ErrorKind::network;
    if (transfer || (is_lost && (form_ == Form::refusal || decoder_->may_end()))) result = verdict();
    maker_.finish(result ? ReplyEnd::whole : ReplyEnd::cut);
    if (endpoint_.memory) endpoint_.memory->begins_in_thought = maker_.begin() == ThoughtReader::Begin::in_thought;
    // Before a break of the stream is told: whole code that came before a break would be run.
    if (maker_.has_code_in_thought())
        return fail(ErrorKind::protocol, "the model thought aloud, and the code in its thoughts was not run",
                    "ask it to go on: from now on its thoughts are told from its answers");
    if (!result) return Fail{result.error()};
    if (maker_.is_code_cut()) {
        if (maker_.has_hit_limit())
            return fail(ErrorKind::protocol, "the answer reached its token limit in the middle of code, which was not run",
                        "raise the limit with --max_tokens");
        return fail(ErrorKind::protocol, "the answer ended in the middle of code, which was not run", "ask again");
    }
    if (!maker_.has_delivered())
        maker_.remark(maker_.has_thought() ? "the model thought, and answered with nothing" : "the model answered with nothing");
    if (endpoint_.thinking.back == ThoughtsBack::tags) maker_.keep_tagged();
    if (endpoint_.memory) endpoint_.memory->add(maker_.take_record());
    return maker_.usage();
}

Result<void> ReplyReader::verdict()
{
    if (form_ == Form::refusal) return Fail{endpoint_.provider->classify(response_, endpoint_)};
    if (form_ == Form::json) return decoder_->whole(std::move(response_.body), take_);
    if (form_ == Form::unknown && is_blank(response_.body))
        return fail(ErrorKind::protocol, cat("answered with status ", response_.status, " and nothing else"),
                    "is this address a model's server?");
    if (!is_stream()) {
        auto error = endpoint_.provider->classify(response_, endpoint_);
        return fail(ErrorKind::protocol, cat("answered, but not as a model does: ", error.what),
                    form_ == Form::page ? "does the network want you to sign in first? else check --api_base"
                                        : "is this address a model's server? check --api_base");
    }
    return stream_end();
}

}  // namespace oi::llm
