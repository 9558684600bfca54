// Starting parents of sessions and asking them for one; see warm_parents.h. Their side is share/kernels/python_parent.py.
#include "kernel/warm_parents.h"

#include "base/embedded.h"
#include "base/text.h"
#include "kernel/kernel_process.h"
#include "sys/files.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace oi::kernel {
namespace {

constexpr std::size_t most_families = 16;  // interpreters and environments
constexpr std::size_t most_parents = 4;    // of one of them, while it is learned what its sessions import
constexpr std::chrono::milliseconds answer_time{250};
constexpr std::size_t most_descriptors = 5;

// All bytes and all descriptors in one message, or nothing.
bool send_with(int socket, std::string_view bytes, std::span<const int> descriptors)
{
    alignas(cmsghdr) std::array<char, CMSG_SPACE(most_descriptors * sizeof(int))> control{};
    iovec part{const_cast<char*>(bytes.data()), bytes.size()};
    msghdr message{};
    message.msg_iov = &part;
    message.msg_iovlen = 1;
    message.msg_control = control.data();
    message.msg_controllen = CMSG_SPACE(descriptors.size() * sizeof(int));
    cmsghdr* header = CMSG_FIRSTHDR(&message);
    header->cmsg_level = SOL_SOCKET;
    header->cmsg_type = SCM_RIGHTS;
    header->cmsg_len = CMSG_LEN(descriptors.size() * sizeof(int));
    std::memcpy(CMSG_DATA(header), descriptors.data(), descriptors.size() * sizeof(int));
    return ::sendmsg(socket, &message, MSG_NOSIGNAL | MSG_DONTWAIT) == static_cast<ssize_t>(bytes.size());
}

int ours(std::span<const sys::Inherit> inherit, int theirs)
{
    const auto found = std::find_if(inherit.begin(), inherit.end(), [&](const sys::Inherit& one) { return one.theirs == theirs; });
    return found == inherit.end() ? -1 : found->ours;
}

}  // namespace

WarmParents::Family* WarmParents::family_of(const Command& command)
{
    if (owner_ != ::getpid()) {  // a child of fork(): they serve the one that started them
        new std::deque<Family>(std::exchange(families_, {}));
        owner_ = ::getpid();
    }
    for (auto& family : families_)
        if (family.command.argv == command.argv && family.command.environment == command.environment) return &family;
    if (families_.size() >= most_families) {
        const auto idle = std::find_if(families_.begin(), families_.end(), [](const Family& family) { return family.parents.empty(); });
        if (idle == families_.end()) return nullptr;  // the sessions of a parent end with it
        families_.erase(idle);
    }
    return &families_.emplace_back(Family{command});
}

std::optional<sys::Keeper> WarmParents::fork(const Command& command, std::span<const sys::Inherit> inherit)
{
    const std::lock_guard lock{mutex_};
    Family* family = family_of(command);
    if (!family || ++family->started < 2) return {};
    std::optional<sys::Keeper> session;
    for (auto parent = family->parents.rbegin(); parent != family->parents.rend() && !session; ++parent) {
        read_frames(*parent, nullptr);
        if (!parent->is_ready || parent->is_unfit) continue;
        if (auto answer = ask(*parent, command, inherit)) session.emplace(std::move(*answer));
    }
    const bool is_new = std::none_of(family->parents.begin(), family->parents.end(), [&](const Parent& parent) {
        return !parent.is_unfit &&
               std::includes(parent.modules.begin(), parent.modules.end(), family->modules.begin(), family->modules.end());
    });
    if (is_new && family->parents.size() < most_parents) begin_parent(*family);
    return session;
}

void WarmParents::learn(const Command& command, std::string_view modules)
{
    const std::lock_guard lock{mutex_};
    Family* family = family_of(command);
    if (!family) return;
    for (const auto name : split(modules, ','))
        if (!name.empty()) family->modules.emplace(name);
}

void WarmParents::forget(const Command& command)
{
    const std::lock_guard lock{mutex_};
    Family* family = family_of(command);
    if (!family) return;
    for (auto& parent : family->parents) parent.is_unfit = true;
}

void WarmParents::clear()
{
    if (owner_ != ::getpid()) return;
    const std::lock_guard lock{mutex_};
    families_.clear();
}

