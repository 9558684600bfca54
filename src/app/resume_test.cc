// Whole turns over every vendor's stream, broken at every byte: all code runs once, nothing half stays.
#include "agent/conversation.h"
#include "base/text.h"
#include "llm/endpoint_for.h"
#include "llm/open_model.h"
#include "net/http_client.h"
#include "sys/files.h"
#include "testing/byte_server.h"
#include "testing/environment.h"
#include "testing/fake_kernel.h"
#include "testing/fake_store.h"
#include "testing/provider_server.h"
#include "testing/recording_frontend.h"
#include "testing/wire_formats.h"

#include <gtest/gtest.h>

#include <atomic>

namespace oi {

namespace {

using namespace oi::testing;

const std::string first_code = "first()\n'ü'";
const std::string second_code = "second()";

llm::ModelOptions options_for(const WireFormat& format, const std::string& base)
{
    llm::ModelOptions options;
    options.name = format.model;
    options.api_base = base;
    options.api_key = "k";
    options.is_attended = true;  // the waits are skipped below
    return options;
}

// The bytes that answer with this reply.
std::string answer_with(const WireFormat& format, const std::string& reply)
{
    const ProviderServer vendor{"{\"replies\":[" + reply + "]}"};
    const auto endpoint = llm::endpoint_for(options_for(format, vendor.base())).value();
    const std::vector<Message> go{user("go")};
    const auto request = endpoint.provider->encode({.system = "", .messages = go, .languages = {}}, endpoint);
    return chunked_reply(net::HttpClient{}.fetch(request, {}).value().body, format.content_type);
}

// A model that goes on where the results in the request show that it is.
struct Vendor {
    explicit Vendor(const WireFormat& format)
        : both{answer_with(format, R"-({"text":"Both.","calls":[{"language":"python","code":"first()\n'ü'"},
                                {"language":"python","code":"second()"}],"split":15})-")},
          second{answer_with(format, R"-({"calls":[{"language":"python","code":"second()"}]})-")},
          done{answer_with(format, R"({"text":"Done."})")}
    {
    }
    const std::string& next(const std::string& request) const
    {
        if (request.find("second result") != std::string::npos) return done;
        return request.find("first result") != std::string::npos ? second : both;
    }
    std::string both, second, done;
};

// One turn of a fresh conversation with the model.
struct OneTurn {
    explicit OneTurn(LanguageModel& model)
    {
        python.on_cell = [](std::string_view code, std::stop_token) { return code == first_code ? "first result\n" : "second result\n"; };
        frontend.on_event = [](const Event& event) {
            if (const auto* countdown = std::get_if<Countdown>(&event)) countdown->skip();
        };
        Conversation conversation{model, store, std::vector{python.language()}, {}};
        result = conversation.say(user("go"), frontend, {});
        messages = conversation.messages();
        stored = store.load(conversation.id()).value();
    }
    FakeKernel python;
    FakeStore store;
    RecordingFrontend frontend;
    Result<void> result;
    std::vector<Message> messages, stored;
};

class BrokenTurn : public ::testing::TestWithParam<WireFormat> {
    const Environment project_{"VERTEXAI_PROJECT", "a-project"};
};
INSTANTIATE_TEST_SUITE_P(Formats, BrokenTurn, ::testing::ValuesIn(wire_formats), [](const auto& which) { return which.param.name; });

}  // namespace

TEST_P(BrokenTurn, GoesOnByItselfAndRunsEachCodeOnce)
{
    const Vendor vendor{GetParam()};
    std::atomic<std::size_t> cut = 0;  // both are the server's thread's, too
    std::atomic is_first = true;
    const ByteServer server{[&](const std::string& request) {
        const bool breaks = is_first.exchange(false);
        return ByteServer::Answer{breaks ? vendor.both.substr(0, cut.load()) : vendor.next(request),
                                  breaks ? ByteServer::Then::close : ByteServer::Then::keep};
    }};
    const auto model = llm::open_model(options_for(GetParam(), server.base())).value();
    // Each byte is covered by the test of the streams; here, where a turn is three requests, the quick run takes every eleventh, the full
    // one every third.
    const std::size_t step = sys::environment("OI_TEST_GROUP") == "full" ? 3 : 11;
    for (cut = 0; cut < vendor.both.size() && !HasFailure(); cut += step) {
        SCOPED_TRACE(cat("broken after ", cut.load(), " of ", vendor.both.size(), " bytes"));
        is_first = true;
        const OneTurn run{*model};
        ASSERT_TRUE(run.result) << to_line(run.result.error());
        EXPECT_EQ(run.python.cells, (std::vector{Cell{"python", first_code}, Cell{"python", second_code}}));
        EXPECT_EQ(run.messages, run.stored);
        EXPECT_EQ(run.messages.back(), assistant("Done."));
        for (const auto& message : run.messages)
            if (message.type == Kind::code) EXPECT_TRUE(message.content == first_code || message.content == second_code) << message.content;
    }
}

}  // namespace oi
