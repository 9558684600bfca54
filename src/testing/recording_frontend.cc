// RecordingFrontend: keeps and answers.
#include "testing/recording_frontend.h"

namespace oi::testing {

namespace {

Decision::Verdict verdict(Approve approve)
{
    switch (approve) {
    case Approve::everything: return Decision::Verdict::run;
    case Approve::always: return Decision::Verdict::run_all;
    case Approve::nothing: return Decision::Verdict::refuse;
    case Approve::nobody: break;
    }
    return Decision::Verdict::nobody;
}

}  // namespace

RecordingFrontend::RecordingFrontend(Approve approve)
    : on_approve{[approve](const ApprovalAsked&) { return Decision{.verdict = verdict(approve)}; }}
{
}

void RecordingFrontend::show(const Event& event)
{
    {
        const std::lock_guard lock{mutex_};
        events_.push_back(event);
    }
    if (on_event) on_event(event);
}

Decision RecordingFrontend::approve(const ApprovalAsked& question, std::stop_token stop)
{
    questions.push_back(question);
    if (stop.stop_requested()) return {};
    return on_approve(question);
}

std::optional<std::string> RecordingFrontend::input(const InputAsked& question, std::stop_token stop)
{
    if (stop.stop_requested() || !on_input) return {};
    return on_input(question);
}

std::vector<Event> RecordingFrontend::events() const
{
    const std::lock_guard lock{mutex_};
    return events_;
}

std::vector<Chunk> RecordingFrontend::chunks() const
{
    std::vector<Chunk> found;
    for (const auto& event : events())
        if (const auto* chunk = std::get_if<Chunk>(&event)) found.push_back(*chunk);
    return found;
}

std::vector<std::string> RecordingFrontend::json() const
{
    std::vector<std::string> lines;
    for (const auto& chunk : chunks()) lines.push_back(to_json(chunk));
    return lines;
}

std::vector<std::string> RecordingFrontend::notices() const
{
    std::vector<std::string> found;
    for (const auto& event : events())
        if (const auto* notice = std::get_if<Notice>(&event)) found.push_back(notice->text);
    return found;
}

}  // namespace oi::testing
