// Speed of the model layer: decoding streams, building requests, and the first request of a fresh process.
#include "llm/open_model.h"
#include "llm/providers.h"
#include "llm/reader/reply_reader.h"
#include "llm/request_counter.h"
#include "llm/tokens/tokenizer.h"

#include "base/text.h"
#include "sys/fd.h"
#include "sys/files.h"
#include "testing/event_frame.h"

#include <algorithm>
#include <arpa/inet.h>
#include <cstdio>
#include <cstring>
#include <ctime>
#include <functional>
#include <netinet/in.h>
#include <spawn.h>
#include <sys/socket.h>
#include <unistd.h>
#include <vector>

extern "C" pid_t waitpid(pid_t, int*, int);  // <sys/wait.h> is hidden by a header of our own of that name
extern char** environ;

namespace oi::llm {

namespace {

constexpr int deltas = 20'000;
constexpr int rounds = 9;

double seconds(clockid_t clock)
{
    timespec time{};
    ::clock_gettime(clock, &time);
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) / 1e9;
}

// The median of `rounds` runs, in milliseconds on that clock.
double median(clockid_t clock, const std::function<void()>& run)
{
    std::vector<double> times;
    for (int i = 0; i < rounds; ++i) {
        const double start = seconds(clock);
        run();
        times.push_back((seconds(clock) - start) * 1e3);
    }
    std::nth_element(times.begin(), times.begin() + rounds / 2, times.end());
    return times[rounds / 2];
}

// One measured line, in the form that bench/run.py reads.
void row(const std::string& what, const char* reach, double milliseconds, const std::string& more)
{
    std::printf("%-58s reach %-22s seen %-30s %s\n", what.c_str(), reach, cat(static_cast<double>(static_cast<long>(milliseconds * 100)) / 100, " ms CPU").c_str(),
                more.c_str());
    std::fflush(stdout);
}

// What a stream of each wire format is made of: `before` PIECE `after` for each delta, in a frame where a format has them.
struct Stream {
    const char* name;
    const Provider& provider;
    std::string_view head, before, after, tail;
    std::string (*frame)(std::string_view payload) = nullptr;
};

const Stream streams[] = {
    {"openai, text", openai_provider, "",
     R"(data: {"id":"chatcmpl-9wHcIJLwOWmS1cPmQkbjJeQ7vTHY3","object":"chat.completion.chunk","created":1721075651,"model":"gpt-4o-2024-08-06","service_tier":"default","system_fingerprint":"fp_5bd87c427a","choices":[{"index":0,"delta":{"content":")",
     "\"},\"logprobs\":null,\"finish_reason\":null}],\"obfuscation\":\"aaaaaaaaaaaaaaaa\"}\n\n",
     "data: {\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}\n\ndata: [DONE]\n\n"},
    {"openai, tool call", openai_provider,
     "data: {\"choices\":[{\"index\":0,\"delta\":{\"tool_calls\":[{\"index\":0,\"id\":\"call_a\",\"type\":\"function\",\"function\":{\"name\":\"execute\",\"arguments\":\"{\\\"language\\\":\\\"python\\\",\\\"code\\\":\\\"\"}}]}}]}\n\n",
     R"(data: {"id":"chatcmpl-9wHcIJLwOWmS1cPmQkbjJeQ7vTHY3","object":"chat.completion.chunk","created":1721075651,"model":"gpt-4o-2024-08-06","service_tier":"default","system_fingerprint":"fp_5bd87c427a","choices":[{"index":0,"delta":{"tool_calls":[{"index":0,"function":{"arguments":")",
     "\"}}]},\"logprobs\":null,\"finish_reason\":null}],\"obfuscation\":\"aaaaaaaaaaaaaaaa\"}\n\n",
     "data: {\"choices\":[{\"index\":0,\"delta\":{\"tool_calls\":[{\"index\":0,\"function\":{\"arguments\":\"\\\"}\"}}]},\"finish_reason\":\"tool_calls\"}]}\n\ndata: [DONE]\n\n"},
    {"openai_responses", openai_responses_provider,
     "event: response.output_item.added\ndata: {\"type\":\"response.output_item.added\",\"sequence_number\":1,\"output_index\":0,\"item\":{\"id\":\"msg_0\",\"type\":\"message\",\"status\":\"in_progress\",\"role\":\"assistant\",\"content\":[]}}\n\n",
     "event: response.output_text.delta\ndata: {\"type\":\"response.output_text.delta\",\"sequence_number\":2,\"item_id\":\"msg_0\",\"output_index\":0,\"content_index\":0,\"delta\":\"",
     "\"}\n\n", "event: response.completed\ndata: {\"type\":\"response.completed\",\"sequence_number\":9,\"response\":{\"id\":\"resp_1\",\"status\":\"completed\",\"output\":[]}}\n\n"},
    {"anthropic", anthropic_provider,
     "event: content_block_start\ndata: {\"type\":\"content_block_start\",\"index\":0,\"content_block\":{\"type\":\"text\",\"text\":\"\"}}\n\n",
     "event: content_block_delta\ndata: {\"type\":\"content_block_delta\",\"index\":0,\"delta\":{\"type\":\"text_delta\",\"text\":\"", "\"}}\n\n",
     "event: message_stop\ndata: {\"type\":\"message_stop\"}\n\n"},
    {"gemini", gemini_provider, "", R"(data: {"candidates": [{"content": {"parts": [{"text": ")",
     "\"}], \"role\": \"model\"}, \"index\": 0}], \"usageMetadata\": {\"promptTokenCount\": 41, \"totalTokenCount\": 41}, \"modelVersion\": \"gemini-2.5-flash\", \"responseId\": \"k1\"}\n\n",
     "data: {\"candidates\": [{\"content\": {\"parts\": [{\"text\": \"\"}], \"role\": \"model\"}, \"index\": 0, \"finishReason\": \"STOP\"}]}\n\n"},
    {"cohere", cohere_provider,
     "event: content-start\ndata: {\"type\": \"content-start\", \"index\": 0, \"delta\": {\"message\": {\"content\": {\"type\": \"text\", \"text\": \"\"}}}}\n\n",
     "event: content-delta\ndata: {\"type\": \"content-delta\", \"index\": 0, \"delta\": {\"message\": {\"content\": {\"text\": \"", "\"}}}}\n\n",
     "event: message-end\ndata: {\"type\": \"message-end\", \"delta\": {\"finish_reason\": \"COMPLETE\"}}\n\ndata: [DONE]\n\n"},
    {"ollama", ollama_provider, "",
     R"({"model": "llama3.1", "created_at": "2025-07-07T20:22:19.184789Z", "message": {"role": "assistant", "content": ")", "\"}, \"done\": false}\n",
     "{\"model\": \"llama3.1\", \"message\": {\"role\": \"assistant\", \"content\": \"\"}, \"done\": true, \"done_reason\": \"stop\"}\n"},
    {"bedrock", bedrock_provider, "", R"({"contentBlockIndex":0,"delta":{"text":")", R"("},"p":"abcdefghijklmnop"})", "",
     [](std::string_view payload) { return testing::event_frame("contentBlockDelta", payload); }},
};

