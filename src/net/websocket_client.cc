// WebSocket over connections that libcurl makes; see websocket_client.h.
#include "net/websocket_client.h"

#include "base/base64.h"
#include "base/text.h"
#include "net/crypto.h"
#include "net/http.h"
#include "net/http_client.h"
#include "net/libcurl.h"
#include "net/proxy.h"
#include "sys/wait.h"

#include <algorithm>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

namespace oi::net {

namespace {

using sys::Clock;
constexpr std::size_t bytes_at_once = 1 << 20;
constexpr std::size_t longest_head = 1 << 16;

std::array<std::uint8_t, 4> new_mask()
{
    const std::string bytes = random_bytes(4);
    return {static_cast<std::uint8_t>(bytes[0]), static_cast<std::uint8_t>(bytes[1]), static_cast<std::uint8_t>(bytes[2]),
            static_cast<std::uint8_t>(bytes[3])};
}

// Path and query of a URL, at least "/".
std::string target_of(std::string_view url)
{
    const auto rest = url.substr(origin_of(url).size());
    return rest.starts_with('/') ? std::string{rest} : cat("/", rest);
}

Error refusal(int status, const std::string& server)
{
    const std::string answer = cat(server, " answered ", status, " ", status_name(status), " where a WebSocket was to begin");
    if (status == 401 || status == 403) return {ErrorKind::auth, answer};
    if (status == 404) return {ErrorKind::not_found, answer};
    if (status >= 500) return {ErrorKind::network, answer};
    return {ErrorKind::protocol, answer, "a proxy on the way may not let WebSockets pass"};
}

}  // namespace

struct WebSocketClient::Curl {
    const Libcurl& functions;
    CURLM* multi;
    CURL* easy;
    std::array<char, CURL_ERROR_SIZE> words{};

    explicit Curl(const Libcurl& curl) : functions{curl}, multi{curl.multi_init()}, easy{curl.easy_init()} {}
    ~Curl()
    {
        functions.multi_remove_handle(multi, easy);
        functions.easy_cleanup(easy);
        functions.multi_cleanup(multi);
    }
    Curl(const Curl&) = delete;
    Curl& operator=(const Curl&) = delete;

    template <class Value>
    void set(CURLoption option, Value value)
    {
        functions.easy_setopt(easy, option, value);
    }
    void configure(const WebSocketTarget& target)
    {
        set(CURLOPT_URL, target.url.c_str());
        set(CURLOPT_PROTOCOLS_STR, "http,https");
        set(CURLOPT_CONNECT_ONLY, 1L);
        set(CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));  // of what TLS offers: WebSocket begins in HTTP/1.1
        set(CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(target.timeout.count()));
        set(CURLOPT_NOSIGNAL, 1L);
        set(CURLOPT_QUICK_EXIT, 1L);
        set(CURLOPT_ERRORBUFFER, words.data());
        set(CURLOPT_PROXY, proxy_for(target.url).c_str());
        set(CURLOPT_HTTPPROXYTUNNEL, 1L);
        if (const std::string file = authorities_file(); !file.empty()) set(CURLOPT_CAINFO, file.c_str());
    }
};

WebSocketClient::WebSocketClient(std::unique_ptr<Curl> curl) : curl_{std::move(curl)} {}

Result<std::unique_ptr<WebSocketClient>> WebSocketClient::connect(const WebSocketTarget& target, std::stop_token stop)
{
    OI_TRY(const Libcurl* functions, libcurl());
    std::unique_ptr<WebSocketClient> client{new WebSocketClient{std::make_unique<Curl>(*functions)}};
    client->server_ = without_credentials(origin_of(target.url));
    const auto deadline = Clock::now() + target.timeout;
    OI_CHECK(client->open(target, deadline, stop));
    OI_CHECK(client->shake_hands(target, deadline, std::move(stop)));
    return client;
}

