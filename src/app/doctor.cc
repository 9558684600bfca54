// --doctor: all checks at once, each in a thread of its own; what they find is printed in a fixed order as it comes.
#include "app/doctor.h"

#include "app/doctor_checks.h"
#include "base/text.h"
#include "kernel/languages.h"
#include "llm/keys/stored_keys.h"
#include "llm/recording/mask.h"
#include "sys/files.h"
#include "sys/terminal.h"
#include "sys/wait.h"

#include <cstdio>
#include <cstdlib>
#include <functional>
#include <mutex>
#include <optional>
#include <thread>
#include <unistd.h>

namespace oi {

namespace {

using namespace std::chrono_literals;
constexpr auto time_limit = 9s;
constexpr auto time_to_stop = 500ms;

using Check = std::function<CheckResults(std::stop_token)>;

// A check on its way. Shared with its thread, which may outlive the report.
struct Running {
    std::string name;
    std::mutex mutex{};
    std::optional<CheckResults> found{};
    std::stop_source stop{};
    sys::Wakeup done{};
};

std::shared_ptr<Running> start(std::string name, Check check)
{
    auto running = std::make_shared<Running>();
    running->name = std::move(name);
    std::thread{[running, check = std::move(check)] {
        auto found = check(running->stop.get_token());
        const std::lock_guard lock{running->mutex};
        running->found = std::move(found);
        running->done.notify();
    }}.detach();
    return running;
}

bool is_done_by(Running& running, sys::Clock::time_point deadline)
{
    std::array<pollfd, 1> descriptors{{{running.done.fd(), POLLIN, 0}}};
    return sys::wait(descriptors, deadline) == sys::Woke::ready;
}

CheckResults findings_of(Running& running, sys::Clock::time_point deadline)
{
    if (!is_done_by(running, deadline)) {
        running.stop.request_stop();
        if (!is_done_by(running, sys::Clock::now() + time_to_stop))
            return {{CheckResult::State::bad, running.name, cat("no answer within ", std::chrono::seconds{time_limit}.count(), " s"),
                     "something it needs hangs"}};
    }
    const std::lock_guard lock{running.mutex};
    return *running.found;
}

ReportStyle style_of(const Settings& settings)
{
    const bool is_terminal = ::isatty(STDOUT_FILENO) != 0;
    return {.columns = is_terminal ? sys::terminal_size(STDOUT_FILENO).columns : 100,
            .has_colour = is_terminal && sys::environment("NO_COLOR").empty() && sys::environment("TERM", "dumb") != "dumb",
            .is_json = settings.frontend == "json"};
}

}  // namespace

int doctor(const config::Invocation& invocation)
{
    const auto deadline = sys::Clock::now() + time_limit;
    std::vector<std::shared_ptr<Running>> checks;
    checks.push_back(start("program", [](std::stop_token) { return check_program(); }));
    checks.push_back(start("folders", [](std::stop_token) { return check_folders(); }));
    checks.push_back(start("settings", [=](std::stop_token) { return check_settings(invocation); }));
    checks.push_back(start("model", [=](std::stop_token stop) { return check_model(invocation, std::move(stop)); }));
    checks.push_back(start("local", [](std::stop_token) { return check_local_servers(); }));
    for (auto& language : everyday_languages())
        checks.push_back(start(language.name, [language](std::stop_token stop) { return check_language(language, std::move(stop)); }));
    checks.push_back(start("languages", [](std::stop_token) { return check_other_languages(); }));
    checks.push_back(start("sandbox", [=](std::stop_token) { return check_sandbox(invocation); }));
    checks.push_back(start("terminal", [](std::stop_token) { return check_terminal(); }));

    auto secrets = llm::secrets_of_environment();
    secrets.push_back(invocation.settings.api_key);
    if (const auto stored = llm::stored_keys())
        for (const auto& key : *stored) secrets.push_back(key.key);
    const llm::Mask mask{secrets};
    const ReportStyle style = style_of(invocation.settings);
    int bad = 0;
    for (const auto& check : checks) {
        for (auto finding : findings_of(*check, deadline)) {
            finding.text = mask.text(std::move(finding.text));
            finding.remedy = mask.text(std::move(finding.remedy));
            if (finding.state == CheckResult::State::bad) ++bad;
            std::fputs(to_lines(finding, style).c_str(), stdout);
        }
        std::fflush(stdout);
    }
    if (!style.is_json)
        std::puts(bad == 0 ? "\nAll that is needed is there."
                           : cat("\n", bad, bad == 1 ? " thing needs" : " things need", " a remedy.").c_str());
    const bool is_written = std::fflush(stdout) == 0 && !std::ferror(stdout);
    // Not exit(): a thread that hangs in a name server's answer would be torn from its statics.
    std::_Exit(bad == 0 && is_written ? 0 : 1);
}

}  // namespace oi
