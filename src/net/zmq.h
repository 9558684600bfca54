// ZmqSocket: a socket of ZeroMQ that never blocks; libzmq is loaded when the first one is made.
#pragma once

#include "base/error.h"

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace oi::net {

// What sockets share: a thread of libzmq's own that moves their bytes. Outlives its sockets.
class ZmqContext {
public:
    // not_found: libzmq cannot be loaded; names the package.
    static Result<std::unique_ptr<ZmqContext>> make();
    ~ZmqContext();  // drops what has not been sent
    ZmqContext(const ZmqContext&) = delete;
    ZmqContext& operator=(const ZmqContext&) = delete;

private:
    friend class ZmqSocket;
    explicit ZmqContext(void* handle) : handle_{handle} {}
    void* handle_;
};

// One thread at a time.
class ZmqSocket {
public:
    enum class Kind : std::uint8_t { dealer, subscriber };  // a subscriber gets everything

    // Connects to "ipc://PATH" or "tcp://HOST:PORT" whether or not somebody listens there yet; what is sent waits until then.
    static Result<std::unique_ptr<ZmqSocket>> connect(ZmqContext& context, Kind kind, const std::string& identity,
                                                      const std::string& endpoint);
    ~ZmqSocket();
    ZmqSocket(const ZmqSocket&) = delete;
    ZmqSocket& operator=(const ZmqSocket&) = delete;

    // Readable when something has changed, and only then: after each wake and after each send, receive() until it gives nothing.
    int fd() const;
    Result<void> send(std::span<const std::string> parts);
    // The parts of the next message; nullopt: there is none now.
    std::optional<std::vector<std::string>> receive();

private:
    explicit ZmqSocket(void* handle) : handle_{handle} {}
    void* handle_;
};

}  // namespace oi::net
