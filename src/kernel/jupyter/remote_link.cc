// Kernels of a server; see remote_link.h.
#include "kernel/jupyter/remote_link.h"

#include "base/json.h"
#include "base/text.h"

#include <algorithm>
#include <array>

namespace oi::kernel::jupyter {
namespace {

using namespace std::chrono_literals;
using net::Opcode;
constexpr const char* v1_protocol = "v1.kernel.websocket.jupyter.org";
constexpr const char* gone = "the server does not have it any more";
constexpr auto longest_wait = 8s;
constexpr auto goodbye_time = 1s;
constexpr std::size_t most_seen = 4096;  // more than a server holds back would be messages of an older cell

bool is_passing(const Error& error)
{
    return error.kind == ErrorKind::network || error.kind == ErrorKind::timeout ||
           (error.kind == ErrorKind::not_found && error.what.starts_with("no connection"));  // a loopback server that restarts
}

}  // namespace

RemoteLink::RemoteLink(Server server, Kernelspec spec, const Host& host, std::string session, RemoteOptions options)
    : server_{std::move(server)}, spec_{std::move(spec)}, host_{host}, session_{std::move(session)}, options_{options}
{
}

std::unique_ptr<Link> RemoteLink::start(Server server, Kernelspec spec, const Host& host, std::string session, RemoteOptions options)
{
    std::unique_ptr<RemoteLink> link{new RemoteLink{std::move(server), std::move(spec), host, std::move(session), options}};
    if (host.trace) host.trace(cat("start ", link->spec_.display_name, " on ", net::without_credentials(link->server_.url)));
    link->begin_connecting();
    return link;
}

RemoteLink::~RemoteLink()
{
    if (connecting_.joinable()) {
        // A kernel whose start is under way must be known before it can be ended.
        pollfd done{connected_.fd(), POLLIN, 0};
        if (kernel_id().empty()) sys::wait({&done, 1}, sys::Clock::now() + goodbye_time);
        connecting_.request_stop();
        connecting_.join();
    }
    for (auto* thread : {&errand_, &looking_}) {
        if (!thread->joinable()) continue;
        thread->request_stop();
        thread->join();
    }
    socket_.reset();
    if (kernel_id_.empty() || end_) return;
    net::HttpClient client;
    ignore(ask(client, server_,
               {.method = "DELETE", .url = cat("/api/kernels/", kernel_id_), .connect_timeout = goodbye_time, .idle_timeout = goodbye_time},
               {}),
           "a server that does not answer ends it when it has been idle for long");
}

void RemoteLink::begin_connecting()
{
    connected_.clear();
    connecting_ = std::jthread{[this](std::stop_token stop) {
        Outcome outcome = connect(std::move(stop));
        {
            const std::lock_guard lock{mutex_};
            outcome_ = std::move(outcome);
        }
        connected_.notify();
    }};
}

std::string RemoteLink::kernel_id()
{
    const std::lock_guard lock{mutex_};
    return kernel_id_;
}

// Tries until it is of no use, the time is over, or a fresh kernel cannot be had.
RemoteLink::Outcome RemoteLink::connect(std::stop_token stop)
{
    const bool is_again = !kernel_id().empty();
    const sys::StopSignal signal{stop};
    const auto give_up = sys::Clock::now() + options_.give_up_after;
    std::chrono::milliseconds wait = options_.first_wait;
    for (;;) {
        Outcome outcome = connect_once(stop);
        if (!outcome.error || !is_again || !is_passing(*outcome.error) || sys::Clock::now() + wait > give_up) return outcome;
        if (sys::wait({}, sys::Clock::now() + wait, signal) == sys::Woke::stopped) return outcome;
        wait = std::min<std::chrono::milliseconds>(wait * 2, longest_wait);
    }
}

RemoteLink::Outcome RemoteLink::connect_once(std::stop_token stop)
{
    Outcome outcome;
    std::string id = kernel_id();
    if (id.empty()) {
        auto created = create(stop);
        if (!created) return {.error = created.error()};
        id = std::move(*created);
        const std::lock_guard lock{mutex_};
        kernel_id_ = id;
    } else if (const auto there = look(stop); !there) {
        // What has no connection may be there again later.
        const bool is_gone = there.error().kind == ErrorKind::not_found && !is_passing(there.error());
        return {.error = there.error(), .is_gone = is_gone};
    }
    net::WebSocketTarget target{.url = cat(server_.url, "/api/kernels/", id, "/channels?session_id=", session_)};
    for (const auto& header : proof(server_)) target.headers.emplace_back(header.name, header.value);
    if (options_.offers_v1) target.protocols = {v1_protocol};
    auto socket = net::WebSocketClient::connect(target, std::move(stop));
    if (!socket) return {.error = socket.error()};
    return {.socket = std::move(*socket)};
}

Result<std::string> RemoteLink::create(std::stop_token stop)
{
    json::Writer body;
    body.object([&] { body.field("name", spec_.name); });
    net::HttpClient client;
    OI_TRY(const auto response, ask(client, server_, {.method = "POST", .url = "/api/kernels", .body = body.take()}, std::move(stop)));
    const auto parsed = json::parse(response.body);
    std::string id{parsed ? json::text(*parsed, "id") : ""};
    if (id.empty()) return fail(ErrorKind::protocol, cat(net::without_credentials(server_.url), " started a kernel and did not say which"));
    return id;
}

Result<void> RemoteLink::look(std::stop_token stop)
{
    net::HttpClient client;
    OI_CHECK(ask(client, server_, {.method = "GET", .url = cat("/api/kernels/", kernel_id()), .idle_timeout = 10s}, std::move(stop)));
    return {};
}

Result<void> RemoteLink::take_outcome()
{
    Outcome outcome;
    {
        const std::lock_guard lock{mutex_};
        if (!outcome_) return {};
        outcome = std::move(*outcome_);
        outcome_.reset();
    }
    connecting_.join();
    if (outcome.is_gone) {
        end_ = gone;
        return {};
    }
    if (outcome.error) return Fail{std::move(*outcome.error)};
    socket_ = std::move(outcome.socket);
    last_sign_ = sys::Clock::now();
    has_asked_ = false;
    if (reconnections_ > 0) note(cat("Connected to ", net::without_credentials(server_.url), " again."));
    flush();
    return {};
}

void RemoteLink::send(Message message)
{
    waiting_.push_back(std::move(message));
    look_at_ = sys::Clock::now() + options_.first_look;
    if (socket_) flush();
}

void RemoteLink::flush()
{
    while (!waiting_.empty()) {
        const Message& message = waiting_.front();
        const bool is_v1 = socket_->protocol() == v1_protocol;
        const auto end = is_v1 ? socket_->send(Opcode::binary, to_v1(message)) : socket_->send(Opcode::text, to_json(message));
        sending_.emplace_back(end, std::move(waiting_.front()));
        waiting_.pop_front();
    }
}

// Whether nothing has come for so long, after a question whether somebody is there, that nobody is.
bool RemoteLink::is_silent()
{
    if (sys::Clock::now() < last_sign_ + options_.longest_silence) return false;
    if (!std::exchange(has_asked_, true)) {
        socket_->send(Opcode::ping, "");
        return false;
    }
    return sys::Clock::now() >= last_sign_ + 2 * options_.longest_silence;
}

Result<sys::Woke> RemoteLink::await_connection(sys::Deadline deadline, const sys::StopSignal& stop)
{
    pollfd done{connected_.fd(), POLLIN, 0};
    const auto woke = sys::wait({&done, 1}, deadline, stop);
    if (woke == sys::Woke::ready) OI_CHECK(take_outcome());
    return woke;
}

Result<sys::Woke> RemoteLink::step(const Receiver& receiver, sys::Deadline deadline, const sys::StopSignal& stop)
{
    if (end_) return sys::Woke::ready;
    if (!socket_) return await_connection(deadline, stop);
    const auto next_look = last_sign_ + options_.longest_silence * (has_asked_ ? 2 : 1);
    const auto own = std::min(next_look, look_at_);
    const auto until = socket_->has_more() ? sys::Clock::now() : deadline ? std::min(*deadline, own) : own;
    std::array<pollfd, 2> watched{
        {{socket_->fd(), static_cast<short>(socket_->wants_to_write() ? POLLIN | POLLOUT : POLLIN), 0}, {looked_.fd(), POLLIN, 0}}};
    const auto woke = sys::wait(watched, until, stop);
    if (woke == sys::Woke::stopped) return woke;
    if (is_gone_) {
        end_ = gone;
        return sys::Woke::ready;
    }
    look_if_due();
    const bool is_only_a_look = woke == sys::Woke::deadline && !socket_->has_more();
    if (is_only_a_look && is_silent()) {
        break_off({ErrorKind::timeout, "nothing comes any more"});
        return sys::Woke::ready;
    }
    pump(receiver);
    const bool is_deadline = is_only_a_look && deadline && sys::Clock::now() >= *deadline;
    return is_deadline ? sys::Woke::deadline : sys::Woke::ready;
}

// A server that has ended a kernel keeps the connection to it, and says nothing.
void RemoteLink::look_if_due()
{
    looked_.clear();
    if (sys::Clock::now() < look_at_) return;
    look_at_ = sys::Clock::now() + options_.longest_silence;
    looking_ = std::jthread{[this](std::stop_token stop) {
        const auto there = look(std::move(stop));
        is_gone_ = !there && there.error().kind == ErrorKind::not_found && !is_passing(there.error());
        looked_.notify();
    }};
}

void RemoteLink::pump(const Receiver& receiver)
{
    const auto pumped = socket_->pump([&](const net::WebSocketMessage& message) { take(message, receiver); });
    while (!sending_.empty() && sending_.front().first <= socket_->sent()) sending_.pop_front();
    if (!pumped) break_off(pumped.error());
}

void RemoteLink::drain(const Receiver& receiver)
{
    if (socket_) pump(receiver);
}

// What was not on its way as a whole goes with the next connection. The same session: the server has kept for it what came since.
void RemoteLink::break_off(const Error& why)
{
    note(cat("The connection to ", net::without_credentials(server_.url), " broke (", why.what, "); trying to make it again."));
    socket_.reset();
    ++reconnections_;
    for (auto& [end, message] : sending_) waiting_.push_back(std::move(message));
    sending_.clear();
    begin_connecting();
}

// After a break the same message may come once more.
bool RemoteLink::is_new(const std::string& id)
{
    if (id.empty()) return true;
    if (!seen_.insert(id).second) return false;
    seen_order_.push_back(id);
    if (seen_order_.size() > most_seen) {
        seen_.erase(seen_order_.front());
        seen_order_.pop_front();
    }
    return true;
}

void RemoteLink::take(const net::WebSocketMessage& message, const Receiver& receiver)
{
    last_sign_ = sys::Clock::now();
    has_asked_ = false;
    if (message.opcode == Opcode::pong || message.opcode == Opcode::ping) return;
    look_at_ = last_sign_ + options_.longest_silence;
    const bool is_v1 = socket_->protocol() == v1_protocol;
    const auto parsed = message.opcode == Opcode::text ? from_json(message.payload)
                        : is_v1                        ? from_v1(message.payload)
                                                       : from_json_with_buffers(message.payload);
    if (parsed && is_new(parsed->id)) receiver.message(*parsed);
}

void RemoteLink::interrupt()
{
    const std::string id = kernel_id();
    if (id.empty()) return;
    if (errand_.joinable()) errand_.request_stop();
    errand_ = std::jthread{[server = server_, id](std::stop_token stop) {
        net::HttpClient client;
        ignore(ask(client, server, {.method = "POST", .url = cat("/api/kernels/", id, "/interrupt"), .idle_timeout = 5s}, std::move(stop)),
               "a cell that does not end is given up with its kernel");
    }};
}

void RemoteLink::note(std::string_view line)
{
    if (host_.notice) host_.notice(line);
    if (host_.trace) host_.trace(line);
}

}  // namespace oi::kernel::jupyter
