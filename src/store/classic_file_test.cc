// Conversation files of the classic program, of all its versions.
#include "store/classic_file.h"

#include <gtest/gtest.h>

namespace oi::store {

TEST(ClassicFile, MessagesOfTheNewFormComeAsTheyAre)
{
    const auto read = read_classic(R"([{"role":"user","type":"message","content":"hi"},
        {"role":"assistant","type":"code","format":"python","content":"1+1"},
        {"role":"computer","type":"console","format":"output","content":"2\n"},
        {"role":"computer","type":"image","format":"base64","content":"aGk=","recipient":"user"},
        {"role":"assistant","content":"It is 2."}])");
    ASSERT_TRUE(read);
    EXPECT_EQ(*read, (std::vector<Message>{user("hi"),
                                           code("python", "1+1"),
                                           output("2\n"),
                                           {Role::computer, Kind::image, "base64.png", "aGk=", "user"},
                                           assistant("It is 2.")}));
}

TEST(ClassicFile, AMessageOfTheOldFormMayBeThree)
{
    const auto read = read_classic(R"([{"role":"user","message":"how many files?"},
        {"role":"assistant","message":"I count.","language":"shell","code":"ls | wc -l","output":"3\n"},
        {"role":"assistant","message":"There are 3."}])");
    ASSERT_TRUE(read);
    EXPECT_EQ(*read, (std::vector<Message>{user("how many files?"), assistant("I count."), code("shell", "ls | wc -l"), output("3\n"),
                                           assistant("There are 3.")}));
}

TEST(ClassicFile, WhatIsNoConversationIsAnError)
{
    for (const auto* text :
         {"", "{", "{}", "[]", "[1,2]", "[{\"role\":\"nobody\",\"content\":\"x\"}]", "[{\"role\":\"user\"}]", "\"text\""})
        EXPECT_EQ(read_classic(text).error().kind, ErrorKind::invalid) << text;
}

}  // namespace oi::store
