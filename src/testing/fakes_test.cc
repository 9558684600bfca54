// The fakes keep the promises of the ports they stand for.
#include "testing/fake_kernel.h"
#include "testing/fake_store.h"
#include "testing/recording_frontend.h"
#include "testing/scripted_model.h"
#include "testing/temp_dir.h"

#include "sys/files.h"

#include <gtest/gtest.h>

namespace oi::testing {

namespace {

std::vector<Message> hello{user("hello")};
const Request request{.system = "be brief", .messages = hello};

}  // namespace

TEST(ScriptedModel, PlaysItsRepliesInOrderAndRemembersWhatItWasAsked)
{
    ScriptedModel model{{code("python", "x"), says("hi")}};
    RecordingFrontend frontend;
    const EventSink sink = [&](const Event& event) { frontend.show(event); };
    ASSERT_TRUE(model.stream(request, sink, {}));
    ASSERT_TRUE(model.stream(request, sink, {}));
    EXPECT_EQ(frontend.chunks(), (std::vector{code_chunk("python", "x"), end_mark(), text_chunk("hi")}));
    EXPECT_EQ(model.asked.at(1).system, "be brief");
    EXPECT_EQ(model.asked.at(1).messages, hello);
    EXPECT_EQ(model.stream(request, sink, {}).error().kind, ErrorKind::invalid);
}

TEST(ScriptedModel, AWaitingReplyEndsWhenStopped)
{
    ScriptedModel model{{waits()}};
    std::stop_source stop;
    stop.request_stop();
    EXPECT_EQ(model
                  .stream(
                      request, [](const Event&) {}, stop.get_token())
                  .error()
                  .kind,
              ErrorKind::cancelled);
}

TEST(FakeKernel, AnswersCellsAndCountsKernels)
{
    FakeKernel python{.on_cell = [](std::string_view cell, std::stop_token) { return std::string{cell} + "!\n"; }};
    auto kernel = python.language().start(Host{});
    ASSERT_TRUE(kernel);
    std::vector<Chunk> chunks;
    ASSERT_TRUE((*kernel)->run({"python", "1"}, [&](const Chunk& chunk) { chunks.push_back(chunk); }, {}));
    EXPECT_EQ(chunks, (std::vector{output_chunk("1!\n")}));
    EXPECT_EQ(python.alive, 1);
    kernel->reset();
    EXPECT_EQ(python.alive, 0);
}

TEST(FakeStore, JoinsTheChunksOfAMessage)
{
    FakeStore store;
    const auto id = store.create("/here", "model");
    ASSERT_TRUE(id);
    store.append(*id, user("go"));
    store.append(*id, Chunk{.mark = Mark::start});
    store.append(*id, text_chunk("a"));
    store.append(*id, text_chunk("b"));
    store.append(*id, Chunk{.mark = Mark::end});
    EXPECT_EQ(store.load(*id).value(), (std::vector{user("go"), assistant("ab")}));
    EXPECT_EQ(store.last("/here").value(), id.value());
    EXPECT_EQ(store.last("/there").value(), std::nullopt);
    EXPECT_EQ(store.list(9).value().at(0).first_words, "go");
}

TEST(TempDir, IsGoneAtTheEnd)
{
    std::string path;
    {
        const TempDir folder;
        path = folder.write("a", "text");
        EXPECT_EQ(sys::read_file(path).value(), "text");
    }
    EXPECT_FALSE(sys::exists(path));
}

}  // namespace oi::testing
