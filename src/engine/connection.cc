// Connection: as much of HTTP as its one client, libcurl, speaks.
#include "engine/connection.h"

#include "base/text.h"

#include <cerrno>
#include <chrono>
#include <poll.h>
#include <sys/socket.h>

namespace oi::engine {

namespace {

constexpr std::size_t head_limit = 64 * 1024;
constexpr std::size_t body_limit = 64 * 1024 * 1024;
constexpr std::int64_t look_every = 5;  // milliseconds

std::int64_t now_ms()
{
    return std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

// The length that the head announces; nullopt: none that can be believed.
std::optional<std::size_t> body_length(std::string_view head)
{
    const std::string small = lower(head);
    const auto at = small.find("\r\ncontent-length:");
    if (at == std::string::npos) return 0;
    const auto value = to_integer(trim(std::string_view{small}.substr(at + 17, small.find('\r', at + 17) - at - 17)));
    if (!value || *value < 0 || static_cast<std::size_t>(*value) > body_limit) return {};
    return static_cast<std::size_t>(*value);
}

}  // namespace

bool Connection::fill()
{
    char block[65536];
    ssize_t got;
    do got = ::recv(socket_.get(), block, sizeof block, 0);
    while (got < 0 && errno == EINTR);
    if (got <= 0) return false;
    received_.append(block, static_cast<std::size_t>(got));
    return true;
}

std::optional<HttpCall> Connection::read()
{
    std::size_t end;
    while ((end = received_.find("\r\n\r\n")) == std::string::npos)
        if (received_.size() > head_limit || !fill()) return {};
    const std::string head = received_.substr(0, end + 2);
    const auto length = body_length(head);
    if (!length) return {};
    while (received_.size() < end + 4 + *length)
        if (!fill()) return {};
    const auto words = split(std::string_view{head}.substr(0, head.find('\r')), ' ');
    if (words.size() != 3) return {};
    HttpCall call{.method = std::string{words[0]}, .path = std::string{words[1]}, .body = received_.substr(end + 4, *length)};
    received_.erase(0, end + 4 + *length);
    return call;
}

bool Connection::is_closed()
{
    const auto now = now_ms();
    if (is_closed_ || now - looked_at_ < look_every) return is_closed_;
    looked_at_ = now;
    pollfd state{socket_.get(), POLLRDHUP, 0};
    if (::poll(&state, 1, 0) > 0 && (state.revents & (POLLRDHUP | POLLHUP | POLLERR)) != 0) is_closed_ = true;
    return is_closed_;
}

void Connection::write(std::string_view bytes)
{
    if (!is_closed_ && !sys::write_all(socket_.get(), bytes)) is_closed_ = true;
}

void Connection::answer(int status, std::string_view json)
{
    write(cat("HTTP/1.1 ", status, status == 200 ? " OK" : " Error", "\r\nContent-Type: application/json\r\nContent-Length: ", json.size(),
              "\r\n\r\n", json));
}

void Connection::begin_stream()
{
    is_streaming_ = true;
    write("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n");
}

void Connection::event(std::string_view json, std::string_view type)
{
    const std::string text = cat(type.empty() ? "" : cat("event: ", type, "\n"), "data: ", json, "\n\n");
    char size[32];
    const auto end = std::to_chars(size, size + sizeof size, text.size(), 16).ptr;
    write(cat(std::string_view{size, static_cast<std::size_t>(end - size)}, "\r\n", text, "\r\n"));
}

void Connection::end_stream()
{
    is_streaming_ = false;
    write("0\r\n\r\n");
}

}  // namespace oi::engine
