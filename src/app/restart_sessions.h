// What becomes of the languages that run when what they run with is set anew.
#pragma once

#include "agent/conversation.h"
#include "core/sandbox.h"

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace oi {

// With what sessions run from now on; `line` says what is enforced, empty: nothing is.
struct NewGround {
    const Sandbox* sandbox = nullptr;
    SandboxPolicy policy{};
    std::string line{};
};

// Ends the sessions of these languages, of all where none is named; their next cells start fresh ones on the new ground, with what was kept
// of their variables, unless confined code would so reach a session that may do more. Lines for the person. On the turn's thread.
std::vector<std::string> restart_sessions(Conversation& conversation, const NewGround& ground,
                                          std::span<const std::string_view> languages = {});

// Whether code under `now` may do no more than code under `before`.
inline bool is_within(const SandboxPolicy& now, const SandboxPolicy& before)
{
    return now.files >= before.files && (before.has_network || !now.has_network);
}

}  // namespace oi
