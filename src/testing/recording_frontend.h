// RecordingFrontend: a frontend for tests that keeps every event and answers questions as told.
#pragma once

#include "core/frontend.h"

#include <functional>
#include <mutex>
#include <string>
#include <vector>

namespace oi::testing {

enum class Approve : std::uint8_t { everything, nothing, nobody, always };  // always: the verdict run_all

class RecordingFrontend : public Frontend {
public:
    explicit RecordingFrontend(Approve approve = Approve::everything);
    explicit RecordingFrontend(std::function<Decision(const ApprovalAsked&)> decide) : on_approve{std::move(decide)} {}

    void show(const Event& event) override;
    Decision approve(const ApprovalAsked& question, std::stop_token stop) override;
    std::optional<std::string> input(const InputAsked& question, std::stop_token stop) override;

    // Copies of what was shown so far; any thread.
    std::vector<Event> events() const;
    std::vector<Chunk> chunks() const;         // the chunks among them
    std::vector<std::string> json() const;     // the chunks as JSON, one each: what a program sees
    std::vector<std::string> notices() const;  // the texts of the notices

    // Called on the turn's thread; replace them before the turn starts.
    std::function<Decision(const ApprovalAsked&)> on_approve;
    std::function<std::optional<std::string>(const InputAsked&)> on_input;  // empty: end of file
    std::function<void(const Event&)> on_event;

    std::vector<ApprovalAsked> questions;  // read when no turn runs

private:
    mutable std::mutex mutex_;
    std::vector<Event> events_;
};

}  // namespace oi::testing
