// Jobs and their threads; see jobs.h.
#include "agent/jobs.h"

#include "base/text.h"
#include "core/readable_text.h"

#include <algorithm>
#include <thread>

namespace oi {

namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;
constexpr std::size_t last_bytes = 1500;  // of the output that are told
constexpr std::size_t last_count = 10;    // lines
constexpr std::size_t longest_title = 60;

std::string first_line(std::string_view code)
{
    const std::string_view line = trim(code).substr(0, trim(code).find('\n'));
    return cat(utf8_prefix(line, longest_title), line.size() > longest_title ? "..." : "");
}

std::string last_lines(std::string_view text)
{
    text = trim(utf8_suffix(text, last_bytes));
    std::size_t from = text.size();
    for (std::size_t lines = 0; from > 0 && lines < last_count; ++lines) {
        const auto newline = text.rfind('\n', from - 1);
        if (newline == std::string_view::npos) return std::string{text};
        from = newline;
    }
    return std::string{text.substr(from == 0 ? 0 : from + 1)};
}

}  // namespace

std::string duration_text(milliseconds time)
{
    const auto seconds = time.count() / 1000;
    if (time.count() < 10'000) return cat(static_cast<double>(time.count() / 100) / 10, " s");
    if (seconds < 60) return cat(seconds, " s");
    if (seconds < 3600) return cat(seconds / 60, " min ", seconds % 60, " s");
    return cat(seconds / 3600, " h ", seconds / 60 % 60, " min");
}

// Destroying it waits for its thread.
class Jobs::Job {
public:
    Job(std::string name, LeftCell left)
        : name_{std::move(name)},
          cell_{std::move(left.cell)},
          kernel_{std::move(left.kernel)},
          place_{std::move(left.place)},
          spool_{std::move(left.spool)},
          started_{left.started},
          pid_{kernel_->pid()},
          tail_{std::move(left.begun)}
    {
        if (spool_) file_ = spool_->spooled().file;
    }

    void start(std::function<void()> on_end)
    {
        thread_ = std::jthread{[this, on_end = std::move(on_end)](std::stop_token stop) {
            run(std::move(stop));
            if (on_end && !is_quiet_) on_end();
        }};
    }

    const std::string& name() const { return name_; }
    const std::string& language() const { return cell_.language; }
    void stop() { thread_.request_stop(); }
    void stop_quietly()
    {
        is_quiet_ = true;
        stop();
    }

    bool is_running() const
    {
        const std::lock_guard lock{mutex_};
        return !ended_;
    }
    JobInfo info() const;
    // True once, after the end.
    bool take_news()
    {
        const std::lock_guard lock{mutex_};
        return ended_ && !std::exchange(is_told_, true);
    }
    Freed take_back()
    {
        const std::lock_guard lock{mutex_};
        if (!ended_ || !kernel_) return {};
        return {std::move(kernel_), std::move(place_)};
    }
    // Nobody needs the session after the job.
    void release() { is_released_ = true; }

private:
    void run(std::stop_token stop);
    void take(const Chunk& chunk);
    void write(std::string_view settled);

    const std::string name_;
    const Cell cell_;
    std::unique_ptr<Kernel> kernel_;  // the thread's alone until the end
    std::shared_ptr<KernelPlace> place_;
    std::unique_ptr<OutputSpool> spool_;
    const Clock::time_point started_;
    const long pid_;
    std::string file_;
    ReadableText readable_;
    std::atomic<bool> is_quiet_{false};
    std::atomic<bool> is_released_{false};

    mutable std::mutex mutex_;  // guards what follows
    std::string tail_;
    std::string pending_;
    std::string remark_;
    std::optional<Clock::time_point> ended_;
    bool is_told_ = false;

    std::jthread thread_;  // the last: ends before the rest goes
};

void Jobs::Job::run(std::stop_token stop)
{
    auto went = kernel_->go_on([this](const Chunk& chunk) { take(chunk); }, stop);
    std::string settled;
    readable_.finish(settled);
    write(settled);
    const bool is_stopped = stop.stop_requested();
    const std::string remark = is_stopped ? "stopped" : went ? "" : to_line(went.error());
    // A session that is needed no more ends here, where nobody waits for it.
    if (is_stopped || !went || is_released_) kernel_.reset();
    std::unique_ptr<Kernel> released;
    const std::lock_guard lock{mutex_};
    if (is_released_) released = std::move(kernel_);
    remark_ = remark;
    ended_ = Clock::now();
    const std::string time = duration_text(std::chrono::duration_cast<milliseconds>(*ended_ - started_));
    if (spool_) spool_->write(cat(tail_.empty() || tail_.ends_with('\n') ? "" : "\n", "[job ", name_, " ended after ", time, "]\n"), {});
    spool_.reset();
}

void Jobs::Job::take(const Chunk& chunk)
{
    if (is_active_line(chunk)) return;
    const bool is_text = chunk.type == Kind::console;
    std::string settled;
    readable_.feed(is_text ? chunk.content : cat("[", oi::name(chunk.type), ": not shown, a job has text only]\n"), settled);
    write(settled);
}

void Jobs::Job::write(std::string_view settled)
{
    std::string pending = readable_.pending();
    if (spool_) spool_->write(settled, pending);
    const std::lock_guard lock{mutex_};
    tail_ += settled.substr(settled.size() - std::min(settled.size(), 4 * last_bytes));
    if (tail_.size() > 8 * last_bytes) tail_.erase(0, tail_.size() - 4 * last_bytes);
    pending_ = std::move(pending);
}

JobInfo Jobs::Job::info() const
{
    const std::lock_guard lock{mutex_};
    return {.name = name_,
            .language = cell_.language,
            .cell = first_line(cell_.code),
            .is_running = !ended_,
            .time = std::chrono::duration_cast<milliseconds>(ended_.value_or(Clock::now()) - started_),
            .pid = pid_,
            .file = file_,
            .last_lines = last_lines(tail_ + pending_),
            .remark = remark_};
}

Jobs::Jobs(std::function<void()> on_end) : on_end_{std::move(on_end)} {}

Jobs::~Jobs() { clear(); }

JobInfo Jobs::add(LeftCell left)
{
    const std::lock_guard lock{mutex_};
    const auto same = std::count_if(jobs_.begin(), jobs_.end(), [&](const auto& job) { return job->language() == left.cell.language; });
    left.place->is_job = true;
    std::string name = cat(left.cell.language, "-", same + 1);
    auto& job = *jobs_.emplace_back(std::make_unique<Job>(std::move(name), std::move(left)));
    const JobInfo info = job.info();
    job.start(on_end_);
    return info;
}

std::vector<JobInfo> Jobs::list() const
{
    const std::lock_guard lock{mutex_};
    std::vector<JobInfo> all;
    for (const auto& job : jobs_) all.push_back(job->info());
    return all;
}

std::optional<JobInfo> Jobs::find(std::string_view name) const
{
    const std::lock_guard lock{mutex_};
    for (const auto& job : jobs_)
        if (job->name() == name) return job->info();
    return {};
}

bool Jobs::stop(std::string_view name)
{
    const std::lock_guard lock{mutex_};
    for (const auto& job : jobs_) {
        if (job->name() != name || !job->is_running()) continue;
        job->stop();
        return true;
    }
    return false;
}

std::vector<JobInfo> Jobs::take_ended()
{
    const std::lock_guard lock{mutex_};
    std::vector<JobInfo> ended;
    for (const auto& job : jobs_)
        if (job->take_news()) ended.push_back(job->info());
    return ended;
}

Jobs::Freed Jobs::take_back(std::string_view language)
{
    const std::lock_guard lock{mutex_};
    for (auto job = jobs_.rbegin(); job != jobs_.rend(); ++job) {
        if ((*job)->language() != language) continue;
        if (auto freed = (*job)->take_back(); freed.kernel) {
            freed.place->is_job = false;
            return freed;
        }
    }
    return {};
}

void Jobs::release(std::string_view language)
{
    std::vector<Freed> idle;  // they end outside of the lock
    const std::lock_guard lock{mutex_};
    for (const auto& job : jobs_) {
        if (job->language() != language) continue;
        job->release();
        idle.push_back(job->take_back());
    }
}

void Jobs::clear()
{
    std::vector<std::unique_ptr<Job>> all;
    {
        const std::lock_guard lock{mutex_};
        all = std::exchange(jobs_, {});
        for (const auto& job : all) job->stop_quietly();  // all at once: each ends its own session
    }
}

}  // namespace oi
