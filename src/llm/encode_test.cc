// What goes on the wire: whole request bodies of every format.
#include "llm/dialogue.h"
#include "llm/providers.h"

#include "base/json.h"
#include "base/text.h"

#include <gtest/gtest.h>
#include <limits>

namespace oi::llm {

namespace {

const std::vector<std::string> languages{"python", "javascript", "shell"};
const std::vector<Message> conversation{
    user(" what is\nhere? "),
    assistant("I look."),
    code("shell", "ls \"a\""),
    output("x.txt\n"),
    {Role::computer, Kind::image, "base64.png",
     "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNoAAAAggCBd81ytgAAAABJRU5ErkJggg==", ""},
    assistant("One file.\n"),
    code("python", "1"),
    output(""),
    user("thanks"),
};

std::string body(const Provider& provider, bool takes_images, double temperature = -1)
{
    const Request request{.system = " Be brief.\n", .messages = conversation, .languages = languages};
    return provider
        .encode(request,
                {.provider = &provider, .model = "m", .base_url = "http://h", .temperature = temperature, .takes_images = takes_images})
        .body;
}

}  // namespace

TEST(Encode, OpenAiBody)
{
    EXPECT_EQ(
        body(openai_provider, true, 0),
        R"({"model":"m","messages":[{"role":"system","content":"Be brief."},{"role":"user","content":"what is\nhere?"},)"
        R"({"role":"assistant","content":"I look.","tool_calls":[{"id":"call00001","type":"function","function":{"name":"execute","arguments":"{\"language\":\"shell\",\"code\":\"ls \\\"a\\\"\"}"}}]},)"
        R"({"role":"tool","tool_call_id":"call00001","content":"x.txt"},)"
        R"({"role":"user","content":[{"type":"text","text":"Images of the output:"},{"type":"image_url","image_url":{"url":"data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNoAAAAggCBd81ytgAAAABJRU5ErkJggg=="}}]},)"
        R"({"role":"assistant","content":"One file.","tool_calls":[{"id":"call00002","type":"function","function":{"name":"execute","arguments":"{\"language\":\"python\",\"code\":\"1\"}"}}]},)"
        R"({"role":"tool","tool_call_id":"call00002","content":"No output"},{"role":"user","content":"thanks"}],)"
        R"("tools":[{"type":"function","function":{"name":"execute","description":"Runs code on the user's machine, in a session of its language that keeps its state, and returns the output.",)"
        R"("parameters":{"type":"object","properties":{"language":{"type":"string","enum":["python","javascript","shell"]},"code":{"type":"string"}},"required":["language","code"]}}}],)"
        R"("stream":true,"stream_options":{"include_usage":true},"temperature":0.0})");
}

TEST(Encode, AnthropicBody)
{
    EXPECT_EQ(
        body(anthropic_provider, true),
        R"({"model":"m","max_tokens":4096,"system":[{"type":"text","text":"Be brief.","cache_control":{"type":"ephemeral"}}],"messages":[{"role":"user","content":[{"type":"text","text":"what is\nhere?"}]},)"
        R"({"role":"assistant","content":[{"type":"text","text":"I look."},{"type":"tool_use","id":"toolu_1","name":"execute","input":{"language":"shell","code":"ls \"a\""}}]},)"
        R"({"role":"user","content":[{"type":"tool_result","tool_use_id":"toolu_1","content":[{"type":"text","text":"x.txt"},{"type":"image","source":{"type":"base64","media_type":"image/png","data":"iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNoAAAAggCBd81ytgAAAABJRU5ErkJggg=="}}],"cache_control":{"type":"ephemeral"}}]},)"
        R"({"role":"assistant","content":[{"type":"text","text":"One file."},{"type":"tool_use","id":"toolu_2","name":"execute","input":{"language":"python","code":"1"}}]},)"
        R"({"role":"user","content":[{"type":"tool_result","tool_use_id":"toolu_2","content":[{"type":"text","text":"No output"}]},{"type":"text","text":"thanks","cache_control":{"type":"ephemeral"}}]}],)"
        R"("tools":[{"name":"execute","description":"Runs code on the user's machine, in a session of its language that keeps its state, and returns the output.",)"
        R"("input_schema":{"type":"object","properties":{"language":{"type":"string","enum":["python","javascript","shell"]},"code":{"type":"string"}},"required":["language","code"]},"cache_control":{"type":"ephemeral"}}],"stream":true})");
}

