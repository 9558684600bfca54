// ReplyReader: reads one HTTP reply of a model, whatever it turns out to be: a stream of events, one JSON text, a
// refusal, or something that no model sends.
#pragma once

#include "llm/reader/chunk_maker.h"
#include "llm/provider.h"
#include "net/eventstream.h"
#include "net/http.h"
#include "net/ndjson.h"
#include "net/sse.h"

#include <memory>
#include <string>

namespace oi::llm {

class ReplyReader {
public:
    ReplyReader(const Endpoint& endpoint, EventSink sink, std::span<const std::string> languages);
    ReplyReader(const ReplyReader&) = delete;
    ReplyReader& operator=(const ReplyReader&) = delete;

    Result<void> head(const net::HttpHead& head);
    Result<void> body(std::string_view bytes);
    // See net::HttpSink::patience.
    std::optional<std::chrono::milliseconds> patience() const;
    // The transfer has ended, well or badly: closes what is open. Returns what the reply as a whole was.
    Result<Usage> end(const Result<void>& transfer);

    bool has_delivered() const { return maker_.has_delivered(); }

private:
    enum class Form : std::uint8_t { unknown, refusal, events, lines, frames, json, page, other };
    void find_form();
    bool is_stream() const { return form_ == Form::events || form_ == Form::lines || form_ == Form::frames; }
    template <class Parser>
    Result<void> feed(Parser& parser, std::string_view bytes);
    Result<void> stream(std::string_view bytes);
    Result<void> stream_end();
    Result<void> verdict();

    const Endpoint& endpoint_;
    DeltaSink take_;
    ChunkMaker maker_;
    std::unique_ptr<Decoder> decoder_;
    net::SseParser events_;
    net::NdjsonParser lines_;
    net::EventStreamParser frames_;
    net::HttpResponse response_;  // what is kept of a body that is no stream
    Form form_ = Form::unknown;
};

}  // namespace oi::llm
