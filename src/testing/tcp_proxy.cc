// Passing bytes between sockets; see tcp_proxy.h.
#include "testing/tcp_proxy.h"

#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>
#include <vector>

namespace oi::testing {
namespace {

sockaddr_in loopback(int port)
{
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(static_cast<std::uint16_t>(port));
    return address;
}

}  // namespace

TcpProxy::TcpProxy(int port) : upstream_{port}, listener_{::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)}, orders_{*sys::make_pipe()}
{
    sockaddr_in address = loopback(0);
    socklen_t size = sizeof address;
    ::bind(listener_.get(), reinterpret_cast<sockaddr*>(&address), size);
    ::listen(listener_.get(), 16);
    ::getsockname(listener_.get(), reinterpret_cast<sockaddr*>(&address), &size);
    port_ = ntohs(address.sin_port);
    thread_ = std::thread{[this] { run(); }};
}

TcpProxy::~TcpProxy()
{
    order('q');
    thread_.join();
}

void TcpProxy::order(char what) { ignore(sys::write_all(orders_.write.get(), {&what, 1}), "the thread lives as long as we"); }

void TcpProxy::run()
{
    while (!is_over_) {
        std::vector<pollfd> watched{{orders_.read.get(), POLLIN, 0}, {listener_.get(), POLLIN, 0}};
        for (const auto& pair : pairs_) {
            watched.push_back({pair.is_cut ? -1 : pair.client.get(), POLLIN, 0});
            watched.push_back({pair.server.get(), POLLIN, 0});
        }
        sys::wait(watched, {});
        std::size_t i = 2;
        for (auto pair = pairs_.begin(); pair != pairs_.end(); i += 2) {
            const bool is_open = (watched[i].revents == 0 || pass(pair->client.get(), pair->server.get())) &&
                                 (watched[i + 1].revents == 0 || pass(pair->server.get(), pair->client.get()));
            pair = is_open ? std::next(pair) : pairs_.erase(pair);
        }
        if (watched[0].revents != 0) obey();
        if (watched[1].revents != 0) take_one();
    }
}

void TcpProxy::obey()
{
    char what = 'q';
    [[maybe_unused]] const auto got = ::read(orders_.read.get(), &what, 1);
    if (what == 'q') is_over_ = true;
    if (what == 't') pairs_.clear();
    if (what == 'r' || what == 'a') is_refusing_ = what == 'r';
    if (what != 'c') return;
    for (auto& pair : pairs_) {
        pair.is_cut = true;
        ::shutdown(pair.server.get(), SHUT_WR);
    }
}

void TcpProxy::take_one()
{
    sys::Fd client{::accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC)};
    if (is_refusing_ || !client.is_open()) return;
    sys::Fd server{::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)};
    const sockaddr_in address = loopback(upstream_);
    if (::connect(server.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) return;
    ++connections_;
    pairs_.push_back({std::move(client), std::move(server)});
}

// Returns false at the end of the connection.
bool TcpProxy::pass(int from, int to)
{
    std::string block(1 << 16, '\0');
    const ssize_t got = ::read(from, block.data(), block.size());
    return got > 0 && sys::write_all(to, std::string_view{block}.substr(0, static_cast<std::size_t>(got))).has_value();
}

}  // namespace oi::testing
