// Recording: writing and reading its lines.
#include "llm/recording/recording.h"

#include "base/base64.h"
#include "base/json.h"
#include "base/text.h"
#include "sys/files.h"

#include <cmath>
#include <ctime>

namespace oi::llm {

namespace {

constexpr int version = 1;

// One line: an object of what `body` writes.
template <class Body>
std::string line(Body body)
{
    json::Writer writer;
    writer.object([&] { body(writer); });
    return cat(writer.view(), "\n");
}

double rounded(double milliseconds) { return std::round(milliseconds * 10) / 10; }

void write_headers(json::Writer& writer, const net::Headers& headers)
{
    writer.key("headers");
    writer.array([&] {
        for (const auto& header : headers) writer.value(valid_utf8(cat(header.name, ": ", header.value)));
    });
}

void write_bytes(json::Writer& writer, std::string_view bytes)
{
    const bool is_text = valid_utf8(std::string{bytes}) == bytes;
    writer.field(is_text ? "text" : "base64", is_text ? std::string{bytes} : base64(bytes));
}

net::Headers headers_of(const json::Value& value)
{
    net::Headers headers;
    const json::Value* list = json::find(value, "headers");
    if (!list || !list->IsArray()) return headers;
    for (const auto& entry : list->GetArray()) {
        if (!entry.IsString()) continue;
        const std::string_view text = json::view(entry);
        const auto colon = std::min(text.find(": "), text.size());
        headers.push_back({std::string{text.substr(0, colon)}, std::string{text.substr(std::min(colon + 2, text.size()))}});
    }
    return headers;
}

std::string bytes_of(const json::Value& value)
{
    if (const json::Value* body = json::find(value, "body")) return json::to_text(*body);
    if (const auto encoded = json::text(value, "base64"); !encoded.empty()) return from_base64(encoded);
    return std::string{json::text(value, "text")};
}

double number_of(const json::Value& value, std::string_view key, double fallback)
{
    const json::Value* found = json::find(value, key);
    return found && found->IsNumber() ? found->GetDouble() : fallback;
}

ErrorKind kind_named(std::string_view word)
{
    for (int kind = 0; kind <= static_cast<int>(ErrorKind::io); ++kind)
        if (name(static_cast<ErrorKind>(kind)) == word) return static_cast<ErrorKind>(kind);
    return ErrorKind::network;
}

Result<void> transfer_of(const json::Value& value)
{
    const json::Value* error = json::find(value, "error");
    if (!error) return {};
    return fail(kind_named(json::text(*error, "kind")), std::string{json::text(*error, "what")}, std::string{json::text(*error, "hint")});
}

RecordedModel model_of(const json::Value& value)
{
    RecordedModel model{.name = std::string{json::text(value, "model")},
                        .api_base = std::string{json::text(value, "api_base")},
                        .api_version = std::string{json::text(value, "api_version")},
                        .temperature = number_of(value, "temperature", -1),
                        .max_tokens = json::integer(value, "max_tokens"),
                        .context_window = json::integer(value, "context_window"),
                        .reasoning_effort = std::string{json::text(value, "reasoning_effort")}};
    if (json::find(value, "supports_vision")) model.supports_vision = json::boolean(value, "supports_vision");
    if (json::find(value, "supports_functions")) model.supports_functions = json::boolean(value, "supports_functions");
    return model;
}

class Reader {
public:
    explicit Reader(Recording& recording) : recording_{recording} {}

    // An Error says only what is wrong with the line.
    Result<void> take(const json::Value& value, std::size_t number)
    {
        if (number == 1) return first(value);
        if (json::find(value, "request")) return request(value, number);
        if (json::find(value, "model")) {
            recording_.models.push_back(model_of(value));
            return {};
        }
        for (const std::string_view key : {"reply", "piece", "end"})
            if (json::find(value, key)) return of_exchange(key, value);
        return fail(ErrorKind::invalid, "no request, reply, piece, end or model");
    }

private:
    Result<void> first(const json::Value& value)
    {
        if (json::integer(value, "recording") != version)
            return fail(ErrorKind::invalid, "this is no recording that this version reads", "--record FILE makes one");
        if (const json::Value* facts = json::find(value, "surroundings"); facts && facts->IsObject())
            for (const auto& fact : facts->GetObject())
                if (fact.value.IsString()) recording_.surroundings.emplace(json::view(fact.name), json::view(fact.value));
        return {};
    }

    Result<void> request(const json::Value& value, std::size_t number)
    {
        if (recording_.models.empty()) return fail(ErrorKind::invalid, "a request before any model");
        Exchange exchange{.line = number};
        exchange.request.method = json::text(value, "method");
        exchange.request.url = json::text(value, "url");
        exchange.request.headers = headers_of(value);
        exchange.request.body = bytes_of(value);
        recording_.exchanges.push_back(std::move(exchange));
        return {};
    }

