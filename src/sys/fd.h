// Fd: owns one file descriptor. Pipe: both ends of one.
#pragma once

#include "base/error.h"

#include <string_view>
#include <utility>

namespace oi::sys {

class Fd {
public:
    Fd() = default;
    explicit Fd(int fd) : fd_{fd} {}
    Fd(Fd&& other) noexcept : fd_{std::exchange(other.fd_, -1)} {}
    Fd& operator=(Fd&& other) noexcept
    {
        if (this != &other) reset(std::exchange(other.fd_, -1));
        return *this;
    }
    ~Fd() { reset(); }

    int get() const { return fd_; }
    bool is_open() const { return fd_ >= 0; }
    void reset(int fd = -1);

private:
    int fd_ = -1;
};

struct Pipe {
    Fd read;
    Fd write;
};

// Both ends close on exec.
Result<Pipe> make_pipe();
// A connected pair of stream sockets; close on exec.
Result<Pipe> make_socket_pair();

// Writes all of `bytes`, also when the descriptor takes them piecemeal; blocks. EPIPE is an Error, never a signal's death
// as long as SIGPIPE is ignored (the program ignores it).
Result<void> write_all(int fd, std::string_view bytes);

void set_nonblocking(int fd, bool on);

}  // namespace oi::sys
