// Connection: one client of the engine: requests in, JSON and server-sent events out (HTTP/1.1, RFC 9112).
#pragma once

#include "base/error.h"
#include "sys/fd.h"

#include <optional>
#include <string>
#include <string_view>

namespace oi::engine {

struct HttpCall {
    std::string method;
    std::string path;
    std::string body;
};

// For one thread. A client that has gone is no error: what is written to it is dropped and is_closed() says so.
class Connection {
public:
    explicit Connection(sys::Fd socket) : socket_{std::move(socket)} {}

    int fd() const { return socket_.get(); }
    // Waits for a whole request; nullopt: the client has gone, or speaks something else.
    std::optional<HttpCall> read();
    // Whether the client has gone, as of now; asks the system at most once in five milliseconds.
    bool is_closed();

    void answer(int status, std::string_view json);
    void begin_stream();
    void event(std::string_view json, std::string_view type = {});
    void end_stream();
    bool is_streaming() const { return is_streaming_; }

private:
    bool fill();
    void write(std::string_view bytes);

    sys::Fd socket_;
    std::string received_;
    std::int64_t looked_at_ = 0;  // milliseconds of the steady clock
    bool is_closed_ = false;
    bool is_streaming_ = false;
};

}  // namespace oi::engine
