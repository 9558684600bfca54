// ByteServer: a thread that accepts TCP connections on loopback and answers each HTTP request with exactly the bytes it is told.
#pragma once

#include "sys/fd.h"
#include "sys/wait.h"

#include <atomic>
#include <functional>
#include <string>
#include <thread>
#include <vector>

namespace oi::testing {

class ByteServer {
public:
    enum class Then : std::uint8_t { keep, close, reset };  // the connection, after the bytes; reset: RST
    struct Answer {
        std::string bytes;
        Then then = Then::keep;
    };

    // `answer` gets a whole request, head and body, on the server's thread.
    explicit ByteServer(std::function<Answer(const std::string& request)> answer);
    ~ByteServer();  // closes what is open
    ByteServer(const ByteServer&) = delete;
    ByteServer& operator=(const ByteServer&) = delete;

    std::string base() const;                          // "http://127.0.0.1:PORT/v1"
    int connections() const { return connections_; }   // accepted so far
    int requests() const { return requests_; }         // answered so far
    int closed_by_client() const { return hung_up_; }  // connections that the other side ended

private:
    struct Connection {
        sys::Fd socket;
        std::string received;
    };
    void run();
    void accept_one();
    bool serve(Connection& connection);  // false: the connection is done with

    std::function<Answer(const std::string&)> answer_;
    sys::Fd listener_;
    sys::Wakeup stop_;
    std::vector<Connection> open_;
    std::atomic<int> connections_ = 0;
    std::atomic<int> requests_ = 0;
    std::atomic<int> hung_up_ = 0;
    int port_ = 0;
    std::thread thread_;
};

// `body` as the chunked reply of a server that has its own ways: pieces of odd sizes, extensions, capitals, a trailer.
std::string chunked_reply(std::string_view body, std::string_view content_type);

}  // namespace oi::testing
