// Recording and replay: nothing secret in the file, the same reply back, and where a request differs.
#include "llm/recording/json_difference.h"
#include "llm/recording/mask.h"
#include "llm/providers.h"
#include "llm/recording/recorder.h"
#include "llm/recording/replay.h"
#include "sys/files.h"
#include "testing/environment.h"
#include "testing/temp_dir.h"

#include "base/text.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

namespace oi::llm {
namespace {

// Answers each request in turn with these pieces.
net::Send answering(std::vector<std::string> pieces, Result<void> end = {})
{
    return [pieces = std::move(pieces), end](const net::HttpRequest&, const net::HttpSink& sink, std::stop_token) -> Result<void> {
        OI_CHECK(sink.head({200, {{"Content-Type", "text/event-stream"}, {"Set-Cookie", "session=abcdefgh"}}}));
        for (const auto& piece : pieces) OI_CHECK(sink.body(piece));
        return end;
    };
}

struct Heard {
    std::vector<std::string> pieces;
    int status = 0;
    net::HttpSink sink{.head = [this](const net::HttpHead& head) -> Result<void> {
                           status = head.status;
                           return {};
                       },
                       .body = [this](std::string_view bytes) -> Result<void> {
                           pieces.emplace_back(bytes);
                           return {};
                       }};
};

class Recordings : public ::testing::Test {
protected:
    testing::TempDir folder;
    std::string path = folder.path() + "/run.jsonl";
    Endpoint endpoint{.provider = &openai_provider, .model = "m", .base_url = "http://h/v1", .key = "sk-secret-0123456789"};
    net::HttpRequest request{
        .url = "http://h/v1/chat", .headers = {{"Authorization", "Bearer sk-secret-0123456789"}}, .body = R"({"a":[1,{"b":"x"}]})"};