TEST(Encode, ResponsesBody)
{
    EXPECT_EQ(
        body(openai_responses_provider, true, 0),
        R"({"model":"m","instructions":"Be brief.","input":[{"role":"user","content":"what is\nhere?"},{"role":"assistant","content":"I look."},)"
        R"({"type":"function_call","call_id":"call00001","name":"execute","arguments":"{\"language\":\"shell\",\"code\":\"ls \\\"a\\\"\"}"},)"
        R"({"type":"function_call_output","call_id":"call00001","output":"x.txt"},)"
        R"({"role":"user","content":[{"type":"input_text","text":"Images of the output:"},{"type":"input_image","image_url":"data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNoAAAAggCBd81ytgAAAABJRU5ErkJggg=="}]},)"
        R"({"role":"assistant","content":"One file."},{"type":"function_call","call_id":"call00002","name":"execute","arguments":"{\"language\":\"python\",\"code\":\"1\"}"},)"
        R"({"type":"function_call_output","call_id":"call00002","output":"No output"},{"role":"user","content":"thanks"}],)"
        R"("tools":[{"type":"function","name":"execute","description":"Runs code on the user's machine, in a session of its language that keeps its state, and returns the output.",)"
        R"("parameters":{"type":"object","properties":{"language":{"type":"string","enum":["python","javascript","shell"]},"code":{"type":"string"}},"required":["language","code"]},"strict":false}],)"
        R"("stream":true,"store":false,"temperature":0.0})");
}

TEST(Encode, GeminiBody)
{
    EXPECT_EQ(
        body(gemini_provider, true, 0),
        R"({"systemInstruction":{"parts":[{"text":"Be brief."}]},"contents":[{"role":"user","parts":[{"text":"what is\nhere?"}]},)"
        R"({"role":"model","parts":[{"text":"I look."},{"functionCall":{"name":"execute","args":{"language":"shell","code":"ls \"a\""}}}]},)"
        R"({"role":"user","parts":[{"functionResponse":{"name":"execute","response":{"output":"x.txt"}}}]},)"
        R"({"role":"user","parts":[{"text":"Images of the output:"},{"inlineData":{"mimeType":"image/png","data":"iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNoAAAAggCBd81ytgAAAABJRU5ErkJggg=="}}]},)"
        R"({"role":"model","parts":[{"text":"One file."},{"functionCall":{"name":"execute","args":{"language":"python","code":"1"}}}]},)"
        R"({"role":"user","parts":[{"functionResponse":{"name":"execute","response":{"output":"No output"}}}]},{"role":"user","parts":[{"text":"thanks"}]}],)"
        R"("tools":[{"functionDeclarations":[{"name":"execute","description":"Runs code on the user's machine, in a session of its language that keeps its state, and returns the output.",)"
        R"("parameters":{"type":"object","properties":{"language":{"type":"string","enum":["python","javascript","shell"]},"code":{"type":"string"}},"required":["language","code"]}}]}],)"
        R"("generationConfig":{"temperature":0.0}})");
}

TEST(Encode, GeminiGetsSignaturesAndTheWishForThoughtsOnlyFromModelsThatTakeThem)
{
    const Request request{.system = "", .messages = conversation, .languages = languages};
    const auto sent = [&](const char* model) {
        return gemini_provider.encode(request, {.provider = &gemini_provider, .model = model}).body;
    };
    const auto has = [](const std::string& text, std::string_view word) { return text.find(word) != std::string::npos; };
    for (const char* model : {"gemini-1.5-pro", "gemini-2.0-flash", "gemini-2.5-pro"})
        EXPECT_FALSE(has(sent(model), "thoughtSignature")) << model;
    for (const char* model : {"gemini-3-pro-preview", "gemini-3.1-flash", "gemini-flash-latest"})
        EXPECT_TRUE(has(sent(model), "\"thoughtSignature\":\"skip_thought_signature_validator\"")) << model;
    for (const char* model : {"gemini-2.5-pro", "gemini-3-pro-preview"}) EXPECT_TRUE(has(sent(model), "includeThoughts")) << model;
    for (const char* model : {"gemini-2.0-flash", "gemini-2.5-flash-image"}) EXPECT_FALSE(has(sent(model), "includeThoughts")) << model;
}

