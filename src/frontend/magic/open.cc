// %open: a picture or a page of the conversation in the desktop's own program.
#include "frontend/magic/commands.h"

#include "agent/session.h"
#include "base/text.h"
#include "frontend/desktop_open.h"
#include "frontend/saved_files.h"

namespace oi {

namespace {

// Pictures and pages in the order they came.
std::vector<Chunk> files_of(Session& session)
{
    std::vector<Chunk> files;
    for (const auto& message : session.messages()) {
        Chunk chunk{.role = message.role, .type = message.type, .format = message.format, .content = message.content};
        if (is_shown_as_file(chunk)) files.push_back(std::move(chunk));
    }
    return files;
}

}  // namespace

void magic_open(MagicContext& context, std::string_view arguments)
{
    context.has_failed = true;
    const auto number = to_integer(arguments);
    if (!arguments.empty() && (!number || *number < 1))
        return context.say(cat("%open takes the number of a picture or page, from 1, not ", arguments, "."));
    const auto files = files_of(context.session);
    if (files.empty()) return context.say("There is no picture and no page in this conversation yet.");
    const auto index = static_cast<std::size_t>(number.value_or(static_cast<long long>(files.size())));
    if (index > files.size()) return context.say(cat("There is no picture or page ", index, ": this conversation has ", files.size(), "."));
    const auto path = SavedFiles{}.save(files[index - 1]);
    if (!path) return context.say(to_line(path.error()));
    const auto opened = open_on_desktop(*path);
    if (!opened) return context.say(cat(*path, "  not opened: ", to_line(opened.error())));
    context.has_failed = false;
    context.say(cat("Opened ", *path, " with ", *opened, "."));
}

}  // namespace oi
