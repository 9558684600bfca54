// WebSocketClient: one WebSocket connection over libcurl's sockets, so that TLS, proxies and private authorities are as for HTTP.
#pragma once

#include "base/error.h"
#include "net/websocket.h"

#include <chrono>
#include <functional>
#include <memory>
#include <stop_token>
#include <string>

namespace oi::net {

struct WebSocketTarget {
    std::string url;  // http:// or https://, with path and query
    std::vector<std::pair<std::string, std::string>> headers;
    std::vector<std::string> protocols;  // offered
    std::chrono::milliseconds timeout{15'000};
};

// One thread at a time.
class WebSocketClient {
public:
    // Connects and agrees on WebSocket. Errors: network (no connection, 5xx), timeout, auth (401, 403), not_found (404, libcurl), protocol
    // (whatever answers is no WebSocket server), cancelled.
    static Result<std::unique_ptr<WebSocketClient>> connect(const WebSocketTarget& target, std::stop_token stop);
    ~WebSocketClient();  // closes the connection
    WebSocketClient(const WebSocketClient&) = delete;
    WebSocketClient& operator=(const WebSocketClient&) = delete;

    const std::string& protocol() const { return protocol_; }  // the one that the server picked, or ""
    int fd() const { return static_cast<int>(socket_); }
    // Whether pump() is to be called when fd() can be written.
    bool wants_to_write() const { return !outgoing_.empty(); }
    // Whether pump() is to be called at once.
    bool has_more() const { return has_more_; }

    // Queues one message; pump() sends it. Gives the number of bytes after which it has been sent.
    std::uint64_t send(Opcode opcode, std::string_view payload);
    std::uint64_t sent() const { return sent_; }

    // Sends and receives what can be without waiting; pings are answered, and shown too. network: the connection has ended; protocol.
    Result<void> pump(const std::function<void(WebSocketMessage)>& sink);

private:
    struct Curl;
    explicit WebSocketClient(std::unique_ptr<Curl> curl);
    Result<void> open(const WebSocketTarget& target, std::chrono::steady_clock::time_point deadline, std::stop_token stop);
    Result<void> shake_hands(const WebSocketTarget& target, std::chrono::steady_clock::time_point deadline, std::stop_token stop);
    Result<void> write();
    Result<std::string> read();
    Result<void> deliver(const std::function<void(WebSocketMessage)>& sink);

    std::unique_ptr<Curl> curl_;
    long socket_ = -1;
    std::string server_;  // for messages
    std::string protocol_;
    std::string outgoing_;
    std::uint64_t queued_ = 0, sent_ = 0;
    bool has_more_ = false;
    WebSocketReader reader_;
};

}  // namespace oi::net