Result<void> WebSocketClient::open(const WebSocketTarget& target, Clock::time_point deadline, std::stop_token stop)
{
    const Libcurl& curl = curl_->functions;
    curl_->configure(target);
    curl.multi_add_handle(curl_->multi, curl_->easy);
    const sys::StopSignal signal{std::move(stop)};
    curl_waitfd stop_fd{signal.fd(), CURL_WAIT_POLLIN, 0};
    for (int running = 1;;) {
        curl.multi_perform(curl_->multi, &running);
        if (running == 0) break;
        const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - Clock::now()).count();
        if (left <= 0) return fail(ErrorKind::timeout, cat("no connection to ", server_, " in time"));
        curl.multi_poll(curl_->multi, &stop_fd, 1, static_cast<int>(left), nullptr);
        if (stop_fd.revents != 0) return fail(ErrorKind::cancelled, "stopped");
    }
    int more = 0;
    const CURLMsg* message = curl.multi_info_read(curl_->multi, &more);
    const CURLcode code = message ? message->data.result : CURLE_COULDNT_CONNECT;
    if (code != CURLE_OK)
        return fail(ErrorKind::network,
                    cat("no connection to ", server_, ": ", curl_->words[0] ? curl_->words.data() : curl.easy_strerror(code)));
    curl.easy_getinfo(curl_->easy, CURLINFO_ACTIVESOCKET, &socket_);
    const int on = 1;
    ::setsockopt(fd(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    return {};
}

Result<void> WebSocketClient::shake_hands(const WebSocketTarget& target, Clock::time_point deadline, std::stop_token stop)
{
    const std::string key = base64(random_bytes(16));
    outgoing_ = websocket_request({std::string{authority_of(target.url)}, target_of(target.url), key, target.protocols, target.headers});
    const sys::StopSignal signal{std::move(stop)};
    std::string answer;
    for (std::size_t end = std::string::npos; end == std::string::npos; end = answer.find("\r\n\r\n")) {
        OI_CHECK(write());
        pollfd watched{fd(), static_cast<short>(outgoing_.empty() ? POLLIN : POLLIN | POLLOUT), 0};
        const auto woke = sys::wait({&watched, 1}, deadline, signal);
        if (woke == sys::Woke::stopped) return fail(ErrorKind::cancelled, "stopped");
        if (woke == sys::Woke::deadline) return fail(ErrorKind::timeout, cat(server_, " did not answer in time"));
        OI_TRY(const std::string bytes, read());
        answer += bytes;
        if (answer.size() > longest_head) return fail(ErrorKind::protocol, cat(server_, " did not speak proper HTTP"));
    }
    const std::string_view head = std::string_view{answer}.substr(0, answer.find("\r\n\r\n") + 4);
    OI_TRY(const auto parsed, parse_websocket_answer(head, key));
    if (!parsed.is_accepted) return Fail{refusal(parsed.status, server_)};
    protocol_ = parsed.protocol;
    reader_.feed(std::string_view{answer}.substr(head.size()));
    has_more_ = answer.size() > head.size();
    queued_ = sent_ = 0;
    return {};
}

WebSocketClient::~WebSocketClient()
{
    if (socket_ < 0 || !outgoing_.empty()) return;
    send(Opcode::close, "\x03\xE8");
    ignore(write(), "the connection ends either way");
}

std::uint64_t WebSocketClient::send(Opcode opcode, std::string_view payload)
{
    const std::string frame = websocket_frame(opcode, payload, new_mask());
    outgoing_ += frame;
    return queued_ += frame.size();
}

Result<void> WebSocketClient::write()
{
    while (!outgoing_.empty()) {
        std::size_t count = 0;
        const CURLcode code = curl_->functions.easy_send(curl_->easy, outgoing_.data(), outgoing_.size(), &count);
        if (code == CURLE_AGAIN) return {};
        if (code != CURLE_OK) return fail(ErrorKind::network, cat("the connection to ", server_, " broke"));
        outgoing_.erase(0, count);
        sent_ += count;
    }
    return {};
}

// What is there, at most bytes_at_once.
Result<std::string> WebSocketClient::read()
{
    std::string bytes;
    has_more_ = false;
    // Servers write a message in several small pieces and wait for the word that one has come before they send the next: it must
    // not wait for the timer. Linux forgets the option at will.
    const int on = 1;
    ::setsockopt(fd(), IPPROTO_TCP, TCP_QUICKACK, &on, sizeof on);
    std::array<char, 1 << 16> block;
    for (;;) {
        std::size_t count = 0;
        const CURLcode code = curl_->functions.easy_recv(curl_->easy, block.data(), block.size(), &count);
        if (code == CURLE_AGAIN) return bytes;
        const bool is_over = code != CURLE_OK || count == 0;
        if (is_over && bytes.empty()) return fail(ErrorKind::network, cat(server_, " closed the connection"));
        bytes.append(block.data(), count);
        has_more_ = is_over || bytes.size() >= bytes_at_once;
        if (has_more_) return bytes;
    }
}

Result<void> WebSocketClient::pump(const std::function<void(WebSocketMessage)>& sink)
{
    OI_CHECK(write());
    const bool has_rest = has_more_;
    auto bytes = read();
    if (bytes) reader_.feed(*bytes);
    if (bytes || has_rest) OI_CHECK(deliver(sink));
    if (!bytes) return Fail{std::move(bytes).error()};
    return write();  // answers to pings
}

Result<void> WebSocketClient::deliver(const std::function<void(WebSocketMessage)>& sink)
{
    for (;;) {
        OI_TRY(auto message, reader_.next());
        if (!message) return {};
        if (message->opcode == Opcode::ping) send(Opcode::pong, message->payload);
        if (message->opcode == Opcode::close) return fail(ErrorKind::network, cat(server_, " ended the connection"));
        sink(std::move(*message));
    }
}

}  // namespace oi::net