    Result<void> of_exchange(std::string_view key, const json::Value& value)
    {
        auto& exchanges = recording_.exchanges;
        if (exchanges.empty() || json::integer(value, key) != static_cast<std::int64_t>(exchanges.size()) || exchanges.back().end)
            return fail(ErrorKind::invalid, cat("a ", key, " that belongs to no request"));
        Exchange& exchange = exchanges.back();
        const double at = number_of(value, "ms", 0);
        if (key == "reply") {
            exchange.head = net::HttpHead{static_cast<int>(json::integer(value, "status")), headers_of(value)};
            exchange.head_at = at;
        } else if (key == "piece") {
            exchange.pieces.push_back({at, bytes_of(value)});
        } else {
            exchange.end = transfer_of(value);
            exchange.end_at = at;
        }
        return {};
    }

    Recording& recording_;
};

}  // namespace

Result<Recording> read_recording(const std::string& path)
{
    OI_TRY(const std::string text, sys::read_file(path));
    Recording recording{.path = path};
    Reader reader{recording};
    std::size_t number = 0;
    std::string_view rest = text;
    while (!rest.empty()) {
        ++number;
        const auto end = rest.find('\n');
        const auto value = json::parse(rest.substr(0, end));
        if (!value && end == std::string_view::npos && number > 1) break;
        auto taken = value ? reader.take(*value, number) : Result<void>{Fail{value.error()}};
        if (!taken && !value) taken.error().what = replace_all(taken.error().what, "at line 1, column", "at column");
        if (!taken) return fail(ErrorKind::invalid, cat(path, ":", number, ": ", taken.error().what), taken.error().hint);
        rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
    }
    if (recording.models.empty()) return fail(ErrorKind::invalid, cat(path, ": the recording names no model"), "--record FILE makes one");
    return recording;
}

std::string recording_line(const RecordedFacts& surroundings)
{
    char date[32];
    const std::time_t now = std::time(nullptr);
    std::tm utc{};
    ::gmtime_r(&now, &utc);
    std::strftime(date, sizeof date, "%Y-%m-%dT%H:%M:%SZ", &utc);
    return line([&](json::Writer& writer) {
        writer.field("recording", version);
        writer.field("date", date);
        writer.key("surroundings");
        writer.object([&] {
            for (const auto& [key, value] : surroundings) writer.field(key, valid_utf8(value));
        });
    });
}

std::string model_line(const RecordedModel& model)
{
    return line([&](json::Writer& writer) {
        writer.field("model", valid_utf8(model.name));
        writer.field("api_base", valid_utf8(model.api_base));
        if (!model.api_version.empty()) writer.field("api_version", valid_utf8(model.api_version));
        if (model.temperature >= 0) writer.field("temperature", model.temperature);
        if (model.max_tokens > 0) writer.field("max_tokens", static_cast<std::int64_t>(model.max_tokens));
        if (model.context_window > 0) writer.field("context_window", static_cast<std::int64_t>(model.context_window));
        if (!model.reasoning_effort.empty()) writer.field("reasoning_effort", valid_utf8(model.reasoning_effort));
        if (model.supports_functions) writer.field("supports_functions", *model.supports_functions);
        if (model.supports_vision) writer.field("supports_vision", *model.supports_vision);
    });
}

std::string request_line(int number, std::string_view model, const net::HttpRequest& request)
{
    return line([&](json::Writer& writer) {
        writer.field("request", number);
        writer.field("to", valid_utf8(std::string{model}));
        writer.field("method", request.method);
        writer.field("url", valid_utf8(request.url));
        write_headers(writer, request.headers);
        const bool is_json = request.body.find('\n') == std::string::npos && json::parse(request.body);
        if (is_json) {
            writer.key("body");
            writer.raw(request.body);
        } else {
            write_bytes(writer, request.body);
        }
    });
}

std::string reply_line(int number, double at, const net::HttpHead& head)
{
    return line([&](json::Writer& writer) {
        writer.field("reply", number);
        writer.field("ms", rounded(at));
        writer.field("status", head.status);
        write_headers(writer, head.headers);
    });
}

std::string piece_line(int number, double at, std::string_view bytes)
{
    return line([&](json::Writer& writer) {
        writer.field("piece", number);
        writer.field("ms", rounded(at));
        write_bytes(writer, bytes);
    });
}

std::string end_line(int number, double at, const Result<void>& transfer)
{
    return line([&](json::Writer& writer) {
        writer.field("end", number);
        writer.field("ms", rounded(at));
        if (transfer) return;
        writer.key("error");
        writer.object([&] {
            writer.field("kind", name(transfer.error().kind));
            writer.field("what", valid_utf8(transfer.error().what));
            if (!transfer.error().hint.empty()) writer.field("hint", valid_utf8(transfer.error().hint));
        });
    });
}

}  // namespace oi::llm
