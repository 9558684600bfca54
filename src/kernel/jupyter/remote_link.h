// RemoteLink: a kernel on a Jupyter server, spoken to over a WebSocket that is made again when it breaks.
#pragma once

#include "core/kernel.h"
#include "kernel/jupyter/link.h"
#include "kernel/jupyter/server.h"
#include "net/websocket_client.h"

#include <atomic>
#include <deque>
#include <memory>
#include <mutex>
#include <thread>
#include <unordered_set>

namespace oi::kernel::jupyter {

// What tests may want otherwise.
struct RemoteOptions {
    bool offers_v1 = true;                              // else only the default protocol is spoken
    std::chrono::milliseconds first_wait{250};          // before the second try to connect again; doubled each time, up to 8 s
    std::chrono::milliseconds give_up_after{120'000};   // of trying
    std::chrono::milliseconds longest_silence{30'000};  // then the connection is tried, and given up after as long again
    std::chrono::milliseconds first_look{2'000};        // after which a message without an answer makes us ask for the kernel
};

class RemoteLink : public Link {
public:
    // Returns at once; the kernel is started meanwhile, and why that failed is told by step().
    static std::unique_ptr<Link> start(Server server, Kernelspec spec, const Host& host, std::string session, RemoteOptions options = {});
    ~RemoteLink() override;  // ends the kernel on the server; waits for the answer a second at most

    void send(Message message) override;
    Result<sys::Woke> step(const Receiver& receiver, sys::Deadline deadline, const sys::StopSignal& stop) override;
    void drain(const Receiver& receiver) override;
    void interrupt() override;
    const std::optional<std::string>& end() const override { return end_; }
    int reconnections() const override { return reconnections_; }
    std::chrono::seconds start_time() const override { return std::chrono::seconds{180}; }

private:
    RemoteLink(Server server, Kernelspec spec, const Host& host, std::string session, RemoteOptions options);

    // What the thread that connects brings.
    struct Outcome {
        std::unique_ptr<net::WebSocketClient> socket;
        std::optional<Error> error;
        bool is_gone = false;  // the server does not have the kernel any more
    };
    void begin_connecting();
    Outcome connect(std::stop_token stop);
    Outcome connect_once(std::stop_token stop);
    Result<std::string> create(std::stop_token stop);
    Result<void> look(std::stop_token stop);
    Result<void> take_outcome();
    Result<sys::Woke> await_connection(sys::Deadline deadline, const sys::StopSignal& stop);
    void flush();
    void pump(const Receiver& receiver);
    void break_off(const Error& why);
    void take(const net::WebSocketMessage& message, const Receiver& receiver);
    bool is_new(const std::string& id);
    bool is_silent();
    void look_if_due();
    std::string kernel_id();
    void note(std::string_view line);

    Server server_;
    Kernelspec spec_;
    Host host_;
    std::string session_;
    RemoteOptions options_;

    std::unique_ptr<net::WebSocketClient> socket_;           // null: not connected
    std::deque<std::pair<std::uint64_t, Message>> sending_;  // not on its way as a whole; by the socket's count of bytes
    std::deque<Message> waiting_;                            // for a connection
    std::unordered_set<std::string> seen_;                   // messages that have come lately,
    std::deque<std::string> seen_order_;                     // the oldest first
    sys::Clock::time_point last_sign_ = sys::Clock::now();
    bool has_asked_ = false;  // a ping is under way
    sys::Clock::time_point look_at_ = last_sign_ + options_.longest_silence;
    int reconnections_ = 0;
    std::optional<std::string> end_;

    std::mutex mutex_;  // guards what the threads below and ours share
    std::string kernel_id_;
    std::optional<Outcome> outcome_;
    sys::Wakeup connected_;
    std::jthread connecting_;
    std::jthread errand_;   // an interrupt on its way
    std::jthread looking_;  // whether the server still has the kernel
    std::atomic<bool> is_gone_ = false;
    sys::Wakeup looked_;
};

}  // namespace oi::kernel::jupyter
