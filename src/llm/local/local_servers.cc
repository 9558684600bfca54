// Local servers: a GET /v1/models to every port at once, over plain sockets and one wait; no HTTP library is loaded for it.
#include "llm/local/local_servers.h"

#include "base/json.h"
#include "base/text.h"
#include "llm/catalogue/listed_model.h"
#include "llm/local/ollama_host.h"
#include "sys/fd.h"
#include "sys/files.h"
#include "sys/wait.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <netdb.h>
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

// The models of the list that can hold a conversation; nullopt: that is no list of models, or it is our own server's.
std::optional<std::vector<ServedModel>> models_in(std::string_view body)
{
    const auto parsed = json::parse(body);
    const json::Value* list = parsed ? json::find(*parsed, "data") : nullptr;
    const bool is_list = list && list->IsArray();
    std::vector<ServedModel> models;
    if (!is_list && parsed && json::text(*parsed, "object") == "list") return models;  // Ollama without a model has null there
    if (!is_list) return {};
    for (const auto& model : list->GetArray()) {
        if (json::text(model, "owned_by") == "open-interpreter") return {};
        const auto id = json::text(model, "id");
        if (!id.empty() && id.find("embed") == std::string_view::npos) models.push_back({std::string{id}, window_of(model)});
    }
    return models;
}

// One question under way.
class Probe {
public:
    explicit Probe(const LocalPort& port) : port_{port}
    {
        const addrinfo hints{.ai_socktype = SOCK_STREAM};
        addrinfo* address = nullptr;
        if (::getaddrinfo(port.host.c_str(), cat(port.port).c_str(), &hints, &address) != 0) return;
        socket_.reset(::socket(address->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
        const int result = ::connect(socket_.get(), address->ai_addr, address->ai_addrlen);
        if (result != 0 && errno != EINPROGRESS) socket_.reset();
        ::freeaddrinfo(address);
    }

    bool is_open() const { return socket_.is_open(); }
    const std::optional<std::vector<ServedModel>>& models() const { return models_; }
    bool has_model() const { return models_ && !models_->empty(); }
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
            models_ = models_in(*body);
            socket_.reset();
        } else if (got <= 0 || answer_.size() > answer_limit) {
            socket_.reset();
        }
    }

private:
    void send()
    {
        const std::string question =
            cat("GET ", port_.path, "/models HTTP/1.1\r\nHost: ", port_.host, ":", port_.port, "\r\nConnection: close\r\n\r\n");
        const ssize_t sent = ::send(socket_.get(), question.data(), question.size(), MSG_NOSIGNAL);
        if (sent == static_cast<ssize_t>(question.size())) is_sent_ = true;
        else socket_.reset();  // refused
    }

    const LocalPort& port_;
    sys::Fd socket_;
    bool is_sent_ = false;
    std::string answer_;
    std::optional<std::vector<ServedModel>> models_;
};

void advance_all(std::vector<Probe>& probes, const std::vector<pollfd>& descriptors)
{
    for (std::size_t i = 0; i < probes.size(); ++i)
        if (descriptors[i].revents != 0 && probes[i].is_open()) probes[i].advance();
}

// Asks until `is_enough`, until nobody is left to answer, or the limit passes.
template <class Enough>
std::vector<Probe> ask(std::span<const LocalPort> ports, std::chrono::milliseconds limit, Enough is_enough)
{
    const auto deadline = sys::Clock::now() + limit;
    std::vector<Probe> probes;
    probes.reserve(ports.size());
    for (const auto& port : ports) probes.emplace_back(port);
    const auto is_any_open = [&] { return std::any_of(probes.begin(), probes.end(), [](const Probe& probe) { return probe.is_open(); }); };
    bool is_over = false;
    while (!is_over && is_any_open() && !is_enough(probes)) {
        std::vector<pollfd> descriptors;
        for (const auto& probe : probes) descriptors.push_back(probe.interest());
        is_over = sys::wait(descriptors, deadline) == sys::Woke::deadline || sys::Clock::now() >= deadline;
        advance_all(probes, descriptors);
    }
    return probes;
}

