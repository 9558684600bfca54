// Restarting sessions on new ground; see restart_sessions.h.
#include "app/restart_sessions.h"

#include "app/resume.h"
#include "base/text.h"
#include "store/kept_sessions.h"

#include <utility>

namespace oi {

namespace {

// Brings what was kept to where the next sessions look for it. False: they must not have it.
bool carry_variables(ConversationId id, const Sandbox* before, const NewGround& ground, bool is_allowed)
{
    if (!is_allowed) forget_confined_session(id);
    else if ((before == nullptr) != (ground.sandbox == nullptr)) move_session(id, ground.sandbox ? Confinement::some : Confinement::none);
    return is_allowed;
}

std::string sentence(const std::vector<std::string>& names, std::string_view what)
{
    return names.empty() ? std::string{}
                         : cat(join(names, ", "), names.size() == 1 ? " starts" : " start", " anew at the next cell, ", what, ".");
}

}  // namespace

std::vector<std::string> restart_sessions(Conversation& conversation, const NewGround& ground, std::span<const std::string_view> languages)
{
    const Sandbox* before = conversation.options().sandbox;
    const bool is_allowed = !before || is_within(ground.policy, conversation.options().policy);
    const bool is_other = before != ground.sandbox || conversation.options().policy != ground.policy;
    std::vector<std::string> lines;
    if (is_other && !ground.line.empty()) lines.push_back(ground.line);
    if (is_other && before && !ground.sandbox) lines.emplace_back("Code is no longer confined.");
    const auto ended = conversation.end_sessions(languages);
    conversation.confine(ground.sandbox, ground.policy, conversation.take_opening());
    const bool are_carried = conversation.id() == 0 || carry_variables(conversation.id(), before, ground, is_allowed);
    std::vector<std::string> kept, gone;
    for (const auto& language : ended) {
        const bool is_kept =
            are_carried && conversation.id() != 0 && conversation.options().keep_variables && keeps_variables(language.name);
        (is_kept ? kept : gone).push_back(language.display_name);
    }
    if (!kept.empty()) lines.push_back(sentence(kept, "with the variables that could be kept"));
    if (!gone.empty())
        lines.push_back(
            sentence(gone, is_allowed ? "without variables" : "without variables: code that may do more reads nothing of confined code"));
    for (const auto& job : conversation.jobs().list())
        if (job.is_running) lines.push_back(cat("The job ", job.name, " goes on as it was started."));
    return lines;
}

}  // namespace oi
