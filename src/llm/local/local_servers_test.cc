// Local servers: found among real listeners that answer, lie, or say nothing.
#include "llm/local/local_servers.h"

#include "base/text.h"
#include "sys/wait.h"
#include "testing/environment.h"
#include "testing/provider_server.h"

#include <gtest/gtest.h>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <thread>

namespace oi::llm {

namespace {

using namespace std::chrono_literals;
using testing::ProviderServer;

// Accepts one connection, sends `answer` at once and keeps the line open. Empty: accepts nobody, answers nothing.
class Liar {
public:
    explicit Liar(std::string answer)
    {
        socket_.reset(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        EXPECT_EQ(::bind(socket_.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
        EXPECT_EQ(::listen(socket_.get(), 8), 0);
        socklen_t size = sizeof address;
        ::getsockname(socket_.get(), reinterpret_cast<sockaddr*>(&address), &size);
        port_ = ntohs(address.sin_port);
        if (answer.empty()) return;
        thread_ = std::jthread{[this, answer = std::move(answer)](std::stop_token stop) {
            pollfd ready{socket_.get(), POLLIN, 0};
            if (sys::wait({&ready, 1}, {}, sys::StopSignal{stop}) != sys::Woke::ready) return;
            accepted_.reset(::accept(socket_.get(), nullptr, nullptr));
            ignore(sys::write_all(accepted_.get(), answer), "the other side may have gone");
        }};
    }
    int port() const { return port_; }

private:
    sys::Fd socket_;
    sys::Fd accepted_;
    int port_ = 0;
    std::jthread thread_;
};

std::string find(const std::vector<int>& ports)
{
    std::vector<LocalPort> rows;
    for (const int port : ports) rows.push_back({"vllm", "vLLM", port});
    const auto start = sys::Clock::now();
    const auto found = find_local_server(rows, 150ms);
    EXPECT_LT(sys::Clock::now() - start, 190ms);
    return found ? cat(found->model, " ", found->api_base) : "nothing";
}

}  // namespace

TEST(LocalServers, TheFirstThatAnswersWithAModelIsTaken)
{
    const ProviderServer first{R"({"models":["text-embedding-3","llama3:8b"]})"};
    const ProviderServer second{R"({"models":["other"]})"};
    const std::string expected = cat("vllm/llama3:8b http://127.0.0.1:", first.port(), "/v1");
    EXPECT_EQ(find({1, first.port(), second.port()}), expected);
    EXPECT_EQ(find({second.port(), first.port()}), cat("vllm/other http://127.0.0.1:", second.port(), "/v1"));
}

TEST(LocalServers, LiarsAreNotWaitedForBeyondTheLimit)
{
    const Liar silent{""};
    const Liar page{"HTTP/1.1 200 OK\r\nContent-Length: 15\r\n\r\n<html>hi</html>"};
    const Liar half{"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{\"data\":[{\"id\":\"x\""};
    const Liar garbage{"\x01\x02 SSH-2.0-OpenSSH\r\n"};
    const Liar failing{"HTTP/1.1 500 No\r\nContent-Length: 26\r\n\r\n{\"data\":[{\"id\":\"broken\"}]}"};
    const Liar endless{"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nffffffffffffffff\r\n{}"};
    const ProviderServer good{R"({"models":["good"]})"};
    EXPECT_EQ(find({silent.port(), page.port(), half.port(), garbage.port(), failing.port(), endless.port(), good.port()}),
              cat("vllm/good http://127.0.0.1:", good.port(), "/v1"));
    EXPECT_EQ(find({silent.port(), garbage.port()}), "nothing");
    EXPECT_EQ(find({1}), "nothing");
}

TEST(LocalServers, ChunkedAnswersAreRead)
{
    const Liar chunked{
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n8\r\n{\"data\":\r\nc\r\n[{\"id\":\"a\"}]\r\n1\r\n}\r\n0\r\n\r\n"};
    EXPECT_EQ(find({chunked.port()}), cat("vllm/a http://127.0.0.1:", chunked.port(), "/v1"));
}

TEST(LocalServers, OurOwnServerAndOneWithoutModelsArePassedOver)
{
    const ProviderServer ours{R"({"models":[{"id":"i","owned_by":"open-interpreter"}]})"};
    const ProviderServer empty{R"({"models":[]})"};
    EXPECT_EQ(find({ours.port(), empty.port()}), "nothing");
}

TEST(LocalServers, AllModelsOfAllServersAreListedWithTheirWindows)
{
    const ProviderServer first{R"({"models":["text-embedding-3",{"id":"llama3:8b","window":16384},"other"]})"};
    const ProviderServer second{R"({"models":[]})"};
    const Liar none{"HTTP/1.1 200 OK\r\nContent-Length: 29\r\n\r\n{\"object\":\"list\",\"data\":null}"};
    const Liar page{"HTTP/1.1 200 OK\r\nContent-Length: 15\r\n\r\n<html>hi</html>"};
    const std::vector<LocalPort> ports{{"ollama", "Ollama", first.port()},
                                       {"jan", "Jan", 1},
                                       {"jan", "Jan", page.port()},
                                       {"vllm", "vLLM", second.port()},
                                       {"vllm", "vLLM", none.port()}};
    std::string seen;
    for (const auto& server : find_local_models(ports)) {
        seen += cat(server.port.title, ":");
        for (const auto& model : server.models) seen += cat(" ", model.id, " ", model.context_window);
        seen += "\n";
    }
    EXPECT_EQ(seen, "Ollama: llama3:8b 16384 other 0\nvLLM:\nvLLM:\n");
}

TEST(LocalServers, TheWindowThatAServerWasStartedWithCountsNotTheOneItsModelWasTrainedWith)
{
    const std::string body = R"({"data":[{"id":"m","meta":{"n_ctx_train":131072,"n_ctx":4096}}]})";
    const Liar server{cat("HTTP/1.1 200 OK\r\nContent-Length: ", body.size(), "\r\n\r\n", body)};
    const auto found = find_local_models(std::vector<LocalPort>{{"llamacpp", "llama.cpp", server.port()}});
    ASSERT_EQ(found.size(), 1u);
    EXPECT_EQ(found[0].models.at(0).context_window, 4096);
}

TEST(LocalServers, TheEnvironmentSaysWhereServersListen)
{
    const testing::Environment ollama{"OLLAMA_HOST", "0.0.0.0:11500"};
    const testing::Environment studio{"LM_STUDIO_API_BASE", "http://localhost:4321/api/v1/"};
    const testing::Environment vllm{"VLLM_BASE_URL", "http://[::1]:9000/v1"};
    const testing::Environment jan{"JAN_API_BASE", "https://elsewhere.example/v1"};
    std::string seen;
    for (const auto& port : configured_ports()) seen += cat(port.prefix, " ", base_of(port), "\n");
    EXPECT_EQ(seen,
              "ollama http://127.0.0.1:11500/v1\nlm_studio http://127.0.0.1:4321/api/v1\nllamacpp http://127.0.0.1:8080/v1\n"
              "vllm http://[::1]:9000/v1\njan http://127.0.0.1:1337/v1\nkoboldcpp http://127.0.0.1:5001/v1\n"
              "text_generation_webui http://127.0.0.1:5000/v1\n");
}

}  // namespace oi::llm
