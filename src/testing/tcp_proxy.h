// TcpProxy: a thread that passes TCP connections of loopback on to another port, and cuts them when it is told to.
#pragma once

#include "sys/fd.h"
#include "sys/wait.h"

#include <atomic>
#include <list>
#include <string>
#include <thread>

namespace oi::testing {

class TcpProxy {
public:
    explicit TcpProxy(int port);
    ~TcpProxy();
    TcpProxy(const TcpProxy&) = delete;
    TcpProxy& operator=(const TcpProxy&) = delete;

    int port() const { return port_; }
    int connections() const { return connections_; }  // passed on so far
    // Ends every connection: the server is told at once, the client gets what the server had sent by then.
    void cut() { order('c'); }
    // Ends every connection with all that is on its way.
    void tear() { order('t'); }
    // From now on new connections are closed at once, or passed on again.
    void refuse() { order('r'); }
    void accept() { order('a'); }

private:
    struct Pair {
        sys::Fd client, server;
        bool is_cut = false;
    };
    void order(char what);
    void run();
    void obey();
    void take_one();
    static bool pass(int from, int to);

    int upstream_;
    int port_ = 0;
    sys::Fd listener_;
    sys::Pipe orders_;
    std::list<Pair> pairs_;
    bool is_refusing_ = false;
    bool is_over_ = false;
    std::atomic<int> connections_ = 0;
    std::thread thread_;
};

}  // namespace oi::testing