void bench_decoding(const Stream& form)
{
    const std::vector<std::string> languages{"python", "javascript", "shell"};
    const Endpoint endpoint{.provider = &form.provider, .vendor = "bench"};
    std::string stream{form.head};
    for (int i = 0; i < deltas; ++i) {
        const std::string payload = cat(form.before, 1000 + i % 9000, " ", form.after);
        stream += form.frame ? form.frame(payload) : payload;
    }
    stream += form.tail;
    std::size_t bytes = 0;
    const double time = median(CLOCK_PROCESS_CPUTIME_ID, [&] {
        bytes = 0;
        ReplyReader reader{endpoint, [&](const Event& event) {
                               if (const auto* chunk = std::get_if<Chunk>(&event)) bytes += chunk->content.size();
                           }, languages};
        ignore(reader.head({.status = 200, .headers = {}}), "it cannot fail");
        for (std::size_t at = 0; at < stream.size(); at += 16384) ignore(reader.body(std::string_view{stream}.substr(at, 16384)), "counted below");
        ignore(reader.end({}), "counted below");
    });
    if (bytes < deltas * 5) std::printf("%s: only %zu bytes of text came out\n", form.name, bytes);
    row(cat("decode ", deltas, " deltas of ", stream.size() / deltas, " B: ", form.name), "<= 30 ms", time, "");
}

