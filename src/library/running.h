// Running: all that a session consists of once it has begun.
#pragma once

#include "agent/session.h"
#include "app/current_model.h"
#include "app/program_host.h"
#include "config/invocation.h"
#include "core/store.h"
#include "interpreter/options.h"
#include "library/callbacks.h"
#include "sandbox/sandboxes.h"

#include <memory>
#include <string>
#include <vector>

namespace interpreter {

// The settings of Options::settings, and below them, with reads_files, those of files and the environment. Errors: bad usage.
oi::Result<oi::config::Invocation> settings_of(const Options& options);
// The languages and functions are what they must be.
oi::Result<void> check(const Options& options);

// Not moved. Used by one thread at a time, but for `session`.
class Running {
public:
    // May take a while; runs no code and opens no model.
    static oi::Result<std::unique_ptr<Running>> start(const Options& options, const oi::config::Invocation& invocation,
                                                      std::vector<oi::Message> messages, const std::shared_ptr<Callbacks>& callbacks);
    ~Running();

    oi::Session& session() { return *session_; }
    oi::Conversation& conversation() { return session_->conversation(); }
    // Not while a turn runs.
    oi::Result<void> set(std::string_view name, std::string_view value);
    const oi::Settings& settings() { return host_->settings(); }
    // See Session::run_terminal.
    int run_terminal(std::string first_message);

private:
    int show(std::string first_message);
    Running(const Options& options, oi::config::Invocation invocation, std::shared_ptr<Callbacks> callbacks);
    oi::Result<void> begin(std::vector<oi::Message> messages);
    oi::Result<std::string> folder() const;
    std::unique_ptr<oi::LanguageModel> make_model();
    void settle(oi::Conversation& conversation);

    const Options& options_;
    oi::config::Invocation invocation_;
    std::shared_ptr<Callbacks> callbacks_;
    std::string told_;  // of languages and functions of the program, at the end of the system message
    oi::ModelChoice choice_;
    std::function<void(std::string_view)> trace_;
    std::unique_ptr<oi::Store> store_;
    std::unique_ptr<oi::CurrentModel> model_;
    oi::sandbox::Chosen confined_{};
    std::unique_ptr<oi::Session> session_;
    std::unique_ptr<oi::ProgramHost> host_;
};

}  // namespace interpreter
