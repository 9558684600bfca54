// Jupyter's messages in each of their forms, whole, cut and forged.
#include "kernel/jupyter/message.h"

#include <gtest/gtest.h>

namespace oi::kernel::jupyter {
namespace {

Message sample()
{
    Message message = make_message(Channel::iopub, "display_data", R"({"text":"\u00e9"})", "s1", R"({"msg_id":"p1"})");
    message.parent_id = "p1";
    message.metadata = R"({"m":1})";
    message.buffers = {std::string{"\0\1", 2}, "", "third"};
    return message;
}

TEST(JupyterMessage, NewOnesSayWhoTheyAre)
{
    const Message message = make_message(Channel::shell, "kernel_info_request", "{}", "me");
    EXPECT_EQ(message.id.size(), 32U);
    EXPECT_NE(message.id, make_message(Channel::shell, "kernel_info_request", "{}", "me").id);
    EXPECT_TRUE(message.header.starts_with("{\"msg_id\":\"" + message.id + R"(","session":"me","username":"open-interpreter","date":"20)"));
    EXPECT_TRUE(message.header.ends_with(R"(Z","msg_type":"kernel_info_request","version":"5.3"})"));
}

TEST(JupyterMessage, SignsAsOtherClientsDo)
{
    Message message;
    message.header = R"({"msg_type":"x","msg_id":"1"})";
    const auto parts = to_parts(message, "key");
    ASSERT_EQ(parts->size(), 6U);
    EXPECT_EQ((*parts)[0], "<IDS|MSG>");
    // printf '{"msg_type":"x","msg_id":"1"}{}{}{}' | openssl dgst -sha256 -hmac key
    EXPECT_EQ((*parts)[1], "2814d37c75b1e7b04942e1cb30dc40f82cd076bcffa054846bf9709386431920");
}

TEST(JupyterMessage, SurvivesZeroMq)
{
    const Message message = sample();
    auto parts = *to_parts(message, "key");
    parts.insert(parts.begin(), "kernel.123.display_data");  // the topic
    EXPECT_EQ(*from_parts(parts, "key", Channel::iopub), message);
}

TEST(JupyterMessage, IsRefusedWhenItIsForgedOrCut)
{
    auto parts = *to_parts(sample(), "key");
    for (std::size_t i = 1; i < 6; ++i) {
        auto forged = parts;
        forged[i] += " ";
        EXPECT_EQ(from_parts(forged, "key", Channel::iopub).error().kind, ErrorKind::protocol) << i;
    }
    EXPECT_FALSE(from_parts(parts, "another key", Channel::iopub));
    for (int count = 0; count < 6; ++count) EXPECT_FALSE(from_parts({parts.begin(), parts.begin() + count}, "key", Channel::iopub));
}

TEST(JupyterMessage, SurvivesTheProtocolV1)
{
    const Message message = sample();
    const std::string bytes = to_v1(message);
    EXPECT_EQ(*from_v1(bytes), message);
    for (std::size_t cut = 0; cut < bytes.size(); ++cut) EXPECT_FALSE(from_v1(std::string_view{bytes}.substr(0, cut))) << cut;
}

TEST(JupyterMessage, SurvivesTheDefaultProtocol)
{
    Message message = sample();
    message.buffers.clear();
    const std::string text = to_json(message);
    const auto back = from_json(text);
    ASSERT_TRUE(back);
    EXPECT_EQ(back->content, "{\"text\":\"\xC3\xA9\"}");
    EXPECT_EQ(back->parent_id, "p1");
    EXPECT_EQ(back->id, message.id);
    EXPECT_EQ(back->channel, Channel::iopub);
    EXPECT_EQ(back->metadata, message.metadata);
    for (std::size_t cut = 0; cut < text.size(); ++cut) EXPECT_FALSE(from_json(text.substr(0, cut))) << cut;
}

TEST(JupyterMessage, ReadsBuffersOfTheDefaultProtocol)
{
    Message message = sample();
    const std::string text = to_json(message);
    const auto number = [](std::size_t value) {
        return std::string{static_cast<char>(value >> 24), static_cast<char>(value >> 16), static_cast<char>(value >> 8),
                           static_cast<char>(value)};
    };
    const std::size_t begin = 4 * 3;
    const std::string bytes = number(2) + number(begin) + number(begin + text.size()) + text + "bytes";
    const auto back = from_json_with_buffers(bytes);
    ASSERT_TRUE(back);
    EXPECT_EQ(back->buffers, std::vector<std::string>{"bytes"});
    for (std::size_t cut = 0; cut < begin + text.size(); ++cut) EXPECT_FALSE(from_json_with_buffers(bytes.substr(0, cut))) << cut;
}

TEST(JupyterMessage, NamesWhatIsWrong)
{
    EXPECT_EQ(from_json(R"({"channel":"shell","header":{}})").error().what,
              "a malformed message of a Jupyter kernel: its header names no type");
    EXPECT_EQ(from_json(R"({"channel":"x","header":{"msg_type":"a"}})").error().what,
              "a malformed message of a Jupyter kernel: an unknown channel");
    EXPECT_FALSE(from_v1(std::string(8, '\xFF')));
    EXPECT_FALSE(from_json_with_buffers(std::string(64, '\xFF')));
}

}  // namespace
}  // namespace oi::kernel::jupyter
