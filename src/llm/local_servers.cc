// Local servers: a GET /v1/models to every port at once, over plain sockets and one wait; no HTTP library is loaded for it.
#include "llm/local_servers.h"

#include "base/json.h"
#include "base/text.h"
#include "sys/fd.h"
#include "sys/wait.h"

#include <algorithm>
#include <arpa/inet.h>
#include <array>
#include <cerrno>
#include <charconv>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>
#include <vector>

namespace oi::llm {

namespace {

constexpr std::size_t answer_limit = 4 * 1024 * 1024;

// The body of a whole HTTP/1 answer; nullopt while it is incomplete, or when it is no answer with status 200.
std::optional<std::string> body_of(std::string_view answer, bool is_closed)
{
    if (!answer.starts_with("HTTP/1.") || answer.substr(9, 3) != "200") return {};
    const auto end = answer.find("\r\n\r\n");
    if (end == std::string_view::npos) return {};
    const std::string head = lower(answer.substr(0, end));
    std::string_view body = answer.substr(end + 4);
    if (const auto at = head.find("\r\ncontent-length:"); at != std::string::npos) {
        const auto value = trim(std::string_view{head}.substr(at + 17, head.find('\r', at + 17) - at - 17));
        const auto length = to_integer(value);
        if (!length || *length < 0 || body.size() < static_cast<std::size_t>(*length)) return {};
        return std::string{body.substr(0, static_cast<std::size_t>(*length))};
    }
    if (head.find("\r\ntransfer-encoding: chunked") == std::string::npos)
        return is_closed ? std::optional{std::string{body}} : std::nullopt;
    std::string joined;
    for (;;) {  // RFC 9112, section 7.1
        const auto line = body.find("\r\n");
        std::size_t size = 0;
        if (line == std::string_view::npos) return {};
        if (std::from_chars(body.data(), body.data() + line, size, 16).ec != std::errc{}) return {};
        if (size == 0) return joined;
        if (size > answer_limit || body.size() < line + 2 + size + 2) return {};
        joined += body.substr(line + 2, size);
        body.remove_prefix(line + 2 + size + 2);
    }
}

// The first model in the list that can hold a conversation, or "".
std::string model_in(std::string_view body)
{
    const auto parsed = json::parse(body);
    const json::Value* models = parsed ? json::find(*parsed, "data") : nullptr;
    if (!models || !models->IsArray()) return {};
    for (const auto& model : models->GetArray()) {
        if (json::text(model, "owned_by") == "open-interpreter") return {};
        const auto id = json::text(model, "id");
        if (!id.empty() && id.find("embed") == std::string_view::npos) return std::string{id};
    }
    return {};
}

// One question under way.
class Probe {
public:
    explicit Probe(const LocalPort& port) : port_{port}
    {
        socket_.reset(::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_port = htons(static_cast<std::uint16_t>(port.port));
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        const int result = ::connect(socket_.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address);
        if (result != 0 && errno != EINPROGRESS) socket_.reset();
    }

    bool is_open() const { return socket_.is_open(); }
    const std::string& model() const { return model_; }
    const LocalPort& port() const { return port_; }
    pollfd interest() const { return {socket_.get(), static_cast<short>(is_sent_ ? POLLIN : POLLOUT), 0}; }

    void advance()
    {
        if (!is_sent_) return send();
        char bytes[16384];
        const ssize_t got = ::recv(socket_.get(), bytes, sizeof bytes, 0);
        if (got < 0 && (errno == EAGAIN || errno == EINTR)) return;
        if (got > 0) answer_.append(bytes, static_cast<std::size_t>(got));
        if (const auto body = body_of(answer_, got <= 0)) {
            model_ = model_in(*body);
            socket_.reset();
        } else if (got <= 0 || answer_.size() > answer_limit) {
            socket_.reset();
        }
    }

private:
    void send()
    {
        const std::string question = cat("GET /v1/models HTTP/1.1\r\nHost: 127.0.0.1:", port_.port, "\r\nConnection: close\r\n\r\n");
        const ssize_t sent = ::send(socket_.get(), question.data(), question.size(), MSG_NOSIGNAL);
        if (sent == static_cast<ssize_t>(question.size())) is_sent_ = true;
        else socket_.reset();  // refused
    }

    const LocalPort& port_;
    sys::Fd socket_;
    bool is_sent_ = false;
    std::string answer_;
    std::string model_;
};

constexpr std::array<LocalPort, 5> ports_in_order{{
    {"ollama", "Ollama", 11434},
    {"lm_studio", "LM Studio", 1234},
    {"llamacpp", "llama.cpp", 8080},
    {"vllm", "vLLM", 8000},
    {"jan", "Jan", 1337},
}};

}  // namespace

std::span<const LocalPort> usual_ports() { return ports_in_order; }

std::optional<LocalServer> find_local_server(std::span<const LocalPort> ports, std::chrono::milliseconds limit)
{
    const auto deadline = sys::Clock::now() + limit;
    std::vector<Probe> probes;
    for (const auto& port : ports) probes.emplace_back(port);
    const auto found = [&](bool is_over) -> const Probe* {
        for (const auto& probe : probes) {
            if (!probe.model().empty()) return &probe;
            if (probe.is_open() && !is_over) return nullptr;  // an earlier one may still answer
        }
        return nullptr;
    };
    const auto is_undecided = [&] {
        return !found(false) && std::any_of(probes.begin(), probes.end(), [](const Probe& probe) { return probe.is_open(); });
    };
    bool is_over = false;
    while (!is_over && is_undecided()) {
        std::vector<pollfd> descriptors;
        for (const auto& probe : probes) descriptors.push_back(probe.interest());
        is_over = sys::wait(descriptors, deadline) == sys::Woke::deadline || sys::Clock::now() >= deadline;
        for (std::size_t i = 0; i < probes.size(); ++i)
            if (descriptors[i].revents != 0 && probes[i].is_open()) probes[i].advance();
    }
    const Probe* best = found(true);
    if (!best) return {};
    return LocalServer{std::string{best->port().title}, cat(best->port().prefix, "/", best->model()),
                       cat("http://127.0.0.1:", best->port().port, "/v1")};
}

}  // namespace oi::llm
