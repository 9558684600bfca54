// Starting a Jupyter kernel and speaking to it; see local_link.h.
#include "kernel/jupyter/local_link.h"

#include "base/json.h"
#include "base/text.h"
#include "net/crypto.h"
#include "sys/files.h"
#include "sys/process.h"

#include <algorithm>
#include <climits>
#include <csignal>
#include <cstring>
#include <fcntl.h>
#include <filesystem>
#include <netinet/in.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

namespace oi::kernel::jupyter {
namespace {

using namespace std::chrono_literals;
constexpr std::size_t pipe_size = 1 << 20;
constexpr int bytes_at_once = 1 << 20;  // then the stop request is looked at
constexpr int message_cost = 1 << 13;

// Python kernels stand on ipykernel, which takes Unix sockets as Jupyter's own client names them; others are not known to.
bool takes_ipc(const Kernelspec& spec)
{
    const std::string& program = spec.argv.front();
    return program.substr(program.rfind('/') + 1).starts_with("python") &&
           std::find(spec.argv.begin(), spec.argv.end(), "-m") != spec.argv.end();
}

// A folder that only we can enter, for the connection file and the sockets.
Result<std::string> make_private_folder()
{
    const std::string runtime = sys::environment("XDG_RUNTIME_DIR");
    std::string path = cat(!runtime.empty() && sys::exists(runtime) ? runtime : "/tmp", "/oi-jupyter-XXXXXX");
    if (!::mkdtemp(path.data())) return fail_errno(path);
    return path;
}

// Ports of loopback that are free now. All are held until all are known.
Result<std::array<int, 5>> free_ports()
{
    std::array<int, 5> ports{};
    std::array<sys::Fd, 5> held;
    for (std::size_t i = 0; i < ports.size(); ++i) {
        held[i].reset(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        socklen_t size = sizeof address;
        auto* generic = reinterpret_cast<sockaddr*>(&address);
        if (::bind(held[i].get(), generic, size) != 0 || ::getsockname(held[i].get(), generic, &size) != 0)
            return fail_errno("a free port");
        ports[i] = ntohs(address.sin_port);
    }
    return ports;
}

std::string endpoint(const Connection& connection, std::size_t channel)
{
    const int port = connection.ports[channel];
    return connection.is_ipc ? cat("ipc://", connection.ip, "-", port) : cat("tcp://", connection.ip, ":", port);
}

// "${NAME}" in a kernelspec's value is the variable of the environment around it.
std::string expand(std::string value, std::span<const std::string> environment)
{
    for (std::size_t at = 0; (at = value.find("${", at)) != std::string::npos;) {
        const auto end = value.find('}', at);
        if (end == std::string::npos) break;
        const std::string_view found = sys::lookup(environment, std::string_view{value}.substr(at + 2, end - at - 2));
        value.replace(at, end - at + 1, found);
        at += found.size();
    }
    return value;
}

Command command_of(const Kernelspec& spec, const Host& host, const std::string& file)
{
    Command command{spec.argv, host.environment, sys::nearest_folder(host.folder)};
    for (auto& word : command.argv) word = replace_all(replace_all(word, "{connection_file}", file), "{resource_dir}", spec.folder);
    for (const auto& [name, value] : spec.environment) {
        std::string entry = cat(name, "=", expand(value, host.environment));
        std::erase_if(command.environment, [&](const std::string& old) { return old.starts_with(cat(name, "=")); });
        command.environment.push_back(std::move(entry));
    }
    return command;
}

// The kernel must be able to listen in `folder`, and in a sandbox without a network of ours it can only listen there.
Result<Command> confine(Command command, const Host& host, const std::string& folder, bool is_ipc)
{
    SandboxPolicy policy = host.policy;
    if (!policy.has_network && !is_ipc)
        return fail(ErrorKind::unsupported,
                    cat(command.argv.front(), " is a Jupyter kernel that is reached over TCP, and the network is off"), "--network on");
    if (policy.files == SandboxPolicy::Files::read_only) {
        policy.files = SandboxPolicy::Files::workspace;
        policy.workspace = folder;
        policy.writable.clear();
    }
    policy.writable.push_back(folder);
    return host.sandbox->confine(std::move(command), policy);
}

}  // namespace

std::string connection_file(const Connection& connection, std::string_view kernel_name)
{
    json::Writer writer;
    writer.object([&] {
        writer.field("transport", connection.is_ipc ? "ipc" : "tcp");
        writer.field("ip", connection.ip);
        constexpr std::array names{"shell_port", "control_port", "iopub_port", "stdin_port", "hb_port"};
        for (std::size_t i = 0; i < names.size(); ++i) writer.field(names[i], connection.ports[i]);
        writer.field("key", connection.key);
        writer.field("signature_scheme", "hmac-sha256");
        writer.field("kernel_name", kernel_name);
    });
    return writer.take();
}

Result<std::unique_ptr<Link>> LocalLink::start(const Kernelspec& spec, const Host& host, const std::string& session)
{
    OI_TRY(auto context, net::ZmqContext::make());
    OI_TRY(auto folder, make_private_folder());
    std::unique_ptr<LocalLink> link{new LocalLink{std::move(folder), session, spec.is_interrupted_by_message}};
    link->context_ = std::move(context);
    auto& connection = link->connection_;
    connection.is_ipc = takes_ipc(spec);
    connection.ip = connection.is_ipc ? link->private_folder_ + "/k" : "127.0.0.1";
    connection.key = net::hex(net::random_bytes(32));
    connection.ports = {1, 2, 3, 4, 5};
    if (!connection.is_ipc) {
        OI_TRY(connection.ports, free_ports());
    }
    OI_CHECK(link->connect());
    OI_CHECK(link->launch(spec, host));
    return std::unique_ptr<Link>{std::move(link)};
}

Result<void> LocalLink::connect()
{
    // The kernel sends questions for input to whoever has the identity of the request.
    for (std::size_t i = 0; i < sockets_.size(); ++i) {
        const auto kind = static_cast<Channel>(i) == Channel::iopub ? net::ZmqSocket::Kind::subscriber : net::ZmqSocket::Kind::dealer;
        OI_TRY(sockets_[i], net::ZmqSocket::connect(*context_, kind, session_, endpoint(connection_, i)));
    }
    return {};
}

Result<void> LocalLink::launch(const Kernelspec& spec, const Host& host)
{
    const std::string file = private_folder_ + "/connection.json";
    OI_CHECK(sys::write_file(file, connection_file(connection_, spec.name), 0600));
    Command command = command_of(spec, host, file);
    if (host.trace) host.trace(cat("start ", spec.display_name, ": ", join(command.argv, " ")));
    if (host.sandbox) {
        OI_TRY(command, confine(std::move(command), host, private_folder_, connection_.is_ipc));
    }
    command.scratch = private_folder_;
    OI_TRY(auto output, sys::make_pipe());
    ::fcntl(output.read.get(), F_SETPIPE_SZ, pipe_size);  // an ordinary user's limit; refused: it stays small
    sys::set_nonblocking(output.read.get(), true);
    const std::array<sys::Inherit, 2> inherit{{{output.write.get(), 1}, {output.write.get(), 2}}};
    OI_TRY(auto keeper, sys::Keeper::start(command, inherit));
    keeper_.emplace(std::move(keeper));
    output_ = std::move(output.read);
    return {};
}

LocalLink::~LocalLink()
{
    keeper_.reset();  // the processes end before what they use goes
    for (auto& socket : sockets_) socket.reset();
    context_.reset();
    std::error_code ignored;
    std::filesystem::remove_all(private_folder_, ignored);
}

void LocalLink::send(Message message)
{
    const auto parts = to_parts(message, connection_.key);
    // libcrypto was there when the key was made; a socket without limits takes everything.
    if (parts) ignore(sockets_[static_cast<std::size_t>(message.channel)]->send(*parts), "a kernel that is gone shows as end()");
}

bool LocalLink::receive(const Receiver& receiver, int at_most)
{
    bool has_come = false;
    // In a folder that only we can enter nobody else can send.
    const std::string_view key = connection_.is_ipc ? std::string_view{} : connection_.key;
    // What is printed comes before the reply that ends the cell, when both are there.
    for (const auto channel : {Channel::iopub, Channel::stdin_, Channel::shell, Channel::control}) {
        while (at_most > 0) {
            auto parts = sockets_[static_cast<std::size_t>(channel)]->receive();
            if (!parts) break;
            const auto message = from_parts(std::move(*parts), key, channel);
            has_come = true;
            if (!message) continue;
            at_most -= message_cost + static_cast<int>(std::min<std::size_t>(message->content.size(), bytes_at_once));
            receiver.message(*message);
        }
    }
    return has_come;
}

Result<sys::Woke> LocalLink::step(const Receiver& receiver, sys::Deadline deadline, const sys::StopSignal& stop)
{
    // Before each wait: the sockets' descriptors tell of changes only.
    const bool has_come = receive(receiver, bytes_at_once);
    std::array<pollfd, 6> watched{};
    for (std::size_t i = 0; i < sockets_.size(); ++i) watched[i] = {sockets_[i]->fd(), POLLIN, 0};
    watched[4] = {output_.get(), POLLIN, 0};
    watched[5] = {keeper_->fd(), POLLIN, 0};
    const sys::Woke woke = sys::wait(watched, has_come ? sys::Clock::now() : deadline, stop);
    if (woke == sys::Woke::stopped) return woke;
    if (watched[4].revents != 0) read_output(receiver);
    if (watched[5].revents != 0) read_reports(receiver);
    return has_come ? sys::Woke::ready : woke;
}

void LocalLink::drain(const Receiver& receiver)
{
    receive(receiver, INT_MAX);
    drain_output(receiver);
}

void LocalLink::read_output(const Receiver& receiver)
{
    std::string block(1 << 16, '\0');
    const ssize_t got = ::read(output_.get(), block.data(), block.size());
    if (got == 0) output_.reset();  // the end is told by the keeper
    if (got <= 0) return;
    block.resize(static_cast<std::size_t>(got));
    if (std::string text = text_.feed(block); !text.empty()) receiver.text(std::move(text));
}

void LocalLink::drain_output(const Receiver& receiver)
{
    int waiting = 0;  // only what is there now: a background job may write for ever
    if (!output_.is_open() || ::ioctl(output_.get(), FIONREAD, &waiting) != 0) return;
    for (int blocks = waiting >> 16; blocks >= 0 && output_.is_open(); --blocks) read_output(receiver);
}

void LocalLink::read_reports(const Receiver& receiver)
{
    using What = sys::KeeperReport::What;
    while (const auto report = keeper_->next()) {
        if (report->what == What::started) pid_ = report->value;
        if (report->what == What::marked) is_marking_ = false;
        if (report->what == What::failed) end_ = std::strerror(report->value);
        if (report->what == What::exited) end_ = sys::to_text({report->value, report->signal});
    }
    if (keeper_->is_gone() && !end_) end_ = sys::to_text({0, SIGKILL});
    if (end_) hear_last_words(receiver);
}

// What a kernel sent before it ended may still be on its way through libzmq's thread, which tells when something has come but
// not that nothing will: hence the short limit.
void LocalLink::hear_last_words(const Receiver& receiver)
{
    const auto limit = sys::Clock::now() + 30ms;
    while (sys::Clock::now() < limit) {
        drain(receiver);
        std::array<pollfd, 4> watched{};
        for (std::size_t i = 0; i < sockets_.size(); ++i) watched[i] = {sockets_[i]->fd(), POLLIN, 0};
        sys::wait(watched, limit);
    }
    if (std::string rest = text_.flush(); !rest.empty()) receiver.text(std::move(rest));
}

void LocalLink::interrupt()
{
    if (is_interrupted_by_message_) return send(make_message(Channel::control, "interrupt_request", "{}", session_));
    keeper_->interrupt();
    for (const auto& process : own_)
        if (sys::is_same(process)) ::kill(process.pid, SIGINT);
}

void LocalLink::mark()
{
    if (!std::exchange(is_marked_, true)) own_ = sys::descendants(pid_);
    is_marking_ = true;
    keeper_->mark();
}

std::string LocalLink::folder() const
{
    char path[PATH_MAX];
    const ssize_t length = ::readlink(cat("/proc/", pid_, "/cwd").c_str(), path, sizeof path);
    if (length <= 0) return {};
    std::string folder(path, static_cast<std::size_t>(length));
    return sys::exists(folder) ? folder : std::string{};
}

}  // namespace oi::kernel::jupyter