// "http://host:port/path" into the row; another scheme is no server of this machine.
void place(LocalPort& row, std::string_view url)
{
    constexpr std::string_view scheme = "http://";
    if (!url.starts_with(scheme)) return;
    url.remove_prefix(scheme.size());
    while (url.ends_with('/')) url.remove_suffix(1);
    const auto slash = std::min(url.find('/'), url.size());
    const std::string_view server = url.substr(0, slash);
    const auto colon = server.rfind(':');
    const bool has_port = colon != std::string_view::npos && server.find(']', colon) == std::string_view::npos;
    std::string_view host = server.substr(0, has_port ? colon : server.size());
    if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
    row.host = host == "localhost" ? "127.0.0.1" : std::string{host};
    row.port = has_port ? static_cast<int>(to_integer(server.substr(colon + 1)).value_or(0)) : 80;
    row.path = slash < url.size() ? std::string{url.substr(slash)} : row.prefix == "ollama" ? "/v1" : "";
    if (row.prefix == "ollama" && !row.path.ends_with("/v1")) row.path += "/v1";
}

std::string variable(std::string_view prefix, std::string_view ending)
{
    std::string name;
    for (const char c : prefix) name += c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    return sys::environment((name + std::string{ending}).c_str());
}

const std::array<LocalPort, 5>& first_ports()
{
    static const std::array<LocalPort, 5> ports{{
        {"ollama", "Ollama", 11434},
        {"lm_studio", "LM Studio", 1234},
        {"llamacpp", "llama.cpp or llamafile", 8080},
        {"vllm", "vLLM", 8000},
        {"jan", "Jan", 1337},
    }};
    return ports;
}

}  // namespace

std::span<const LocalPort> usual_ports() { return first_ports(); }

std::vector<LocalPort> configured_ports()
{
    std::vector<LocalPort> ports(first_ports().begin(), first_ports().end());
    ports.push_back({"koboldcpp", "KoboldCpp", 5001});
    ports.push_back({"text_generation_webui", "text-generation-webui", 5000});
    for (auto& row : ports) {
        std::string url = variable(row.prefix, "_API_BASE");
        if (url.empty()) url = variable(row.prefix, "_BASE_URL");
        if (url.empty() && row.prefix == "ollama") url = ollama_base(sys::environment("OLLAMA_HOST"));
        if (!url.empty()) place(row, url);
    }
    return ports;
}

std::string base_of(const LocalPort& port)
{
    const bool is_ipv6 = port.host.find(':') != std::string::npos;
    return cat("http://", is_ipv6 ? "[" : "", port.host, is_ipv6 ? "]:" : ":", port.port, port.path);
}

std::optional<LocalServer> find_local_server(std::span<const LocalPort> ports, std::chrono::milliseconds limit)
{
    // The first that has a model counts, as soon as none before it may still answer.
    const auto is_decided = [](const std::vector<Probe>& probes) {
        const auto first =
            std::find_if(probes.begin(), probes.end(), [](const Probe& probe) { return probe.is_open() || probe.has_model(); });
        return first != probes.end() && first->has_model();
    };
    const auto probes = ask(ports, limit, is_decided);
    const auto best = std::find_if(probes.begin(), probes.end(), [](const Probe& probe) { return probe.has_model(); });
    if (best == probes.end()) return {};
    return LocalServer{std::string{best->port().title}, cat(best->port().prefix, "/", best->models()->front().id), base_of(best->port())};
}

std::vector<ServerModels> find_local_models(std::span<const LocalPort> ports, std::chrono::milliseconds limit)
{
    std::vector<ServerModels> found;
    for (const auto& probe : ask(ports, limit, [](const auto&) { return false; }))
        if (probe.models()) found.push_back({probe.port(), *probe.models()});
    return found;
}

}  // namespace oi::llm
