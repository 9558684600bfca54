// The checks of this machine: program, folders, settings, languages, terminal, local servers.
#include "app/doctor_checks.h"

#include "app/confinement.h"
#include "app/wiring.h"
#include "base/text.h"
#include "kernel/environment.h"
#include "kernel/languages.h"
#include "llm/local/local_servers.h"
#include "net/libcurl.h"
#include "sys/fd.h"
#include "sys/files.h"
#include "sys/terminal.h"
#include "sys/wait.h"

#include <cmath>
#include <cstdlib>
#include <fcntl.h>
#include <sys/statvfs.h>
#include <unistd.h>

namespace oi {

namespace {

using State = CheckResult::State;

constexpr double least_room = 100;  // MB

// Where a folder is, or would be made.
std::string nearest_existing(std::string path)
{
    while (path.size() > 1 && !sys::exists(path))
        path.resize(std::max<std::size_t>(1, path.rfind('/') == std::string::npos ? 1 : path.rfind('/')));
    return path.empty() ? "/" : path;
}

std::string room(double megabytes)
{
    return megabytes >= 1000 ? cat(std::round(megabytes / 100) / 10, " GB free") : cat(std::round(megabytes), " MB free");
}

// Writes nothing that stays. Permissions alone do not tell: the disk may be full, or read-only, or none.
Result<void> try_writing(const std::string& folder)
{
    std::string name = cat(folder, "/.interpreter-doctor-XXXXXX");
    const sys::Fd file{::mkostemp(name.data(), O_CLOEXEC)};
    if (!file.is_open()) return fail_errno(folder);
    ::unlink(name.c_str());
    return sys::write_all(file.get(), "x");
}

CheckResult check_folder(const char* what, const std::string& path, const char* variable)
{
    const std::string existing = nearest_existing(path);
    const std::string remedy = cat("make it writable, or set ", variable, " to another folder");
    if (const auto written = try_writing(existing); !written)
        return {State::bad, what, cat(path, " cannot be written: ", written.error().what), remedy};
    struct statvfs disk {};
    if (::statvfs(existing.c_str(), &disk) != 0) return {State::ok, what, path};
    const double megabytes = static_cast<double>(disk.f_bavail) * static_cast<double>(disk.f_frsize) / 1e6;
    if (megabytes < least_room)
        return {State::bad, what, cat(path, ": the disk is full, ", room(megabytes)),
                cat("make room, or set ", variable, " to a folder elsewhere")};
    return {State::ok, what, cat(path, existing == path ? "" : " (will be made)", ", ", room(megabytes))};
}

// A cell's text output.
Result<std::string> run(Kernel& kernel, const Cell& cell, std::stop_token stop)
{
    std::string out;
    OI_CHECK(kernel.run(
        cell,
        [&](const Chunk& chunk) {
            if (!is_active_line(chunk) && chunk.type == Kind::console) out += chunk.content;
        },
        std::move(stop)));
    return std::string{trim(out)};
}

double since(sys::Clock::time_point start)
{
    return std::round(std::chrono::duration<double, std::milli>(sys::Clock::now() - start).count() * 10) / 10;
}

}  // namespace

CheckResults check_program()
{
    CheckResults found{{State::ok, "program", cat("Open Interpreter " OI_VERSION ", ", sys::self_executable())}};
    if (const auto curl = net::libcurl()) found.push_back({State::ok, "libcurl", std::string{split((*curl)->version(), ' ').front()}});
    else found.push_back({State::bad, "libcurl", curl.error().what, curl.error().hint});
    return found;
}

CheckResults check_folders()
{
    CheckResults found{check_folder("data", sys::data_folder(), "XDG_DATA_HOME"),
                       check_folder("state", sys::state_folder(), "XDG_STATE_HOME")};
    if (const auto stored = open_store()->list(1); !stored && found.front().state == State::ok)
        found.front() = {State::bad, "data", stored.error().what, stored.error().hint};
    const std::string folder = sys::current_folder();
    if (!sys::exists(folder)) found.push_back({State::bad, "folder", "the folder you are in is gone", "cd somewhere else"});
    else found.push_back({State::ok, "folder", cat(folder, ::access(folder.c_str(), W_OK) == 0 ? "" : " (cannot be written)")});
    return found;
}

CheckResults check_settings(const config::Invocation& invocation)
{
    CheckResults found;
    for (const auto& problem : invocation.problems) found.push_back({State::bad, "settings", problem.what, problem.hint});
    std::vector<std::string> set;
    for (const auto& row : config::setting_rows()) {
        const auto& origin = invocation.origin(row.name);
        if (origin.source != config::Source::default_value && origin.source != config::Source::flag)
            set.push_back(cat(row.name, " (", config::name(origin.source), ")"));
    }
    const std::string profile = invocation.profile_path.empty() ? "no profile" : invocation.profile_path;
    const std::string files = invocation.config_path.empty() ? profile : cat(invocation.config_path, ", ", profile);
    if (found.empty()) found.push_back({State::ok, "settings", cat(files, set.empty() ? "" : "; set: ", join(set, ", "))});
    return found;
}

CheckResults check_local_servers()
{
    std::vector<std::string> titles;
    for (const auto& server : llm::find_local_models(llm::configured_ports()))
        titles.push_back(server.models.empty() ? cat(server.port.title, " without a model")
                                               : cat(server.port.title, " with ", server.port.prefix, "/", server.models.front().id));
    if (titles.empty()) return {{State::note, "local", "no model's server answers on this machine"}};
    return {{State::ok, "local", join(titles, ", ")}};
}

CheckResults check_language(const Language& language, std::stop_token stop)
{
    const auto start = sys::Clock::now();
    const Host host{.folder = sys::current_folder(), .environment = kernel_environment()};
    auto kernel = language.start(host);
    auto version = kernel ? run(**kernel, {language.name, language.version_cell}, stop) : Result<std::string>{Fail{kernel.error()}};
    if (!version) {
        const bool is_needed = language.name == "python" || language.name == "shell";
        const Error& error = version.error();
        const bool is_late = error.kind == ErrorKind::cancelled;
        return {{is_needed ? State::bad : State::note, language.name, is_late ? "does not start in time" : error.what, error.hint}};
    }
    const double started = since(start);
    const auto again = sys::Clock::now();
    const auto second = run(**kernel, {language.name, language.version_cell}, stop);
    if (!second) return {{State::bad, language.name, second.error().what, second.error().hint}};
    return {{State::ok, language.name, cat(*version, ": first cell ", started, " ms, then ", since(again), " ms")}};
}

CheckResults check_sandbox(const config::Invocation& invocation)
{
    Settings settings = invocation.settings;
    const std::string folder = sys::current_folder();
    const bool is_asked_for = sandbox_policy(settings, folder) != SandboxPolicy{.workspace = folder};
    if (!is_asked_for) settings.sandbox = "workspace";
    auto chosen = choose_confinement(settings, folder);
    if (!chosen && !is_asked_for && chosen.error().kind == ErrorKind::invalid) {
        settings.sandbox = "read-only";
        chosen = choose_confinement(settings, folder);
    }
    if (!chosen) return {{is_asked_for ? State::bad : State::note, "sandbox", chosen.error().what, chosen.error().hint}};
    const std::string prefix = is_asked_for ? std::string{} : cat("code is not confined; with --sandbox ", settings.sandbox, ": ");
    return {{State::ok, "sandbox", cat(prefix, chosen->line)}};
}

std::vector<Language> everyday_languages() { return {language::python(), language::shell(), language::javascript()}; }

CheckResults check_other_languages()
{
    const Host host{.folder = sys::current_folder(), .environment = kernel_environment()};
    const auto everyday = everyday_languages();
    std::vector<std::string> there, missing;
    for (const auto& language : built_in_languages())
        if (!find_language(everyday, language.name)) (is_available(language, host) ? there : missing).push_back(language.name);
    return {{State::ok, "languages",
             cat("also ", there.empty() ? "none" : join(there, ", "), missing.empty() ? "" : "; missing: ", join(missing, ", "),
                 " (interpreter --languages)")}};
}

CheckResults check_terminal()
{
    if (::isatty(STDOUT_FILENO) == 0) return {{State::note, "terminal", "stdout is none: the plain frontend is used"}};
    const std::string term = sys::environment("TERM");
    const auto size = sys::terminal_size(STDOUT_FILENO);
    std::string locale;
    for (const char* name : {"LANG", "LC_CTYPE", "LC_ALL"})
        if (auto value = sys::environment(name); !value.empty()) locale = value;
    const std::string words = cat(term.empty() ? "no TERM" : term, ", ", size.columns, " x ", size.rows, ", ",
                                  sys::environment("NO_COLOR").empty() ? "colours" : "no colours (NO_COLOR)");
    if (term.empty() || term == "dumb")
        return {{State::note, "terminal", cat(words, ": the plain frontend is used"), "set TERM=xterm-256color if your terminal is one"}};
    const std::string encoding = lower(locale);
    if (encoding.find("utf-8") == std::string::npos && encoding.find("utf8") == std::string::npos)
        return {{State::note, "terminal", cat(words, ", ", locale.empty() ? "no locale set" : locale),
                 "if letters look wrong, set LANG=C.UTF-8"}};
    return {{State::ok, "terminal", cat(words, ", UTF-8")}};
}

}  // namespace oi
