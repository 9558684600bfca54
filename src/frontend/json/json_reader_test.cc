// The lines that programs write.
#include "frontend/json/json_reader.h"

#include "frontend/json/json_lines.h"

#include <gtest/gtest.h>

namespace oi {

namespace {

template <class T>
T read_as(JsonReader& reader, std::string_view line)
{
    auto result = reader.read(line);
    EXPECT_TRUE(result) << (result ? "" : result.error().what);
    if (!result || !std::holds_alternative<T>(*result)) {
        ADD_FAILURE() << line;
        return {};
    }
    return std::get<T>(*result);
}

}  // namespace

TEST(JsonReader, AMessageIsOneLine)
{
    JsonReader reader;
    EXPECT_EQ(read_as<Say>(reader, R"({"role":"user","type":"message","content":"hi"})").message, user("hi"));
    EXPECT_EQ(read_as<Say>(reader, R"({"content":"hi"})").message, user("hi"));
    EXPECT_EQ(read_as<Say>(reader, R"({"role":"user","type":"image","format":"path","content":"a.png"})").message,
              (Message{Role::user, Kind::image, "path", "a.png"}));
}

TEST(JsonReader, AMessageMayBeFramedAndCut)
{
    JsonReader reader;
    read_as<JsonNothing>(reader, R"({"role":"user","type":"message","start":true})");
    read_as<JsonNothing>(reader, R"({"role":"user","type":"message","content":"h"})");
    read_as<JsonNothing>(reader, R"({"role":"user","type":"message","content":"i"})");
    EXPECT_EQ(read_as<Say>(reader, R"({"role":"user","type":"message","end":true})").message, user("hi"));
}

TEST(JsonReader, CommandsConfirmationsAndInput)
{
    JsonReader reader;
    read_as<JsonStop>(reader, R"({"role":"user","type":"command","content":"stop"})");
    read_as<JsonGo>(reader, R"({"role":"user","type":"command","content":"go"})");
    read_as<Reset>(reader, R"({"role":"user","type":"command","content":"reset"})");
    EXPECT_EQ(read_as<Steer>(reader, R"({"role":"user","type":"steer","content":"in French"})").words->message, user("in French"));
    EXPECT_FALSE(read_as<Steer>(reader, R"({"role":"user","type":"steer","content":null})").words);
    EXPECT_FALSE(reader.read(R"({"role":"user","type":"steer","content":" "})"));
    const auto yes = read_as<JsonConfirm>(reader, R"({"role":"user","type":"confirmation","id":3,"content":true,"code":"x"})");
    EXPECT_EQ(yes.decide.id, 3);
    EXPECT_EQ(yes.decide.decision, (Decision{.verdict = Decision::Verdict::run, .edited_code = "x"}));
    const auto all = read_as<JsonConfirm>(reader, R"({"role":"user","type":"confirmation","id":3,"content":true,"all":true})");
    EXPECT_EQ(all.decide.decision.verdict, Decision::Verdict::run_all);
    const auto edit = read_as<JsonConfirm>(reader, R"({"role":"user","type":"confirmation","id":3,"content":"edit","code":"x"})");
    EXPECT_EQ(edit.decide.decision, (Decision{.verdict = Decision::Verdict::edit, .edited_code = "x"}));
    const auto no = read_as<JsonConfirm>(reader, R"({"role":"user","type":"confirmation","id":3,"content":false,"reason":"why"})");
    EXPECT_EQ(no.decide.decision, (Decision{.verdict = Decision::Verdict::refuse, .reason = "why"}));
    EXPECT_EQ(read_as<JsonInput>(reader, R"({"role":"user","type":"input","id":4,"content":"Ada"})").input.line, "Ada");
    EXPECT_EQ(read_as<JsonInput>(reader, R"({"role":"user","type":"input","id":4,"content":null})").input.line, std::nullopt);
}

TEST(JsonReader, AMalformedLineIsNamedByLineAndColumnAndTheNextIsRead)
{
    JsonReader reader;
    read_as<JsonNothing>(reader, "");
    const auto broken = reader.read(R"({"role": oops})");
    ASSERT_FALSE(broken);
    EXPECT_TRUE(broken.error().what.starts_with("malformed JSON at line 2, column 10:")) << broken.error().what;
    for (const char* line :
         {"[]", "1", R"({"role":"assistant","content":"x"})", R"({"type":"confirmation","content":"yes"})",
          R"({"type":"nonsense","content":"x"})", R"({"type":"message"})", R"({"type":"command","content":"jump"})", R"({"end":true})"})
        EXPECT_FALSE(reader.read(line)) << line;
    EXPECT_EQ(read_as<Say>(reader, R"({"content":"hi"})").message, user("hi"));
}

TEST(JsonReader, AConfirmationMayAllowMoreOrAskForAScan)
{
    JsonReader reader;
    const auto verdict = [&](std::string_view line) { return read_as<JsonConfirm>(reader, line).decide.decision.verdict; };
    EXPECT_EQ(verdict(R"({"type":"confirmation","id":3,"content":true,"allow":"language"})"), Decision::Verdict::run_language);
    EXPECT_EQ(verdict(R"({"type":"confirmation","id":3,"content":true,"allow":"commands"})"), Decision::Verdict::run_commands);
    EXPECT_EQ(verdict(R"({"type":"confirmation","id":3,"content":"scan"})"), Decision::Verdict::scan);
    EXPECT_FALSE(reader.read(R"({"type":"confirmation","id":3,"content":true,"allow":"everything"})"));
}

TEST(JsonLines, WhatIsKnownOfACellIsALineBesideItsQuestion)
{
    ApprovalAsked asked{.id = 1};
    asked.reading = {.hints = {"writes ./a"}, .prefixes = {"ls"}};
    asked.can_scan = true;
    EXPECT_EQ(
        to_lines(asked),
        R"({"role":"server","type":"status","format":"approval","content":"","id":1,"hints":["writes ./a"],"can_scan":true,"commands":["ls"]})");
    asked.cause = "This is asked about in every mode:";
    asked.reading = {.dangers = {"deletes /"}};
    asked.can_scan = false;
    asked.scan = Scan{.findings = {{"r", RiskLevel::danger, 2, "bad", "rules"}}};
    EXPECT_EQ(
        to_lines(asked),
        R"({"role":"server","type":"status","format":"approval","content":"This is asked about in every mode:","id":1,"dangers":["deletes /"],"findings":[{"line":2,"level":"danger","scanner":"rules","rule":"r","content":"bad"}]})");
}

TEST(JsonLines, EveryEventThatMattersIsALine)
{
    EXPECT_EQ(to_lines(text_chunk("a\n")), R"({"role":"assistant","type":"message","content":"a\n"})");
    EXPECT_EQ(to_lines(ApprovalAsked{.id = 1}), "");
    EXPECT_EQ(to_lines(ApprovalAsked{.id = 1, .warning = "again?"}),
              R"({"role":"server","type":"status","format":"warning","content":"again?","id":1})");
    EXPECT_EQ(to_lines(InputAsked{.id = 2, .prompt = "name? "}), R"({"role":"computer","type":"input","content":"name? ","id":2})");
    EXPECT_EQ(to_lines(Progress{"p"}), R"({"role":"server","type":"status","format":"progress","content":"p"})");
    EXPECT_EQ(to_lines(Notice{.text = "n"}), R"({"role":"server","type":"status","format":"notice","content":"n"})");
    EXPECT_EQ(to_lines(Usage{1, 2, 0}), "");
    EXPECT_EQ(
        to_lines(TurnDone{.usage = {.input_tokens = 1, .output_tokens = 2, .cached_tokens = 1, .cache_write_tokens = 0, .cost = 0.25},
                          .conversation = {.input_tokens = 3, .output_tokens = 4, .unpriced_requests = 1}}),
        R"({"role":"server","type":"status","content":"complete","usage":{"input_tokens":1,"output_tokens":2,"cached_tokens":1,"cache_write_tokens":0,"cost":0.25},)"
        R"("conversation":{"input_tokens":3,"output_tokens":4,"cached_tokens":0,"cache_write_tokens":0,"cost":null}})");
    EXPECT_EQ(to_lines(TurnDone{}), R"({"role":"server","type":"status","content":"complete"})");
    EXPECT_EQ(to_lines(TurnDone{Error{ErrorKind::auth, "no key", "set one"}}),
              R"J({"role":"server","type":"error","format":"auth","content":"no key (set one)"})J"
              "\n"
              R"({"role":"server","type":"status","content":"complete"})");
}

}  // namespace oi
