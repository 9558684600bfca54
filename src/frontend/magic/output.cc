// %output: the whole of what a piece of code has written.
#include "frontend/magic/commands.h"

#include "agent/conversation.h"
#include "agent/session.h"
#include "base/text.h"
#include "sys/files.h"

#include <cstdlib>
#include <unistd.h>

namespace oi {

namespace {

// In a file of its own, for the time it is read.
Result<void> page_text(MagicContext& context, std::string_view text)
{
    std::string folder = cat(sys::environment("TMPDIR", "/tmp"), "/interpreter-XXXXXX");
    if (!::mkdtemp(folder.data())) return fail_errno(folder);
    const std::string path = cat(folder, "/output");
    auto shown = sys::write_file(path, text, 0600);
    if (shown) shown = context.page({path});
    ::unlink(path.c_str());
    ::rmdir(folder.c_str());
    return shown;
}

Result<void> show(MagicContext& context, const WholeOutput& whole)
{
    if (whole.spooled.file.empty()) return page_text(context, whole.text);
    std::vector<std::string> files{whole.spooled.file};
    if (!whole.spooled.end.empty()) files.push_back(whole.spooled.end);
    return context.page(files);
}

}  // namespace

void magic_output(MagicContext& context, std::string_view arguments)
{
    const auto number = to_integer(arguments);
    if (!arguments.empty() && (!number || *number < 1))
        return context.say(cat("%output takes the number of a piece of code, from 1, not ", arguments, "."));
    if (!context.page) return context.say("%output does not work here.");
    const auto whole = context.session.conversation().whole_output(static_cast<std::size_t>(number.value_or(0)));
    if (!whole) return context.say(to_line(whole.error()));
    if (whole->spooled.file.empty() && is_blank(whole->text))
        return context.say(
            cat("There is no output of ", whole->cell.language, ": ", utf8_prefix(split(whole->cell.code, '\n').front(), 50)));
    if (const auto shown = show(context, *whole); !shown) return context.say(to_line(shown.error()));
    if (!whole->spooled.file.empty()) context.say(whole->spooled.file);
    if (!whole->spooled.end.empty()) context.say(cat(whole->spooled.end, " (its end; what was between is gone)"));
}

}  // namespace oi
