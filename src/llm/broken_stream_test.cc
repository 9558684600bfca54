// Every vendor's stream, broken at every byte over real HTTP: what is handed over is true, and whole code is whole.
#include "base/text.h"
#include "llm/endpoint_for.h"
#include "llm/open_model.h"
#include "net/http_client.h"
#include "sys/files.h"
#include "testing/byte_server.h"
#include "testing/environment.h"
#include "testing/provider_server.h"
#include "testing/wire_formats.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>

namespace oi::llm {

namespace {

using testing::ByteServer;
using testing::ProviderServer;
using testing::WireFormat;

const std::vector<std::string> languages{"python", "shell"};
const std::vector<Message> go{user("go")};

ModelOptions options_for(const WireFormat& format, const std::string& base)
{
    ModelOptions options;
    options.name = format.model;
    options.api_base = base;
    options.api_key = "k";
    options.retry_for = std::chrono::seconds{0};
    return options;
}

// A piece of a reply as it was handed over; code is whole when its end came.
struct Piece {
    Kind type = Kind::message;
    std::string format;
    std::string text;
    bool is_whole = false;
    bool operator==(const Piece&) const = default;
};
void PrintTo(const Piece& piece, std::ostream* out)
{
    *out << cat(name(piece.type), " ", piece.format, " \"", piece.text, "\"", piece.is_whole ? "." : "");
}

struct Heard {
    std::vector<Piece> pieces;
    Result<Usage> result = Usage{};
};

Heard ask(LanguageModel& model)
{
    Heard heard;
    const EventSink sink = [&](const Event& event) {
        const auto* chunk = std::get_if<Chunk>(&event);
        if (!chunk) return;
        auto* last = heard.pieces.empty() ? nullptr : &heard.pieces.back();
        if (is_end_mark(*chunk)) last->is_whole = true;
        else if (last && !last->is_whole && last->type == chunk->type && last->format == chunk->format) last->text += chunk->content;
        else heard.pieces.push_back({chunk->type, chunk->format, chunk->content});
    };
    heard.result = model.stream({.system = "", .messages = go, .languages = languages}, sink, {});
    return heard;
}

// The bytes of a reply as its vendor would send them.
std::string body_of(const WireFormat& format, const std::string& reply)
{
    const ProviderServer vendor{"{\"replies\":[" + reply + "]}"};
    const auto endpoint = endpoint_for(options_for(format, vendor.base())).value();
    const auto request = endpoint.provider->encode({.system = "", .messages = go, .languages = languages}, endpoint);
    return net::HttpClient{}.fetch(request, {}).value().body;
}

// What came of a broken reply: all pieces but the last are those of the whole one, the last is the beginning of its piece.
void expect_beginning(const std::vector<Piece>& came, const std::vector<Piece>& truth)
{
    ASSERT_LE(came.size(), truth.size());
    for (std::size_t i = 0; i < came.size(); ++i) {
        if (i + 1 < came.size() || came[i].is_whole) {
            EXPECT_EQ(came[i], truth[i]);
            continue;
        }
        EXPECT_EQ(std::pair(came[i].type, came[i].format), std::pair(truth[i].type, truth[i].format));
        EXPECT_TRUE(truth[i].text.starts_with(came[i].text)) << came[i].text;
        EXPECT_EQ(valid_utf8(came[i].text), came[i].text) << "a character was cut";
    }
}

class BrokenStream : public ::testing::TestWithParam<WireFormat> {
protected:
    const testing::Environment project_{"VERTEXAI_PROJECT", "a-project"};

    // One model object asks for every offset in turn.
    static void break_everywhere(const std::string& reply, ModelOptions options)
    {
        std::atomic<std::size_t> cut = 0;  // read by the server's thread
        std::atomic how = ByteServer::Then::close;
        const std::string bytes = testing::chunked_reply(body_of(GetParam(), reply), GetParam().content_type);
        const ByteServer server{[&](const std::string&) { return ByteServer::Answer{bytes.substr(0, cut.load()), how.load()}; }};
        options.api_base = server.base();
        const auto model = open_model(options).value();
        cut = bytes.size();
        const auto truth = ask(*model);
        ASSERT_TRUE(truth.result) << to_line(truth.result.error());
        ASSERT_EQ(truth.pieces.size(), 3U) << ::testing::PrintToString(truth.pieces);
        const bool is_full = sys::environment("OI_TEST_GROUP") == "full";
        for (const auto each : {ByteServer::Then::close, ByteServer::Then::reset}) {
            how = each;
            const std::size_t step = each == ByteServer::Then::close || is_full ? 1 : 5;
            for (std::size_t at = 0; at < bytes.size() && !HasFailure(); at += step) {
                cut = at;
                SCOPED_TRACE(cat("broken after ", at, " of ", bytes.size(), " bytes: ...",
                                 bytes.substr(at < 60 ? 0 : at - 60, std::min(at, std::size_t{60}))));
                const auto heard = ask(*model);
                if (heard.result) EXPECT_EQ(heard.pieces, truth.pieces);
                else expect_beginning(heard.pieces, truth.pieces);
            }
        }
        how = ByteServer::Then::keep;
        cut = bytes.size();
        EXPECT_EQ(ask(*model).pieces, truth.pieces) << "the next request";
    }
};

INSTANTIATE_TEST_SUITE_P(Formats, BrokenStream, ::testing::ValuesIn(testing::wire_formats),
                         [](const auto& which) { return which.param.name; });

}  // namespace

TEST_P(BrokenStream, OfCallsGivesNoHalfCodeForWhole)
{
    break_everywhere(
        R"({"text":"Hé 🙂 two","calls":[{"language":"python","code":"a = 'ü'\nb"},{"language":"shell","code":"ls /t"}],"split":15})",
        options_for(GetParam(), ""));
}

TEST_P(BrokenStream, OfFencesGivesNoHalfCodeForWhole)
{
    auto options = options_for(GetParam(), "");
    options.supports_functions = false;
    break_everywhere(R"({"text":"So:\n```python\na = 'ü'\n```\nthen","split":15})", options);
}

}  // namespace oi::llm
