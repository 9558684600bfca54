// LocalLink: a kernel in a process of ours, spoken to over ZeroMQ.
#pragma once

#include "core/kernel.h"
#include "kernel/jupyter/kernelspec.h"
#include "kernel/jupyter/link.h"
#include "kernel/utf8_stream.h"
#include "net/zmq.h"
#include "sys/keeper.h"
#include "sys/process_tree.h"

#include <array>
#include <memory>

namespace oi::kernel::jupyter {

// How a kernel is reached: what its connection file says
// (https://jupyter-client.readthedocs.io/en/stable/kernels.html#connection-files).
struct Connection {
    bool is_ipc = false;
    std::string ip;              // of ipc: a path, to which "-PORT" is added
    std::array<int, 5> ports{};  // shell, control, iopub, stdin, heartbeat
    std::string key;
};
std::string connection_file(const Connection& connection, std::string_view kernel_name);

class LocalLink : public Link {
public:
    // Starts the process. Errors: not_found (libzmq, libcrypto, the program), unsupported (the sandbox), io.
    static Result<std::unique_ptr<Link>> start(const Kernelspec& spec, const Host& host, const std::string& session);
    ~LocalLink() override;

    void send(Message message) override;
    Result<sys::Woke> step(const Receiver& receiver, sys::Deadline deadline, const sys::StopSignal& stop) override;
    void drain(const Receiver& receiver) override;
    void interrupt() override;
    const std::optional<std::string>& end() const override { return end_; }
    void mark() override;
    bool is_marking() const override { return is_marking_; }
    std::string folder() const override;

private:
    LocalLink(std::string folder, std::string session, bool by_message)
        : private_folder_{std::move(folder)}, session_{std::move(session)}, is_interrupted_by_message_{by_message}
    {
    }
    Result<void> connect();
    Result<void> launch(const Kernelspec& spec, const Host& host);
    bool receive(const Receiver& receiver, int at_most);
    void read_output(const Receiver& receiver);
    void drain_output(const Receiver& receiver);
    void read_reports(const Receiver& receiver);
    void hear_last_words(const Receiver& receiver);

    std::string private_folder_;
    std::string session_;
    bool is_interrupted_by_message_;
    Connection connection_;
    std::unique_ptr<net::ZmqContext> context_;                // outlives the sockets
    std::array<std::unique_ptr<net::ZmqSocket>, 4> sockets_;  // by Channel
    std::optional<sys::Keeper> keeper_;
    sys::Fd output_;
    Utf8Stream text_;
    pid_t pid_ = 0;
    std::vector<sys::ProcessId> own_;  // processes that the kernel is made of, besides the first
    bool is_marked_ = false;
    bool is_marking_ = false;
    std::optional<std::string> end_;
};

}  // namespace oi::kernel::jupyter
