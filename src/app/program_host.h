// ProgramHost: what % commands can do to the running program: its model, its settings, its store.
#pragma once

#include "agent/session.h"
#include "app/choose_model.h"
#include "app/current_model.h"
#include "app/wiring.h"
#include "config/invocation.h"
#include "frontend/magic/magic_host.h"

#include <span>
#include <string>
#include <vector>

namespace oi {

// The parts of a run that it changes; they outlive it.
struct RunningParts {
    Session& session;
    Store& store;
    CurrentModel& model;
    ModelChoice choice;
    Audience audience = Audience::attended;
    bool has_screen = false;  // stderr would fall into the terminal's picture: a trace goes through the session
    bool opens_late = false;  // another model is opened at the next turn, whose failure it is if that fails
};

class ProgramHost : public MagicHost {
public:
    // `invocation`: as the program was started, with the settings as they are in force.
    ProgramHost(RunningParts parts, config::Invocation invocation);

    // As they are in force.
    const Settings& settings();

    Store& store() override { return parts_.store; }
    Lines model() override;
    Result<Lines> set_model(std::string_view name) override;
    Lines profile() override;
    Result<Lines> use_profile(std::string_view name) override;
    Result<Lines> setting(std::string_view name) override;
    Result<Lines> set(std::string_view name, std::string_view value) override;
    Lines languages() override;
    Lines facts() override;

private:
    using Row = config::SettingRow;
    // What a change comes to: the settings that become others, those for the next start apart.
    struct Change {
        Settings settings;
        std::vector<const Row*> now, later;
    };
    void note(Change& change, const Row& row) const;
    // Checks all that can fail before anything changes.
    Result<void> carry_out(const Change& change, const config::Origin& origin);
    Result<void> open_model(const Settings& settings);
    Conversation& conversation() { return parts_.session.conversation(); }
    void take_over();
    std::string shown(const Settings& settings, const Row& row) const;
    std::string line_of(const Row& row) const;

    RunningParts parts_;
    config::Invocation invocation_;
    std::string profile_;  // that %profile has brought
};

}  // namespace oi
