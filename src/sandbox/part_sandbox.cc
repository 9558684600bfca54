// Starting the part `confine`, and asking it what it can do here; see part_sandbox.h.
#include "sandbox/part_sandbox.h"

#include "base/text.h"
#include "sandbox/landlock.h"
#include "sys/files.h"
#include "sys/process.h"

#include <algorithm>
#include <array>
#include <unistd.h>

namespace oi::sandbox {

namespace {

using Files = SandboxPolicy::Files;
using namespace std::chrono_literals;

constexpr auto longest_trial = 5s;

constexpr std::array<std::string_view, 15> ways_out{"SSH_AUTH_SOCK",
                                                    "SSH_AGENT_PID",
                                                    "SSH_ASKPASS",
                                                    "GPG_AGENT_INFO",
                                                    "DBUS_SESSION_BUS_ADDRESS",
                                                    "DISPLAY",
                                                    "WAYLAND_DISPLAY",
                                                    "XDG_RUNTIME_DIR",
                                                    "XDG_CACHE_HOME",
                                                    "XAUTHORITY",
                                                    "DOCKER_HOST",
                                                    "TMPDIR",
                                                    "TMP",
                                                    "TEMP",
                                                    "MPLCONFIGDIR"};
constexpr std::array<std::string_view, 9> like_secrets{"SECRET",     "TOKEN",       "PASSWORD",    "PASSWD", "PASSPHRASE",
                                                       "ACCESS_KEY", "PRIVATE_KEY", "CREDENTIALS", "API_KEY"};

bool is_kept(std::string_view entry)
{
    const std::string_view name = entry.substr(0, entry.find('='));
    return std::ranges::find(ways_out, name) == ways_out.end() &&
           std::ranges::none_of(like_secrets, [&](std::string_view word) { return name.find(word) != std::string_view::npos; });
}

Result<Confinement> confinement_of(const SandboxPolicy& policy)
{
    Confinement confinement{.has_files = policy.files != Files::all, .has_network = policy.has_network, .limits = policy.limits};
    OI_TRY(confinement.places, find_places(policy));
    return confinement;
}

// What the trial has said.
struct Facts {
    int landlock = 0;
    bool has_processes = false;
    std::vector<std::string> unwritable;
};

Facts parse_facts(std::string_view text)
{
    Facts facts;
    for (const auto line : split(text, '\n')) {
        const auto space = line.find(' ');
        if (space == std::string_view::npos) continue;
        const std::string_view name = line.substr(0, space), value = line.substr(space + 1);
        if (name == "landlock") facts.landlock = static_cast<int>(to_integer(value).value_or(0));
        if (name == "processes") facts.has_processes = value == "1";
        if (name == "unwritable") facts.unwritable.emplace_back(value);
    }
    return facts;
}

// Both streams of the program until its end.
Result<std::string> output_of(const Command& command)
{
    OI_TRY(auto pipe, sys::make_pipe());
    const std::array<sys::Inherit, 2> inherit{{{pipe.write.get(), 1}, {pipe.write.get(), 2}}};
    OI_TRY(auto process, sys::spawn(command, inherit));
    pipe.write.reset();
    std::string text;
    const auto deadline = sys::Clock::now() + longest_trial;
    char block[4096];
    for (ssize_t got = 1; got > 0 && text.size() < 65536;) {
        pollfd ready{pipe.read.get(), POLLIN, 0};
        if (sys::wait({&ready, 1}, deadline) != sys::Woke::ready) break;
        got = ::read(pipe.read.get(), block, sizeof block);
        if (got > 0) text.append(block, static_cast<std::size_t>(got));
    }
    auto end = process.wait(deadline);
    if (!end) {
        process.signal(9);
        process.wait(sys::Clock::now() + 1s);
        return fail(ErrorKind::unsupported, cat(command.argv.front(), " does not end"));
    }
    if (*end == sys::Exit{}) return text;
    const std::string why = trim(text).empty() ? sys::to_text(*end) : std::string{split(trim(text), '\n').front()};
    return fail(ErrorKind::unsupported, why.starts_with("confine: ") ? why.substr(9) : why);
}

std::string limits_text(const Limits& limits)
{
    std::vector<std::string> parts;
    if (limits.memory_mebibytes > 0) parts.push_back(cat(limits.memory_mebibytes, " MiB a process"));
    if (limits.processes > 0) parts.push_back(cat(limits.processes, " processes"));
    if (limits.cpu_seconds > 0) parts.push_back(cat(limits.cpu_seconds, " s of processor time a process"));
    return parts.empty() ? std::string{} : cat("Code gets at most ", join(parts, ", "), ".");
}

std::vector<std::string> sentences(const SandboxPolicy& policy, const Facts& facts, std::string_view means)
{
    std::vector<std::string> lines;
    const auto say = [&](std::string line) {
        if (!line.empty()) lines.push_back(std::move(line));
    };
    const bool has_files = policy.files != Files::all;
    const std::string landlock = facts.landlock > 0 ? cat(", Landlock ", facts.landlock) : std::string{};
    if (has_files)
        say(cat("Code is confined ", means, landlock, ": it writes only in ",
                policy.files == Files::workspace ? cat(policy.workspace, " and ") : "",
                "a /tmp of its own, and keys, sockets and other processes are out of its reach."));
    if (!policy.has_network) say("Code has no network.");
    say(limits_text(policy.limits));
    if (!has_files && !policy.has_network)
        say("Not confined: files, processes, and servers that listen on files, which may have a network.");
    if (has_files && policy.has_network) say("Not confined: the network, servers of this machine included (--network off).");
    if (has_files && facts.landlock == 0) say("Not there: Landlock, the second wall behind the mounts.");
    if (has_files && policy.has_network && facts.landlock < landlock_with_scopes)
        say("Not enforced on this kernel: abstract sockets such as a display's can be reached.");
    if (has_files && !facts.has_processes) say("Not hidden here: the list of all processes.");
    for (const auto& path : facts.unwritable) say(cat("Code cannot write in ", path, " either: it belongs to somebody else."));
    return lines;
}

}  // namespace

std::vector<std::string> confined_environment(std::vector<std::string> environment)
{
    std::erase_if(environment, [](const std::string& entry) { return !is_kept(entry); });
    // Programs that keep what they can make again below the home folder, which cannot be written.
    environment.emplace_back("XDG_CACHE_HOME=/tmp/.cache");
    environment.emplace_back("MPLCONFIGDIR=/tmp/.cache/matplotlib");
    return environment;
}

std::vector<std::string> PartSandbox::part(const Confinement& confinement, const std::string& program)
{
    std::vector<std::string> argv{program, "--as"};
    const auto arguments = to_arguments(confinement);
    argv.insert(argv.end(), arguments.begin(), arguments.end());
    return argv;
}

Result<Command> PartSandbox::confine(Command command, const SandboxPolicy& policy) const
{
    OI_TRY(auto confinement, confinement_of(policy));
    const bool has_files = confinement.has_files;
    confinement.folder = command.folder;
    confinement.workspace = policy.workspace;
    confinement.program = std::move(command.argv);
    OI_TRY(command.argv, lead_to(std::move(confinement)));
    command.announces = true;
    if (has_files) command.environment = confined_environment(std::move(command.environment));
    return command;
}

Result<std::vector<std::string>> PartSandbox::check(const SandboxPolicy& policy) const
{
    OI_TRY(auto confinement, confinement_of(policy));
    confinement.reports = true;
    OI_TRY(auto argv, lead_to(std::move(confinement)));
    OI_TRY(const auto told, output_of({std::move(argv), {"PATH=/usr/local/bin:/usr/bin:/bin"}, "/"}));
    return sentences(policy, parse_facts(told), means());
}

}  // namespace oi::sandbox
