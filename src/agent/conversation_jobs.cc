// What a conversation does about cells that run on in the background; the jobs themselves are in jobs.cc.
#include "agent/conversation.h"
#include "base/text.h"

#include <utility>

namespace oi {

namespace {

std::string ended(const JobInfo& job)
{
    return cat("The job ", job.name, job.remark.empty() ? " has ended" : cat(" has ended (", job.remark, ")"), " after ",
               duration_text(job.time));
}

std::string for_person(const JobInfo& job)
{
    const std::string_view last = std::string_view{job.last_lines}.substr(job.last_lines.rfind('\n') + 1);
    return cat(ended(job), job.last_lines.empty() ? "." : cat(": ", last));
}

Message for_model(const JobInfo& job)
{
    std::string text = cat(ended(job), ".");
    if (!job.last_lines.empty()) text += cat(" Its last lines:\n", job.last_lines);
    if (!job.file.empty()) text += cat("\nAll of its output is in ", job.file);
    return {Role::computer, Kind::console, "output", std::move(text), "assistant"};
}

}  // namespace

void Conversation::background()
{
    const std::lock_guard lock{leave_mutex_};
    leave_.request_stop();
}

std::unique_ptr<OutputSpool> Conversation::open_spool()
{
    if (!options_.outputs) return {};
    return options_.outputs->open(id_, messages().size() - 1, options_.max_output);
}

JobInfo Conversation::leave(LeftCell left)
{
    const std::string& language = left.cell.language;
    left.kernel = std::move(kernels_[language]);
    kernels_.erase(language);
    Past& past = pasts_[language];
    past.folder = left.kernel->folder();
    left.place = past.place;
    const JobInfo job = jobs_.add(std::move(left));
    past.job = job.name;
    return job;
}

std::string Conversation::left_behind(const Language& language)
{
    Past& past = pasts_[language.name];
    if (std::exchange(past.is_ended, false))
        return cat("This is a fresh ", language.display_name, " session: the person has changed the settings it runs with.\n");
    const std::string job = std::exchange(past.job, {});
    if (job.empty()) return {};
    return cat("This is a fresh ", language.display_name, " session: the variables of the one before are with the job ", job, ".\n");
}

// On the job's thread. While a turn runs, that is what tells: a line of ours must not fall into the middle of another.
void Conversation::on_job_end()
{
    const std::lock_guard lock{news_mutex_};
    if (is_in_turn_ || !announce_) return;
    for (const auto& job : jobs_.take_ended()) {
        untold_.push_back(job);
        announce_(Notice{Notice::Level::note, for_person(job)});
    }
}

void Conversation::begin_turn()
{
    const std::lock_guard lock{news_mutex_};
    is_in_turn_ = true;
}

// In front of a request: the person sees it now, and the model reads it with the request.
void Conversation::tell_of_jobs(Frontend& frontend)
{
    std::vector<JobInfo> untold;
    {
        const std::lock_guard lock{news_mutex_};
        untold = std::exchange(untold_, {});
    }
    for (auto& job : jobs_.take_ended()) {
        frontend.show(Notice{Notice::Level::note, for_person(job)});
        untold.push_back(std::move(job));
    }
    for (const auto& job : untold) add(for_model(job));
}

void Conversation::end_turn(Frontend& frontend)
{
    std::vector<JobInfo> ended;
    {
        const std::lock_guard lock{news_mutex_};
        is_in_turn_ = false;
        ended = jobs_.take_ended();
        untold_.insert(untold_.end(), ended.begin(), ended.end());
    }
    for (const auto& job : ended) frontend.show(Notice{Notice::Level::note, for_person(job)});
}

// A conversation that is gone on with must not believe that they still run.
void Conversation::end_jobs()
{
    for (const auto& job : jobs_.list()) {
        if (!job.is_running) continue;
        Message message{Role::computer, Kind::console, "output", "", "assistant"};
        message.content = cat("The job ", job.name, " was ended with the program, after ", duration_text(job.time), ".");
        add(std::move(message));
    }
    jobs_.clear();
    const std::lock_guard lock{news_mutex_};
    untold_.clear();
}

std::string Conversation::farewell() const
{
    std::string names;
    std::size_t count = 0;
    for (const auto& job : jobs_.list()) {
        if (!job.is_running) continue;
        names += cat(names.empty() ? "" : ", ", job.name);
        ++count;
    }
    if (count == 0) return {};
    return cat(count == 1 ? "The job " : "The jobs ", names, count == 1 ? " ends" : " end", " with the program.");
}

}  // namespace oi
