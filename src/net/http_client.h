// HttpClient: sends one request at a time and hands the reply on as it arrives.
#pragma once

#include "base/error.h"
#include "net/http.h"

#include <functional>
#include <memory>
#include <optional>
#include <stop_token>

namespace oi::net {

// Who reads a reply. Called on the thread of send(). An Error returned ends the transfer and is what send() returns.
struct HttpSink {
    std::function<Result<void>(const HttpHead&)> head;   // once, of the final response; may be empty
    std::function<Result<void>(std::string_view)> body;  // decompressed pieces, in order
    // How much longer the end of the body is worth waiting for, once all that matters has come: when that time passes
    // in silence, send() has succeeded. nullopt: it has not come yet. May be empty.
    std::function<std::optional<std::chrono::milliseconds>()> patience;
};

// What carries a request and hands its reply on: HttpClient::send, or something in its place.
using Send = std::function<Result<void>(const HttpRequest&, const HttpSink&, std::stop_token)>;

// The reply as a whole, of which `limit` bytes are kept.
Result<HttpResponse> fetch(const Send& send, const HttpRequest& request, std::stop_token stop, std::size_t limit = 1 << 20);

// Keeps the connection open between requests. One request at a time; not for two threads at once.
class HttpClient {
public:
    HttpClient();
    ~HttpClient();
    HttpClient(HttpClient&&) noexcept;
    HttpClient& operator=(HttpClient&&) noexcept;

    // Success: the whole reply has arrived, whatever its status; redirects are replies, not followed.
    // Failure: network (no connection, connection lost: another try may help), protocol (TLS, malformed HTTP),
    // timeout (silence), invalid (the URL), not_found (libcurl), cancelled. The words name the server.
    // On stop: closes the socket and returns within 100 ms.
    // Proxies come from the environment (see proxy_for(); NO_PROXY excepts hosts), but never
    // for loopback; authorities from CURL_CA_BUNDLE, SSL_CERT_FILE or REQUESTS_CA_BUNDLE, else the system's.
    Result<void> send(const HttpRequest& request, const HttpSink& sink, std::stop_token stop);

    // The same with the reply as a whole, of which `limit` bytes are kept.
    Result<HttpResponse> fetch(const HttpRequest& request, std::stop_token stop, std::size_t limit = 1 << 20);

private:
    class Connection;
    std::unique_ptr<Connection> connection_;
};

// The file of certificate authorities that the environment names, or "": the system's.
std::string authorities_file();

// Sends with a client of its own.
Send http_sender();

}  // namespace oi::net
