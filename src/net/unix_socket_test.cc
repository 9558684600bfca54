// HttpClient over a Unix socket: a server without an address.
#include "net/http_client.h"
#include "sys/fd.h"
#include "testing/temp_dir.h"

#include <gtest/gtest.h>

#include <cstring>
#include <sys/socket.h>
#include <sys/un.h>
#include <thread>

namespace oi::net {

TEST(UnixSocket, ARequestGoesThereAndNotToTheHostOfItsUrl)
{
    const testing::TempDir folder;
    const std::string path = folder / "socket";
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::strncpy(address.sun_path, path.c_str(), sizeof address.sun_path - 1);
    const sys::Fd listener{::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)};
    ASSERT_EQ(::bind(listener.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
    ASSERT_EQ(::listen(listener.get(), 1), 0);
    std::string asked;
    std::thread server{[&] {
        const sys::Fd client{::accept(listener.get(), nullptr, nullptr)};
        char bytes[4096];
        while (asked.find("ping") == std::string::npos) {
            const ssize_t got = ::recv(client.get(), bytes, sizeof bytes, 0);
            if (got <= 0) return;
            asked.append(bytes, static_cast<std::size_t>(got));
        }
        ignore(sys::write_all(client.get(), "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\npong"), "the test sees it");
    }};
    HttpClient client;
    const auto response =
        client.fetch({.url = "http://unresolvable.invalid/v1/x", .unix_socket = path, .body = "ping"}, std::stop_token{}, 100);
    if (!response) ::shutdown(listener.get(), SHUT_RDWR);
    server.join();
    ASSERT_TRUE(response) << response.error().what;
    EXPECT_EQ(response->body, "pong");
    EXPECT_NE(asked.find("POST /v1/x HTTP/1.1"), std::string::npos) << asked;
}

TEST(UnixSocket, OneThatNobodyListensToIsAnErrorAtOnce)
{
    const testing::TempDir folder;
    HttpClient client;
    const auto response = client.fetch({.url = "http://localhost/x", .unix_socket = folder / "none"}, std::stop_token{}, 100);
    EXPECT_EQ(response.error().kind, ErrorKind::not_found);
}

}  // namespace oi::net
