// Link: the way to one Jupyter kernel, whether its process is ours or a server's.
#pragma once

#include "base/error.h"
#include "kernel/jupyter/message.h"
#include "sys/wait.h"

#include <functional>
#include <optional>
#include <string>

namespace oi::kernel::jupyter {

// Who takes what comes, in order, on the thread of the one who steps.
struct Receiver {
    std::function<void(const Message&)> message;
    std::function<void(std::string)> text;  // what the process wrote past its channels, valid UTF-8
};

class Link {
public:
    virtual ~Link() = default;  // ends the kernel

    // Queues a message; step() sends it. What cannot be sent any more shows as end().
    virtual void send(Message message) = 0;
    // Waits for one thing to happen and hands over what there is. An Error: the link is of no use any more.
    virtual Result<sys::Woke> step(const Receiver& receiver, sys::Deadline deadline, const sys::StopSignal& stop) = 0;
    // Hands over what has come; never waits.
    virtual void drain(const Receiver& receiver) = 0;
    // Interrupts what the kernel is doing; never waits.
    virtual void interrupt() = 0;

    // How the kernel ended ("signal SIGKILL"); nullopt: it lives.
    virtual const std::optional<std::string>& end() const = 0;

    // The kernel is ready, or a cell is over: what it has started by now is no part of the next cell. The next cell waits
    // while is_marking().
    virtual void mark() {}
    virtual bool is_marking() const { return false; }
    // The working folder now; empty: unknown.
    virtual std::string folder() const { return {}; }
    // How often the connection broke and was made again: messages may be missing since.
    virtual int reconnections() const { return 0; }
};

}  // namespace oi::kernel::jupyter
