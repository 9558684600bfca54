// Finding libzmq's functions with dlopen; the declarations are those of libzmq 4 (http://api.zeromq.org/4-3:_start).
#include "net/zmq.h"

#include "base/text.h"

#include <cstddef>
#include <dlfcn.h>

namespace oi::net {
namespace {

struct ZmqMessage {
    alignas(void*) unsigned char bytes[64];
};

struct Libzmq {
    void* (*zmq_ctx_new)();
    int (*zmq_ctx_term)(void* context);
    void* (*zmq_socket)(void* context, int type);
    int (*zmq_close)(void* socket);
    int (*zmq_setsockopt)(void* socket, int option, const void* value, std::size_t size);
    int (*zmq_getsockopt)(void* socket, int option, void* value, std::size_t* size);
    int (*zmq_connect)(void* socket, const char* endpoint);
    int (*zmq_send)(void* socket, const void* bytes, std::size_t size, int flags);
    int (*zmq_msg_init)(ZmqMessage* message);
    int (*zmq_msg_recv)(ZmqMessage* message, void* socket, int flags);
    void* (*zmq_msg_data)(ZmqMessage* message);
    std::size_t (*zmq_msg_size)(const ZmqMessage* message);
    int (*zmq_msg_more)(const ZmqMessage* message);
    int (*zmq_msg_close)(ZmqMessage* message);
    int (*zmq_errno)();
    const char* (*zmq_strerror)(int number);
};

constexpr const char* remedy = "install the package libzmq5";

Result<Libzmq> load()
{
    void* library = ::dlopen("libzmq.so.5", RTLD_LAZY | RTLD_LOCAL);
    if (!library) return fail(ErrorKind::not_found, cat("libzmq, which Jupyter kernels speak, cannot be loaded: ", ::dlerror()), remedy);
    Libzmq zmq{};
#define OI_ZMQ(name)                                                          \
    zmq.name = reinterpret_cast<decltype(zmq.name)>(::dlsym(library, #name)); \
    if (!zmq.name) return fail(ErrorKind::not_found, "libzmq lacks " #name, remedy)
    OI_ZMQ(zmq_ctx_new);
    OI_ZMQ(zmq_ctx_term);
    OI_ZMQ(zmq_socket);
    OI_ZMQ(zmq_close);
    OI_ZMQ(zmq_setsockopt);
    OI_ZMQ(zmq_getsockopt);
    OI_ZMQ(zmq_connect);
    OI_ZMQ(zmq_send);
    OI_ZMQ(zmq_msg_init);
    OI_ZMQ(zmq_msg_recv);
    OI_ZMQ(zmq_msg_data);
    OI_ZMQ(zmq_msg_size);
    OI_ZMQ(zmq_msg_more);
    OI_ZMQ(zmq_msg_close);
    OI_ZMQ(zmq_errno);
    OI_ZMQ(zmq_strerror);
#undef OI_ZMQ
    return zmq;
}

Result<const Libzmq*> libzmq()
{
    static const auto& loaded = *new Result<Libzmq>{load()};  // never destroyed: a turn may run while the process ends
    if (!loaded) return Fail{loaded.error()};
    return &*loaded;
}

// For those that hold a context: it is loaded.
const Libzmq& zmq() { return **libzmq(); }

Fail zmq_failure(std::string_view what) { return fail(ErrorKind::io, cat("ZeroMQ: ", what, ": ", zmq().zmq_strerror(zmq().zmq_errno()))); }

enum Option {
    identity_option = 5,
    subscribe = 6,
    fd_option = 14,
    linger = 17,
    reconnect_interval = 18,
    send_limit = 23,
    receive_limit = 24
};
enum Flag { dont_wait = 1, send_more = 2 };

}  // namespace

Result<std::unique_ptr<ZmqContext>> ZmqContext::make()
{
    OI_TRY(const Libzmq* library, libzmq());
    void* handle = library->zmq_ctx_new();
    if (!handle) return zmq_failure("no context");
    return std::unique_ptr<ZmqContext>{new ZmqContext{handle}};
}

ZmqContext::~ZmqContext() { zmq().zmq_ctx_term(handle_); }

Result<std::unique_ptr<ZmqSocket>> ZmqSocket::connect(ZmqContext& context, Kind kind, const std::string& identity,
                                                      const std::string& endpoint)
{
    constexpr int dealer = 5, subscriber = 2;
    void* handle = zmq().zmq_socket(context.handle_, kind == Kind::dealer ? dealer : subscriber);
    if (!handle) return zmq_failure("no socket");
    std::unique_ptr<ZmqSocket> socket{new ZmqSocket{handle}};
    const auto set = [&](Option option, int value) { zmq().zmq_setsockopt(handle, option, &value, sizeof value); };
    set(linger, 0);
    set(reconnect_interval, 10);  // milliseconds: a kernel begins to listen in the middle of its start
    // No limits: at a limit a publisher drops messages, and a cell's output would have holes.
    set(send_limit, 0);
    set(receive_limit, 0);
    if (kind == Kind::dealer) zmq().zmq_setsockopt(handle, identity_option, identity.data(), identity.size());
    else zmq().zmq_setsockopt(handle, subscribe, "", 0);
    if (zmq().zmq_connect(handle, endpoint.c_str()) != 0) return zmq_failure(endpoint);
    return socket;
}

ZmqSocket::~ZmqSocket() { zmq().zmq_close(handle_); }

int ZmqSocket::fd() const
{
    int fd = -1;
    std::size_t size = sizeof fd;
    zmq().zmq_getsockopt(handle_, fd_option, &fd, &size);
    return fd;
}

Result<void> ZmqSocket::send(std::span<const std::string> parts)
{
    for (std::size_t i = 0; i < parts.size(); ++i) {
        const int flags = i + 1 < parts.size() ? dont_wait | send_more : dont_wait;
        if (zmq().zmq_send(handle_, parts[i].data(), parts[i].size(), flags) < 0) return zmq_failure("send");
    }
    return {};
}

std::optional<std::vector<std::string>> ZmqSocket::receive()
{
    std::vector<std::string> parts;
    for (bool has_more = true; has_more;) {
        ZmqMessage message;
        zmq().zmq_msg_init(&message);
        if (zmq().zmq_msg_recv(&message, handle_, dont_wait) < 0) return {};
        parts.emplace_back(static_cast<const char*>(zmq().zmq_msg_data(&message)), zmq().zmq_msg_size(&message));
        has_more = zmq().zmq_msg_more(&message) != 0;
        zmq().zmq_msg_close(&message);
    }
    return parts;
}

}  // namespace oi::net