TEST(Encode, VertexBodiesAreThoseOfGeminiAndAnthropic)
{
    EXPECT_EQ(body(vertex_ai_provider, true, 0), body(gemini_provider, true, 0));
    EXPECT_EQ(body(vertex_claude_provider, true, 0), body(anthropic_provider, true, 0)) << "but for the version, which the account brings";
}

TEST(Encode, BedrockBody)
{
    EXPECT_EQ(
        body(bedrock_provider, true, 1.5),
        R"({"system":[{"text":"Be brief."}],"messages":[{"role":"user","content":[{"text":"what is\nhere?"}]},)"
        R"({"role":"assistant","content":[{"text":"I look."},{"toolUse":{"toolUseId":"tooluse_1","name":"execute","input":{"language":"shell","code":"ls \"a\""}}}]},)"
        R"({"role":"user","content":[{"toolResult":{"toolUseId":"tooluse_1","content":[{"text":"x.txt"},{"image":{"format":"png","source":{"bytes":"iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNoAAAAggCBd81ytgAAAABJRU5ErkJggg=="}}}]}}]},)"
        R"({"role":"assistant","content":[{"text":"One file."},{"toolUse":{"toolUseId":"tooluse_2","name":"execute","input":{"language":"python","code":"1"}}}]},)"
        R"({"role":"user","content":[{"toolResult":{"toolUseId":"tooluse_2","content":[{"text":"No output"}]}},{"text":"thanks"}]}],)"
        R"("toolConfig":{"tools":[{"toolSpec":{"name":"execute","description":"Runs code on the user's machine, in a session of its language that keeps its state, and returns the output.",)"
        R"("inputSchema":{"json":{"type":"object","properties":{"language":{"type":"string","enum":["python","javascript","shell"]},"code":{"type":"string"}},"required":["language","code"]}}}}]},)"
        R"("inferenceConfig":{"temperature":1.0}})");
}

TEST(Encode, BedrockMarksWhatToCacheOnlyForModelsThatDo)
{
    const Request request{.system = "s", .messages = std::span{conversation}.first(1), .languages = languages};
    const auto sent = [&](const char* model) {
        return bedrock_provider.encode(request, {.provider = &bedrock_provider, .model = model, .max_tokens = 7}).body;
    };
    for (const char* model :
         {"us.anthropic.claude-3-7-sonnet-20250219-v1:0", "anthropic.claude-sonnet-4-20250514-v1:0", "us.amazon.nova-pro-v1:0",
          "arn:aws:bedrock:us-east-1:1:inference-profile/us.anthropic.claude-haiku-4-5-20251001-v1:0"})
        EXPECT_TRUE(sent(model).starts_with(
            R"({"system":[{"text":"s"},{"cachePoint":{"type":"default"}}],"messages":[{"role":"user","content":[{"text":"what is\nhere?"},{"cachePoint":{"type":"default"}}]}],"toolConfig")"))
            << sent(model);
    for (const char* model : {"anthropic.claude-v2", "anthropic.claude-3-haiku-20240307-v1:0", "anthropic.claude-3-5-sonnet-20240620-v1:0",
                              "meta.llama3-1-8b-instruct-v1:0", "amazon.titan-text-lite-v1"})
        EXPECT_EQ(sent(model).find("cachePoint"), std::string::npos) << model;
    EXPECT_TRUE(sent("m").ends_with(R"("inferenceConfig":{"maxTokens":7}})"));
}

TEST(Encode, BedrockRequestsWithoutToolsHoldCallsAsText)
{
    const Request request{.system = "s", .messages = conversation, .languages = languages, .offers_tools = false};
    const std::string sent = bedrock_provider.encode(request, {.provider = &bedrock_provider, .model = "m"}).body;
    EXPECT_EQ(sent.find("toolUse"), std::string::npos);
    EXPECT_EQ(sent.find("toolConfig"), std::string::npos);
    EXPECT_NE(sent.find("```shell\\nls"), std::string::npos) << sent;
}