// 1,000 messages and 5 MB; then one turn more.
void bench_encoding(const Provider& provider)
{
    std::vector<Message> messages;
    const auto turn = [&] {
        messages.push_back(user(std::string(5000, 'u')));
        messages.push_back(assistant(std::string(5000, 'a')));
        messages.push_back(code("python", std::string(5000, 'c')));
        messages.push_back(output(std::string(5000, 'o')));
    };
    for (int i = 0; i < 250; ++i) turn();
    std::size_t size = 0;
    const auto encode = [&] { size = provider.encode({.system = "s", .messages = messages}, {.provider = &provider, .model = "m"}).body.size(); };
    const double first = median(CLOCK_PROCESS_CPUTIME_ID, encode);
    const std::size_t first_size = size;
    turn();
    const double further = median(CLOCK_PROCESS_CPUTIME_ID, encode);
    row(cat("build a request of 1,000 messages: ", provider.name), "<= 10 ms", first,
        cat(static_cast<double>(first_size / 10'000) / 100, " MB; one turn later ", static_cast<double>(static_cast<long>(further * 100)) / 100, " ms"));
}

// The tokenizers, and what counting a long conversation costs at first and in each turn after.
void bench_counting()
{
    const double start = seconds(CLOCK_PROCESS_CPUTIME_ID);
    const auto& tokenizer = Tokenizer::o200k();
    const double loaded = seconds(CLOCK_PROCESS_CPUTIME_ID);
    std::string text;
    while (text.size() < 4'000'000) text += cat("The answer number ", text.size(), " is: for (int i = 0; i < n; ++i) sum += values[i];  // and so on\n");
    long count = 0;
    const double time = median(CLOCK_PROCESS_CPUTIME_ID, [&] { count = tokenizer.count(text); });
    std::printf("load a tokenizer %22.2f ms CPU; then %5.1f MB/s (%.2f bytes a token)\n", (loaded - start) * 1e3, static_cast<double>(text.size()) / 1e3 / time,
                static_cast<double>(text.size()) / static_cast<double>(count));
    std::vector<Message> messages;
    for (std::size_t i = 0; i < 1000; ++i) messages.push_back(i % 2 == 0 ? user(text.substr(i * 3000, 5000)) : assistant(text.substr(i * 3000, 5000)));
    RequestCounter counter;
    const Endpoint endpoint{.provider = &openai_provider, .model = "gpt-4o"};
    const auto counted = [&] {
        const double from = seconds(CLOCK_PROCESS_CPUTIME_ID);
        count = counter.count({.system = "s", .messages = messages, .languages = {}}, endpoint);
        return (seconds(CLOCK_PROCESS_CPUTIME_ID) - from) * 1e3;
    };
    const double first = counted();
    messages.push_back(user("and one more"));
    const double next = counted();
    std::printf("count 1000 messages, 5.0 MB, first %7.2f ms CPU, next turn %5.2f ms CPU   (%ld tokens)\n", first, next, count);
}

// From the start of this program anew to the whole head of its request on the wire.
double first_request(int listener, const char* url, const char* mode)
{
    const std::string self = sys::self_executable();
    const char* argv[] = {self.c_str(), mode, url, nullptr};
    const double start = seconds(CLOCK_MONOTONIC);
    pid_t pid = 0;
    if (::posix_spawn(&pid, self.c_str(), nullptr, nullptr, const_cast<char**>(argv), environ) != 0) return -1;
    double arrived = 0;
    if (std::string_view{mode} == "--request") {
        const sys::Fd connection{::accept(listener, nullptr, nullptr)};
        char bytes[8192];
        if (::recv(connection.get(), bytes, sizeof bytes, 0) > 0) arrived = seconds(CLOCK_MONOTONIC);
    }
    int status = 0;
    ::waitpid(pid, &status, 0);
    if (arrived == 0) arrived = seconds(CLOCK_MONOTONIC);
    return (arrived - start) * 1e3;
}

void bench_start()
{
    const sys::Fd listener{::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)};
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    if (::bind(listener.get(), reinterpret_cast<sockaddr*>(&address), size) != 0 || ::listen(listener.get(), 16) != 0) return;
    ::getsockname(listener.get(), reinterpret_cast<sockaddr*>(&address), &size);
    const std::string url = cat("http://127.0.0.1:", ntohs(address.sin_port), "/v1");
    const auto middle = [&](const char* mode) {
        std::vector<double> times;
        for (int i = 0; i < 21; ++i) times.push_back(first_request(listener.get(), url.c_str(), mode));
        std::nth_element(times.begin(), times.begin() + 10, times.end());
        return times[10];
    };
    const double bare = middle("--nothing");
    const double request = middle("--request");
    std::fflush(stdout);
    std::printf("process start to first request on the wire     %7.2f ms   (bare process, start to exit: %.2f ms)\n", request, bare);
    std::fflush(stdout);
    first_request(-1, "http://127.0.0.1:1/v1", "--memory");
}

int ask(const char* url)
{
    const std::vector<Message> messages{user("hi")};
    auto model = open_model({.name = "gpt-4o", .api_base = url, .retry_for = std::chrono::seconds{0}});
    if (!model) return 1;
    ignore((*model)->stream({.system = "s", .messages = messages}, [](const Event&) {}, {}), "only the request counts");
    return 0;
}

// The peak of this process (its own pages only: what it was forked from does not count).
void print_peak()
{
    const auto status = oi::sys::read_file("/proc/self/status");
    const auto at = status ? status->find("VmHWM:") : std::string::npos;
    if (at == std::string::npos) return;
    std::printf("peak memory of a process that sent one request %4.1f MiB\n", static_cast<double>(to_integer(trim(split(status->substr(at + 6, 12), 'k')[0])).value_or(0)) / 1024);
}

}  // namespace

}  // namespace oi::llm

int main(int argc, char** argv)
{
    using namespace oi::llm;
    if (argc > 1 && std::string_view{argv[1]} == "--nothing") return 0;
    if (argc > 2 && std::string_view{argv[1]} == "--request") return ask(argv[2]);
    if (argc > 2 && std::string_view{argv[1]} == "--memory") {
        ask(argv[2]);
        print_peak();
        return 0;
    }
    for (const Stream& stream : streams) bench_decoding(stream);
    for (const Provider* provider : all_providers()) bench_encoding(*provider);
    bench_counting();
    bench_start();
    return 0;
}
