// ByteServer: one poll over the listener and all connections.
#include "testing/byte_server.h"

#include "base/text.h"

#include <algorithm>
#include <arpa/inet.h>
#include <cstdio>
#include <cstdlib>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

namespace oi::testing {

namespace {

// The bytes of the first request in the text; 0: it is not all there.
std::size_t request_size(std::string_view text)
{
    const auto end = text.find("\r\n\r\n");
    if (end == std::string_view::npos) return 0;
    const std::string head = lower(text.substr(0, end));
    constexpr std::string_view name = "\r\ncontent-length:";
    const auto at = head.find(name);
    std::size_t length = 0;
    if (at != std::string::npos) length = std::strtoul(head.c_str() + at + name.size(), nullptr, 10);
    return text.size() >= end + 4 + length ? end + 4 + length : 0;
}

void send_all(int socket, std::string_view bytes)
{
    while (!bytes.empty()) {
        const auto sent = ::send(socket, bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (sent <= 0) return;
        bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
}

void reset_on_close(int socket)
{
    const linger now{.l_onoff = 1, .l_linger = 0};
    ::setsockopt(socket, SOL_SOCKET, SO_LINGER, &now, sizeof now);
}

}  // namespace

ByteServer::ByteServer(std::function<Answer(const std::string&)> answer) : answer_{std::move(answer)}
{
    listener_.reset(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    auto* const where = reinterpret_cast<sockaddr*>(&address);
    if (::bind(listener_.get(), where, size) != 0 || ::listen(listener_.get(), 64) != 0 ||
        ::getsockname(listener_.get(), where, &size) != 0) {
        std::perror("a listener on loopback");
        std::abort();
    }
    port_ = ntohs(address.sin_port);
    thread_ = std::thread{[this] { run(); }};
}

ByteServer::~ByteServer()
{
    stop_.notify();
    thread_.join();
}

std::string ByteServer::base() const { return cat("http://127.0.0.1:", port_, "/v1"); }

void ByteServer::run()
{
    for (;;) {
        std::vector<pollfd> descriptors{{stop_.fd(), POLLIN, 0}, {listener_.get(), POLLIN, 0}};
        for (const auto& connection : open_) descriptors.push_back({connection.socket.get(), POLLIN, 0});
        sys::wait(descriptors, {});
        if (descriptors[0].revents != 0) return;
        for (std::size_t i = open_.size(); i-- > 0;)
            if (descriptors[i + 2].revents != 0 && !serve(open_[i])) open_.erase(open_.begin() + static_cast<std::ptrdiff_t>(i));
        if (descriptors[1].revents != 0) accept_one();
    }
}

void ByteServer::accept_one()
{
    sys::Fd socket{::accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC)};
    if (!socket.is_open()) return;
    const int on = 1;
    ::setsockopt(socket.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    ++connections_;
    open_.push_back({std::move(socket), {}});
}

bool ByteServer::serve(Connection& connection)
{
    char bytes[65536];
    const auto got = ::recv(connection.socket.get(), bytes, sizeof bytes, 0);
    if (got <= 0) {
        ++hung_up_;
        return false;
    }
    connection.received.append(bytes, static_cast<std::size_t>(got));
    while (const std::size_t size = request_size(connection.received)) {
        const Answer answer = answer_(connection.received.substr(0, size));
        connection.received.erase(0, size);
        send_all(connection.socket.get(), answer.bytes);
        ++requests_;
        if (answer.then == Then::reset) reset_on_close(connection.socket.get());
        if (answer.then != Then::keep) return false;
    }
    return true;
}

std::string chunked_reply(std::string_view body, std::string_view content_type)
{
    std::string reply = cat("HTTP/1.1 200 OK\r\nContent-Type: ", content_type, "\r\nTransfer-Encoding: chunked\r\n\r\n");
    for (std::size_t size = 1; !body.empty(); size = size * 3 + 7) {
        const auto piece = body.substr(0, size);
        char head[32];
        std::snprintf(head, sizeof head, size % 2 == 0 ? "%zX;name=value\r\n" : "%04zx\r\n", piece.size());
        reply += cat(head, piece, "\r\n");
        body.remove_prefix(piece.size());
    }
    return reply + "0\r\nX-Trailer: yes\r\n\r\n";
}

}  // namespace oi::testing
