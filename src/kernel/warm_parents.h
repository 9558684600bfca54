// WarmParents: processes that have imported what sessions import, from which later sessions of this program are forked.
#pragma once

#include "base/command.h"
#include "kernel/frame.h"
#include "sys/keeper.h"

#include <deque>
#include <mutex>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <unistd.h>
#include <vector>

namespace oi::kernel {

// The first session of a command starts cold, the second one too: with it a parent for the later ones is started. It is a process
// with a keeper of its own, runs no cell and has no threads. A forked session is below that keeper for as long as the program
// lives, and has a keeper of its own as every session has. Any thread.
class WarmParents {
public:
    // A session with these descriptors, up and running; nullopt: there is no parent that fits, start one cold. Waits a quarter of a
    // second at most.
    std::optional<sys::Keeper> fork(const Command& command, std::span<const sys::Inherit> inherit);
    // A session of that command has imported these ("numpy,pandas"): the next parent will have them.
    void learn(const Command& command, std::string_view modules);
    // Its sessions do not live: no more of them.
    void forget(const Command& command);
    // Ends all, and with them the sessions that were forked from them.
    void clear();

private:
    // One process. Not ready yet, or no longer: a session starts cold.
    struct Parent {
        sys::Keeper keeper;
        sys::Fd to_parent, from_parent;
        std::set<std::string> modules;
        FrameReader frames{};
        bool is_ready = false;
        bool is_unfit = false;
    };
    struct Family {
        Command command;
        int started = 0;
        std::set<std::string> modules{};
        std::deque<Parent> parents{};  // the newest last; of the older ones the sessions may still live
    };
    Family* family_of(const Command& command);
    static void begin_parent(Family& family);
    static void read_frames(Parent& parent, std::optional<Frame>* answer);
    static std::optional<sys::Keeper> ask(Parent& parent, const Command& command, std::span<const sys::Inherit> inherit);

    std::mutex mutex_;
    std::deque<Family> families_;
    pid_t owner_ = ::getpid();
};

// Those of this program.
WarmParents& warm_parents();

}  // namespace oi::kernel