void WarmParents::begin_parent(Family& family)
{
    auto to_parent = sys::make_socket_pair();
    auto from_parent = sys::make_pipe();
    if (!to_parent || !from_parent) return;
    const std::array<sys::Inherit, 2> inherit{{{to_parent->write.get(), frames_in_fd}, {from_parent->write.get(), frames_out_fd}}};
    auto keeper = sys::Keeper::start({family.command.argv, family.command.environment, "/"}, inherit);
    if (!keeper) return;
    sys::set_nonblocking(from_parent->read.get(), true);
    Parent parent{std::move(*keeper), std::move(to_parent->read), std::move(from_parent->read), family.modules};
    const std::string_view more = embedded("kernels/python_more.py");
    const std::string begin = cat(join(std::vector<std::string>(family.modules.begin(), family.modules.end()), ","), " ", more.size(), "\n",
                                  more, embedded("kernels/python_parent.py"));
    const std::string frames = cat(encode("driver", 0, embedded("kernels/python.py")), encode("parent", 0, begin));
    // A fresh socket takes that much at once.
    const bool is_sent =
        ::send(parent.to_parent.get(), frames.data(), frames.size(), MSG_NOSIGNAL | MSG_DONTWAIT) == static_cast<ssize_t>(frames.size());
    parent.is_unfit = !is_sent;
    for (auto& older : family.parents)  // it serves until this one is ready; what it forked lives on
        if (older.is_unfit) older.to_parent.reset();
    family.parents.push_back(std::move(parent));
}

// All that it has said by now; what is an answer goes to `answer`.
void WarmParents::read_frames(Parent& parent, std::optional<Frame>* answer)
{
    char block[4096];
    ssize_t got = 0;
    while ((got = ::read(parent.from_parent.get(), block, sizeof block)) > 0) parent.frames.feed({block, static_cast<std::size_t>(got)});
    if (got == 0) parent.is_unfit = true;
    for (;;) {
        const auto frame = parent.frames.next();
        if (!frame || !*frame) return;
        if ((*frame)->name == "parent") (*frame)->payload.empty() ? parent.is_ready = true : parent.is_unfit = true;
        else if (answer && ((*frame)->name == "forked" || (*frame)->name == "refused")) *answer = **frame;
    }
}

std::optional<sys::Keeper> WarmParents::ask(Parent& parent, const Command& command, std::span<const sys::Inherit> inherit)
{
    auto control = sys::Keeper::control_pair();
    if (!control) return {};
    std::vector<int> descriptors{control->write.get(), ours(inherit, frames_in_fd), ours(inherit, frames_out_fd), ours(inherit, 1)};
    if (const int keyboard = ours(inherit, 0); keyboard >= 0) descriptors.push_back(keyboard);
    const std::string asked = cat("fork\n", command.folder, std::string(1, '\0'), sys::self_executable());
    std::optional<Frame> answer;
    parent.is_unfit = !send_with(parent.to_parent.get(), asked, descriptors);
    const auto deadline = sys::Clock::now() + answer_time;
    while (!answer && !parent.is_unfit) {
        pollfd ready{parent.from_parent.get(), POLLIN, 0};
        if (sys::wait({&ready, 1}, deadline) != sys::Woke::ready) parent.is_unfit = true;
        else read_frames(parent, &answer);
    }
    if (!answer || answer->name != "forked") {
        // Only the folder may be the reason, which the next session may not share.
        if (answer && answer->payload.find("installed") != std::string::npos) parent.is_unfit = true;
        return {};
    }
    const auto pid = static_cast<pid_t>(answer->number);
    sys::Fd handle{static_cast<int>(::syscall(SYS_pidfd_open, pid, 0))};
    if (!handle.is_open()) return {};
    return sys::Keeper::adopted(sys::Process{pid, std::move(handle)}, std::move(control->read));
}

WarmParents& warm_parents()
{
    // Never destroyed: a turn may run while the process ends. That end ends the sessions, but not that of a forked child.
    static WarmParents& all = *[] {
        std::atexit([] { warm_parents().clear(); });
        return new WarmParents;
    }();
    return all;
}

}  // namespace oi::kernel