TEST(Encode, CohereBody)
{
    EXPECT_EQ(
        body(cohere_provider, true, 1.5),
        R"({"model":"m","messages":[{"role":"system","content":"Be brief."},{"role":"user","content":"what is\nhere?"},)"
        R"({"role":"assistant","tool_plan":"I look.","tool_calls":[{"id":"call00001","type":"function","function":{"name":"execute","arguments":"{\"language\":\"shell\",\"code\":\"ls \\\"a\\\"\"}"}}]},)"
        R"({"role":"tool","tool_call_id":"call00001","content":"x.txt"},)"
        R"({"role":"user","content":[{"type":"text","text":"Images of the output:"},{"type":"image_url","image_url":{"url":"data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNoAAAAggCBd81ytgAAAABJRU5ErkJggg=="}}]},)"
        R"({"role":"assistant","tool_plan":"One file.","tool_calls":[{"id":"call00002","type":"function","function":{"name":"execute","arguments":"{\"language\":\"python\",\"code\":\"1\"}"}}]},)"
        R"({"role":"tool","tool_call_id":"call00002","content":"No output"},{"role":"user","content":"thanks"}],)"
        R"("tools":[{"type":"function","function":{"name":"execute","description":"Runs code on the user's machine, in a session of its language that keeps its state, and returns the output.",)"
        R"("parameters":{"type":"object","properties":{"language":{"type":"string","enum":["python","javascript","shell"]},"code":{"type":"string"}},"required":["language","code"]}}}],)"
        R"("stream":true,"temperature":1.0})");
}

TEST(Encode, OllamaBody)
{
    EXPECT_EQ(
        body(ollama_provider, true, 0),
        R"({"model":"m","messages":[{"role":"system","content":"Be brief."},{"role":"user","content":"what is\nhere?"},)"
        R"({"role":"assistant","content":"I look.","tool_calls":[{"function":{"name":"execute","arguments":{"language":"shell","code":"ls \"a\""}}}]},)"
        R"({"role":"tool","content":"x.txt","tool_name":"execute"},{"role":"user","content":"Images of the output:","images":["iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNoAAAAggCBd81ytgAAAABJRU5ErkJggg=="]},)"
        R"({"role":"assistant","content":"One file.","tool_calls":[{"function":{"name":"execute","arguments":{"language":"python","code":"1"}}}]},)"
        R"({"role":"tool","content":"No output","tool_name":"execute"},{"role":"user","content":"thanks"}],)"
        R"("tools":[{"type":"function","function":{"name":"execute","description":"Runs code on the user's machine, in a session of its language that keeps its state, and returns the output.",)"
        R"("parameters":{"type":"object","properties":{"language":{"type":"string","enum":["python","javascript","shell"]},"code":{"type":"string"}},"required":["language","code"]}}}],)"
        R"("stream":true,"options":{"num_ctx":4096,"temperature":0.0}})");
}

