// %resume: the running program goes on with another conversation, in its folder and with its model.
#include "agent/conversation.h"
#include "app/program_host.h"
#include "app/resume.h"
#include "base/text.h"
#include "sys/files.h"

#include <cstring>
#include <unistd.h>

namespace oi {

// The kernels follow with the conversation; what confines them has to allow the folder before anything changes.
Result<void> ProgramHost::move_to(const std::string& folder, Lines& lines)
{
    const std::string here = conversation().options().folder;
    if (folder.empty() || folder == here) return {};
    if (!sys::exists(folder)) {
        lines.push_back(cat("The folder of this conversation is gone: ", folder, "; going on in ", here, "."));
        return {};
    }
    OI_TRY(auto ground, ground_of(invocation_.settings, folder));
    if (::chdir(folder.c_str()) != 0) {
        lines.push_back(
            cat("The folder of this conversation cannot be used: ", folder, ": ", std::strerror(errno), "; going on in ", here, "."));
        return {};
    }
    lines.push_back(cat("In ", folder, ", where this conversation was."));
    conversation().change([&](ConversationOptions& options) {
        options.folder = folder;
        options.policy = std::move(ground.policy);
        options.system_message = system_message_of_run(invocation_.settings, options.offered, options.folder);
    });
    if (tell_display_) tell_display_(invocation_.settings, folder);
    return {};
}

// One that cannot be opened is no reason not to go on.
void ProgramHost::take_model(const std::string& name, Lines& lines)
{
    const std::string before = conversation().model().name;
    if (name.empty() || name == before) return;
    const config::Origin& origin = invocation_.origin("model");
    if (origin.source == config::Source::flag) {
        lines.push_back(cat("With ", before, " (", origin.where, "); this conversation had ", name, "."));
        return;
    }
    Settings settings = invocation_.settings;
    settings.model = name;
    leave_vendor(invocation_.settings, settings);
    if (const auto opened = open_model(settings); !opened) {
        lines.push_back(
            cat(name, ", which this conversation had, cannot be used: ", to_line(opened.error()), "; going on with ", before, "."));
        return;
    }
    invocation_.settings = std::move(settings);
    invocation_.origins[config::index_of(*config::find_setting("model"))] = {config::Source::profile, "of the conversation"};
    lines.push_back(cat("With ", name, ", as before; %model takes another."));
}

Result<MagicHost::Lines> ProgramHost::resume(ConversationId id)
{
    take_over();
    OI_TRY(const auto about, store().about(id));
    Lines lines;
    OI_CHECK(move_to(about.folder, lines));
    take_model(about.model, lines);
    const bool keeps = invocation_.settings.keep_variables.value_or(true);
    parts_.session.perform([id, keeps, &all = store()](Conversation& conversation) -> Result<Lines> {
        OI_CHECK(conversation.resume(id));
        OI_TRY(const auto languages, all.languages(id));
        Lines told{cat("Going on with conversation ", id, ", ", conversation.messages().size(), " messages.")};
        if (auto lost = lost_variables(languages, keeps); !lost.empty()) told.push_back(cat(lost, "."));
        return told;
    });
    return lines;
}

}  // namespace oi
