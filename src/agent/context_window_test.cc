// What of a conversation stays when the window is small.
#include "agent/context_window.h"

#include "base/text.h"
#include "core/rough_tokens.h"

#include <gtest/gtest.h>

namespace oi {
namespace {

long count(std::span<const Message> messages)
{
    long sum = 100;  // what is not messages
    for (const auto& message : messages) sum += rough_tokens(message);
    return sum;
}

Message picture() { return {Role::computer, Kind::image, "base64.png", "AAAA", ""}; }
std::string words(std::size_t count, std::string_view word = "w")
{
    std::string text;
    for (std::size_t i = 0; i < count; ++i) text += cat(word, i, " ");
    return text;
}

// Exchanges of a request each: the person's words, code, a long output.
std::vector<Message> conversation(int exchanges, std::size_t output_words = 400)
{
    std::vector<Message> messages;
    for (int i = 0; i < exchanges; ++i) {
        messages.push_back(user(cat("wish ", i)));
        messages.push_back(code("python", cat("step(", i, ")")));
        messages.push_back(output(words(output_words)));
    }
    messages.push_back(user("and now?"));
    return messages;
}

std::vector<std::string> users(const std::vector<Message>& messages)
{
    std::vector<std::string> out;
    for (const auto& message : messages)
        if (message.role == Role::user) out.push_back(message.content);
    return out;
}

TEST(Fit, LeavesAloneWhatFits)
{
    const auto messages = conversation(3);
    const auto fitted = fit(messages, count(messages), count);
    ASSERT_TRUE(fitted);
    EXPECT_EQ(fitted->messages, messages);
    EXPECT_EQ(fitted->summary(), "");
}

TEST(Fit, ShortensTheOldestOutputsFirstAndNoMoreThanNeeded)
{
    const auto messages = conversation(4);
    const auto fitted = fit(messages, count(messages) - 100, count);
    ASSERT_TRUE(fitted);
    EXPECT_EQ(fitted->summary(), "1 output shortened");
    EXPECT_LT(fitted->messages[2].content.size(), 700U);
    EXPECT_TRUE(fitted->messages[2].content.starts_with("w0 w1 ")) << "its head stays";
    EXPECT_TRUE(fitted->messages[2].content.ends_with(" w399 ")) << "its tail stays";
    EXPECT_EQ(fitted->messages[5], messages[5]);
    EXPECT_LE(count(fitted->messages), count(messages) - 100);
}

TEST(Fit, ThenOldPicturesThenOldExchangesGoAndThePersonsWordsStay)
{
    auto messages = conversation(6);
    messages.insert(messages.begin() + 3, picture());
    const auto without_picture = fit(messages, 1450, count);
    ASSERT_TRUE(without_picture);
    EXPECT_EQ(without_picture->summary(), "5 outputs shortened, 1 picture not sent");
    const auto tight = fit(messages, 760, count);
    ASSERT_TRUE(tight);
    EXPECT_GT(tight->exchanges, 0U);
    EXPECT_EQ(users(tight->messages), users(messages));
    EXPECT_LE(count(tight->messages), 760);
    for (std::size_t i = 0; i < tight->messages.size(); ++i)
        EXPECT_FALSE(tight->messages[i].role == Role::computer && tight->messages[i - 1].role == Role::user)
            << "no output without its code";
    EXPECT_EQ(tight->messages[tight->messages.size() - 2], messages[messages.size() - 2]) << "the newest output stays whole";
}

TEST(Fit, ShortensTheNewestOutputWhenItAloneIsTooLong)
{
    std::vector<Message> messages{user("go"), code("python", "flood()"), output(words(20000))};
    const auto fitted = fit(messages, 2000, count);
    ASSERT_TRUE(fitted);
    EXPECT_EQ(fitted->messages.size(), 3U);
    EXPECT_LE(count(fitted->messages), 2000);
    EXPECT_GT(count(fitted->messages), 1000) << "as much as there is room for, by halves";
    EXPECT_TRUE(fitted->messages[2].content.starts_with("w0 w1"));
    EXPECT_TRUE(fitted->messages[2].content.ends_with("w19999 "));
}

TEST(Fit, OfThePersonsWordsTheOldestGoLast)
{
    std::vector<Message> messages;
    for (int i = 0; i < 5; ++i) messages.push_back(user(cat(i, " ", words(300))));
    const auto fitted = fit(messages, 1100, count);
    ASSERT_TRUE(fitted);
    EXPECT_EQ(fitted->messages.back(), messages.back());
    EXPECT_EQ(fitted->words, 5 - fitted->messages.size());
    EXPECT_LE(count(fitted->messages), 1100);
}

TEST(Fit, SaysWhatIsTooLargeWhenNothingHelps)
{
    const auto fitted = fit(std::vector{user(words(5000))}, 500, count);
    ASSERT_FALSE(fitted);
    EXPECT_EQ(fitted.error().kind, ErrorKind::context_overflow);
    EXPECT_NE(fitted.error().what.find(" 500"), std::string::npos) << fitted.error().what;
    EXPECT_NE(fitted.error().hint.find("--max_tokens"), std::string::npos);
}

}  // namespace
}  // namespace oi