TEST(Encode, OllamasWindowHoldsTheRequestAndItsAnswerAndNoImageBytes)
{
    const auto window = [](std::size_t bytes, long max_tokens, long most, std::size_t picture = 0) {
        std::vector<Message> messages{user(std::string(bytes, 'x'))};
        if (picture > 0)
            messages.push_back(
                {Role::user, Kind::image, "base64.png", "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptV" + std::string(picture, 'A'), ""});
        const Endpoint endpoint{
            .provider = &ollama_provider, .model = "m", .max_tokens = max_tokens, .context_window = most, .takes_images = true};
        const auto sent = json::parse(ollama_provider.encode({.system = "", .messages = messages}, endpoint).body).value();
        return json::find(sent, {"options", "num_ctx"})->GetInt64();
    };
    EXPECT_EQ(window(10, 0, 0), 4096);
    EXPECT_EQ(window(35'000, 0, 0), 16'384);  // 10,000 + 1,024 and the frame, doubled up
    EXPECT_EQ(window(35'000, 4000, 0), 16'384);
    EXPECT_EQ(window(35'000, 4000, 8192), 8192);
    EXPECT_EQ(window(10, 0, 2048), 2048);
    EXPECT_EQ(window(10, 0, 0, 1'000'000), 4096);
    for (const long endless : {5'000'000'000'000'000'000, std::numeric_limits<long>::max()}) {
        EXPECT_EQ(window(10, endless, 8192), 8192);
        EXPECT_EQ(window(10, endless, 0), 1L << 31);
    }
}

TEST(Encode, ImagesThatTheModelCannotSeeAreSaidToBeThere)
{
    EXPECT_NE(body(openai_provider, false).find("x.txt\\n[an image, not shown: this model takes no images]"), std::string::npos);
    EXPECT_EQ(body(openai_provider, false).find("iVBOR"), std::string::npos);
}

TEST(Encode, TheSameConversationGivesTheSameBytesAndALongerOneTheSamePrefix)
{
    // A request ends where the model speaks next. Marks of what the vendor shall keep are no part of what was said.
    const auto encoded = [&](const Provider& provider, std::size_t count) {
        const Request request{.system = "s", .messages = std::span{conversation}.first(count), .languages = languages};
        const Endpoint endpoint{.provider = &provider, .model = "m", .base_url = "http://h", .takes_images = true};
        std::string body = provider.encode(request, endpoint).body;
        for (const std::string_view mark : {R"(,"cache_control":{"type":"ephemeral"})", R"(,{"cachePoint":{"type":"default"}})"})
            body = replace_all(std::move(body), mark, "");
        return body;
    };
    for (const Provider* provider : all_providers()) {
        const std::string whole = encoded(*provider, conversation.size());
        EXPECT_EQ(encoded(*provider, conversation.size()), whole) << provider->name;
        int compared = 0;
        for (std::size_t count = 1; count < conversation.size(); ++count) {
            if (conversation[count - 1].role == Role::assistant || conversation[count].role != Role::assistant) continue;
            const std::string part = encoded(*provider, count);
            const auto end = part.find("],\"tool");
            ASSERT_NE(end, std::string::npos) << provider->name;
            EXPECT_EQ(part.substr(0, end), whole.substr(0, end)) << provider->name;
            ++compared;
        }
        EXPECT_EQ(compared, 2);
    }
}

// Some vendors refuse calls and results where no tool is declared.
TEST(Encode, ARequestForWordsAloneHasNoToolsNorCallsNorInstructions)
{
    for (const Provider* provider : all_providers()) {
        for (const CodeForm form : {CodeForm::calls, CodeForm::fences}) {
            const Request request{.system = "Be brief.", .messages = conversation, .languages = languages, .offers_tools = false};
            const std::string body =
                provider
                    ->encode(request, {.provider = provider, .model = "m", .base_url = "http://h", .code_form = form, .takes_images = true})
                    .body;
            for (const std::string_view word : {"tool", "function", "execute", "To run code", "thoughtSignature"})
                EXPECT_EQ(body.find(word), std::string::npos) << provider->name << ": " << word << " in " << body;
            EXPECT_NE(body.find("```shell"), std::string::npos) << provider->name;
            EXPECT_NE(body.find("x.txt"), std::string::npos) << provider->name;
            EXPECT_NE(body.find("Be brief."), std::string::npos) << provider->name;
        }
    }
}

TEST(Encode, AThousandMessagesOfFiveMegabytesCostLittle)
{
    std::vector<Message> messages;
    for (int i = 0; i < 333; ++i) {
        messages.push_back(user(std::string(5000, 'u')));
        messages.push_back(code("python", std::string(5000, 'c')));
        messages.push_back(output(std::string(5000, 'o')));
    }
    const Request request{.system = "s", .messages = messages, .languages = languages};
    EXPECT_GT(openai_provider.encode(request, {.provider = &openai_provider, .model = "m"}).body.size(), 4'900'000U);
}

TEST(Dialogue, FencesGrowBeyondWhatTheyHold)
{
    const std::vector<Message> messages{user("x"), code("python", "a = '''\n```\n'''"), output("```")};
    const auto turns = make_dialogue(messages, {CodeForm::fences, false});
    ASSERT_EQ(turns.size(), 3U);
    EXPECT_EQ(std::get<Text>(turns[1].parts[0]).text, "````python\na = '''\n```\n'''\n````");
    EXPECT_EQ(std::get<Text>(turns[2].parts[0]).text, "Output of the code:\n````output\n```\n````");
}

}  // namespace oi::llm
