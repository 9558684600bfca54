// %jobs: cells that run on in the background.
#include "frontend/magic/commands.h"

#include "agent/conversation.h"
#include "agent/session.h"
#include "base/text.h"

#include <algorithm>
#include <vector>

namespace oi {

namespace {

std::string state(const JobInfo& job)
{
    const std::string time = duration_text(job.time);
    if (job.is_running) return cat("runs, ", time);
    return cat(job.remark.empty() ? "ended" : job.remark, " after ", time);
}

void list(MagicContext& context, const std::vector<JobInfo>& jobs)
{
    if (jobs.empty())
        return context.say("No code runs in the background. Ctrl-B puts a running cell there; so does --background_after SECONDS.");
    for (const JobInfo& job : jobs) {
        context.say(cat(job.name, "  ", state(job), "  ", job.cell));
        if (!job.file.empty()) context.say(job.file);
    }
}

void complain(MagicContext& context, std::string_view name, const std::vector<JobInfo>& jobs)
{
    std::vector<std::string> names;
    for (const JobInfo& job : jobs) names.push_back(job.name);
    context.say(cat("There is no job ", name, names.empty() ? "." : cat("; there are: ", join(names, ", "), ".")));
}

void stop(MagicContext& context, std::string_view name)
{
    Jobs& jobs = context.session.conversation().jobs();
    if (jobs.stop(name)) return context.say(cat("Stopping ", name, "."));
    const auto job = jobs.find(name);
    if (!job) return complain(context, name, jobs.list());
    context.say(cat(name, " has ended already, after ", duration_text(job->time), "."));
}

}  // namespace

void magic_jobs(MagicContext& context, std::string_view arguments)
{
    const Jobs& jobs = context.session.conversation().jobs();
    if (arguments.empty()) return list(context, jobs.list());
    if (arguments == "stop") return context.say("%jobs stop takes the name of a job; %jobs lists them.");
    if (arguments.starts_with("stop ")) return stop(context, trim(arguments.substr(5)));
    const auto job = jobs.find(arguments);
    if (!job) return complain(context, arguments, jobs.list());
    context.say(cat(job->name, "  ", state(*job), "  ", job->cell));
    if (!job->file.empty()) context.say(job->file);
    for (const auto line : split(job->last_lines.empty() ? "(no output)" : std::string_view{job->last_lines}, '\n'))
        context.say(cat("  ", line));
}

}  // namespace oi
