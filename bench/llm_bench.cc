// Speed of the model layer: decoding streams, building requests, and the first request of a fresh process.
#include "llm/open_model.h"
#include "llm/providers.h"
#include "llm/reply_reader.h"
#include "llm/request_counter.h"
#include "llm/tokens/tokenizer.h"

#include "base/text.h"
#include "sys/fd.h"
#include "sys/files.h"

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

std::string openai_stream(bool is_call)
{
    std::string out;
    for (int i = 0; i < deltas; ++i) {
        const std::string piece = i == 0 && is_call ? R"({\"language\":\"python\",\"code\":\")" : cat(1000 + i % 9000, " ");
        const std::string delta = is_call ? cat(R"({"tool_calls":[{"index":0,)", i == 0 ? R"("id":"call_a","type":"function",)" : "", R"("function":{)",
                                                i == 0 ? R"("name":"execute",)" : "", R"("arguments":")", piece, R"("}}]})")
                                          : cat(R"({"content":")", piece, R"("})");
        out += cat(R"(data: {"id":"chatcmpl-9wHcIJLwOWmS1cPmQkbjJeQ7vTHY3","object":"chat.completion.chunk","created":1721075651,"model":"gpt-4o-2024-08-06",)",
                   R"("service_tier":"default","system_fingerprint":"fp_5bd87c427a","choices":[{"index":0,"delta":)", delta,
                   R"(,"logprobs":null,"finish_reason":null}],"obfuscation":"aaaaaaaaaaaaaaaa"})", "\n\n");
    }
    return out + "data: {\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}\n\ndata: [DONE]\n\n";
}

std::string anthropic_stream()
{
    std::string out = "event: content_block_start\ndata: {\"type\":\"content_block_start\",\"index\":0,\"content_block\":{\"type\":\"text\",\"text\":\"\"}}\n\n";
    for (int i = 0; i < deltas; ++i)
        out += cat("event: content_block_delta\ndata: {\"type\":\"content_block_delta\",\"index\":0,\"delta\":{\"type\":\"text_delta\",\"text\":\"", 1000 + i % 9000, " \"}}\n\n");
    return out + "event: message_stop\ndata: {\"type\":\"message_stop\"}\n\n";
}

void bench_decoding(const char* name, const Provider& provider, const std::string& stream)
{
    const std::vector<std::string> languages{"python", "javascript", "shell"};
    const Endpoint endpoint{.provider = &provider, .vendor = "bench"};
    std::size_t bytes = 0;
    std::size_t chunks = 0;
    const double time = median(CLOCK_PROCESS_CPUTIME_ID, [&] {
        bytes = chunks = 0;
        ReplyReader reader{endpoint, [&](const Event& event) {
                               if (const auto* chunk = std::get_if<Chunk>(&event)) {
                                   bytes += chunk->content.size();
                                   ++chunks;
                               }
                           }, languages};
        ignore(reader.head({.status = 200, .headers = {}}), "it cannot fail");
        for (std::size_t at = 0; at < stream.size(); at += 16384) ignore(reader.body(std::string_view{stream}.substr(at, 16384)), "counted below");
        ignore(reader.end({}), "counted below");
    });
    std::printf("decode %d deltas of %zu B, %-20s %7.2f ms CPU   (%zu bytes of text in %zu chunks)\n", deltas, stream.size() / deltas, name, time, bytes, chunks);
}

void bench_encoding(const char* name, const Provider& provider)
{
    std::vector<Message> messages;
    for (int i = 0; i < 250; ++i) {
        messages.push_back(user(std::string(5000, 'u')));
        messages.push_back(assistant(std::string(5000, 'a')));
        messages.push_back(code("python", std::string(5000, 'c')));
        messages.push_back(output(std::string(5000, 'o')));
    }
    const Request request{.system = "s", .messages = messages};
    std::size_t size = 0;
    const double time = median(CLOCK_PROCESS_CPUTIME_ID, [&] { size = provider.encode(request, {.provider = &provider, .model = "m"}).body.size(); });
    std::printf("encode 1000 messages, %.1f MB, %-20s %7.2f ms CPU\n", static_cast<double>(size) / 1e6, name, time);
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
    bench_decoding("openai, text", openai_provider, openai_stream(false));
    bench_decoding("openai, tool call", openai_provider, openai_stream(true));
    bench_decoding("anthropic, text", anthropic_provider, anthropic_stream());
    bench_encoding("openai", openai_provider);
    bench_encoding("anthropic", anthropic_provider);
    bench_counting();
    bench_start();
    return 0;
}