    Result<net::Send> recorder(net::Send send)
    {
        return std::make_shared<Recorder>(path, RecordedFacts{{"folder", "/home/ada"}})
            ->record(endpoint, {.name = "openai/m", .send = std::move(send)});
    }
    net::Send player(Pace pace = Pace::full_speed) { return options_of_replay(read_recording(path).value(), pace, {}).front().send; }
};

TEST_F(Recordings, APlayedReplyComesInThePiecesInWhichItCame)
{
    const std::vector<std::string> pieces{"data: one\n\n", std::string("half \xC3", 6), std::string("\xA4\0end", 5)};
    Heard live, played;
    ASSERT_TRUE(recorder(answering(pieces)).value()(request, live.sink, {}));
    ASSERT_TRUE(player()(request, played.sink, {}));
    EXPECT_EQ(played.pieces, pieces);
    EXPECT_EQ(played.status, 200);
    EXPECT_EQ(recorded_facts("replay:" + path)->at("folder"), "/home/ada");
    struct stat info {};
    ASSERT_EQ(::stat(path.c_str(), &info), 0);
    EXPECT_EQ(info.st_mode & 0777, 0600u);
}

TEST_F(Recordings, AFailedTransferFailsAgain)
{
    Heard live, played;
    const Error cut{ErrorKind::network, "http://h cut the reply", "try again"};
    EXPECT_FALSE(recorder(answering({"data"}, Fail{cut})).value()(request, live.sink, {}));
    EXPECT_EQ(player()(request, played.sink, {}).error(), cut);
}

TEST_F(Recordings, ATimedReplayTakesItsTimeAndStops)
{
    ASSERT_TRUE(sys::write_file(path, recording_line({}) + model_line({.name = "openai/m"}) + request_line(1, "openai/m", request) +
                                          reply_line(1, 5, {200, {}}) + piece_line(1, 60, "late") + end_line(1, 60, {})));
    Heard heard;
    const auto start = std::chrono::steady_clock::now();
    ASSERT_TRUE(player(Pace::as_recorded)(request, heard.sink, {}));
    EXPECT_GE(std::chrono::steady_clock::now() - start, std::chrono::milliseconds{60});
    std::stop_source stop;
    stop.request_stop();
    EXPECT_EQ(player()(request, heard.sink, stop.get_token()).error().kind, ErrorKind::cancelled);
}

TEST_F(Recordings, ADifferentRequestIsRefusedAndSaysWhere)
{
    Heard heard;
    ASSERT_TRUE(recorder(answering({"x"})).value()(request, heard.sink, {}));
    const auto refused = [&](net::HttpRequest other) { return player()(other, heard.sink, {}).error().what; };
    auto other = request;
    other.body = R"({"a":[1,{"b":"y"}]})";
    EXPECT_EQ(refused(other), "request 1 differs from the one in " + path + ":3 at a[1].b: recorded \"x\", now \"y\"");
    other = request;
    other.url = "http://h/v1/other";
    EXPECT_NE(refused(other).find("at its address"), std::string::npos);
    other = request;
    other.headers.push_back({"X-More", "1"});
    EXPECT_NE(refused(other).find("at its headers"), std::string::npos);
    other = request;
    other.headers = {{"User-Agent", "another"}, {"authorization", "Bearer other-key"}};
    other.body = R"({ "a": [1, {"b": "x"}] })";
    const auto play = player();
    EXPECT_TRUE(play(other, heard.sink, {}));
    const auto end = play(other, heard.sink, {});
    EXPECT_EQ(end.error().kind, ErrorKind::protocol);
    EXPECT_NE(end.error().what.find("after 1 request the program wants to send one more"), std::string::npos) << end.error().what;
}

TEST_F(Recordings, NoWayOfSendingAKeyLeavesItInTheFile)
{
    const testing::Environment aws{"AWS_SECRET_ACCESS_KEY", "aws/secret+0123456789"};
    const std::string key = endpoint.key;
    request.url = "http://user:" + key + "@h/v1?alt=sse&key=" + key + "&X-Amz-Signature=feedbeef&token=t0ken";
    request.headers = {{"Authorization", "Bearer " + key},
                       {"x-api-key", key},
                       {"api-key", key},
                       {"x-goog-api-key", key},
                       {"X-Amz-Security-Token", "session-token"},
                       {"Authorization", "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/2026, Signature=feedbeef"},
                       {"Proxy-Authorization", "Basic dXNlcg=="},
                       {"X-Also", "my " + key}};
    request.body = R"({"text":")" + key + R"( and aws\/secret+0123456789 and aws/secret+0123456789"})";
    endpoint.base_url = "http://user:" + key + "@h/v1";
    Heard heard;
    for (std::size_t cut = 1; cut < key.size(); ++cut) {
        const Result<void> failed = fail(ErrorKind::network, "bad key " + key);
        EXPECT_FALSE(recorder(answering({"your key " + key.substr(0, cut), key.substr(cut) + " is wrong"}, failed))
                         .value()(request, heard.sink, {}));
        const std::string file = sys::read_file(path).value();
        for (const std::string_view secret :
             {std::string_view{key}, std::string_view{key}.substr(3), std::string_view{"aws/secret"}, std::string_view{"feedbeef"},
              std::string_view{"session-token"}, std::string_view{"AKIDEXAMPLE"}, std::string_view{"dXNlcg"}, std::string_view{"abcdefgh"},
              std::string_view{"t0ken"}, std::string_view{"user:"}})
            EXPECT_EQ(file.find(secret), std::string::npos) << secret << " cut at " << cut << "\n" << file;
    }
    EXPECT_EQ(heard.pieces[1], key.substr(1) + " is wrong") << "the program gets what came";
}

TEST_F(Recordings, AFileThatIsNoRecordingStaysAsItIs)
{
    ASSERT_TRUE(sys::write_file(path, "my thesis"));
    EXPECT_EQ(recorder({}).error().what, "--record " + path + ": a file is there that is no recording");
    EXPECT_EQ(sys::read_file(path).value(), "my thesis");
    ASSERT_TRUE(sys::write_file(path, recording_line({}) + "an older line\n", 0644));
    ASSERT_TRUE(recorder({}));
    EXPECT_EQ(sys::read_file(path).value().find("an older line"), std::string::npos);
    path = folder.path() + "/no/such/folder";
    EXPECT_EQ(recorder({}).error().kind, ErrorKind::not_found);
    path = "/dev/null";
    EXPECT_EQ(recorder({}).error().kind, ErrorKind::invalid);
}

TEST_F(Recordings, WhatIsMalformedIsNamedWithItsLine)
{
    const std::string head = recording_line({}) + model_line({.name = "m"});
    const auto error = [&](const std::string& text) {
        ignore(sys::write_file(path, text), "read next");
        const auto recording = read_recording(path);
        return recording ? std::string{"(no error)"} : replace_all(recording.error().what, path, "FILE");
    };
    EXPECT_EQ(error("my thesis"), "FILE:1: malformed JSON at column 1: Invalid value.");
    EXPECT_EQ(error("{\"recording\":9}\n"), "FILE:1: this is no recording that this version reads");
    EXPECT_EQ(error(recording_line({})), "FILE: the recording names no model");
    EXPECT_EQ(error(head + "{\"piece\":1}\n"), "FILE:3: a piece that belongs to no request");
    EXPECT_EQ(error(head + "{\"peice\":1}\n"), "FILE:3: no request, reply, piece, end or model");
    EXPECT_EQ(error(head + "{\"request\":1,\n"), "FILE:3: malformed JSON at column 14: Missing a name for object member.");
    EXPECT_EQ(error(head + "{\"request\":1,"), "(no error)") << "what a crash leaves";
    EXPECT_EQ(read_recording(path + "x").error().kind, ErrorKind::not_found);
    ASSERT_TRUE(sys::write_file(path, head + request_line(1, "m", request) + piece_line(1, 1, "x")));
    Heard heard;
    const auto half = player()(request, heard.sink, {});
    EXPECT_NE(half.error().what.find("ended in the middle of this reply"), std::string::npos) << half.error().what;
    EXPECT_EQ(heard.pieces, std::vector<std::string>{"x"});
}

TEST(JsonDifference, NamesTheFirstPlaceShortened)
{
    const std::string lead(1000, 'a');
    EXPECT_EQ(first_difference(R"({"a":1,"b":[]})", R"({ "b": [], "a": 1 })"), std::nullopt);
    EXPECT_EQ(first_difference(R"({"a":1})", R"({"a":true})"), (Difference{"a", "1", "true"}));
    EXPECT_EQ(first_difference(R"({"a":[1,2]})", R"({"a":[1]})"), (Difference{"a[1]", "2", "nothing"}));
    EXPECT_EQ(first_difference(R"({})", R"({"a":{"b":1}})"), (Difference{"a", "nothing", R"({"b":1})"}));
    EXPECT_EQ(first_difference("[\"" + lead + "x\"]", "[\"" + lead + "y\"]"),
              (Difference{"[0]", "\"..." + lead.substr(0, 24) + "x\"", "\"..." + lead.substr(0, 24) + "y\""}));
    EXPECT_EQ(first_difference("one", "two"), (Difference{"", "\"one\"", "\"two\""}));
}

}  // namespace
}  // namespace oi::llm
