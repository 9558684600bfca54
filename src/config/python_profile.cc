// Runs share/config/python_profile.py on a profile; see python_profile.h.
#include "config/python_profile.h"

#include "base/embedded.h"
#include "base/json.h"
#include "base/text.h"
#include "config/tables.h"
#include "sys/files.h"
#include "sys/keeper.h"
#include "sys/lent_terminal.h"
#include "sys/terminal.h"

#include <array>
#include <cstdio>
#include <cstring>
#include <fcntl.h>
#include <unistd.h>

extern char** environ;

namespace oi::config {

namespace {

constexpr int report_fd = 4;  // of the script's process,
constexpr int order_fd = 5;   // which reads its order here, so that its keyboard is the person's
constexpr std::size_t most_report = 4 << 20;
constexpr std::chrono::seconds patience{3};  // then the person is told what is being waited for

// A setting's value as Python has it.
struct WriteValue {
    json::Writer& writer;
    const Settings& settings;

    void operator()(setting::Text Settings::*member) const { writer.value(valid_utf8(settings.*member)); }
    void operator()(setting::Flag Settings::*member) const { writer.value(settings.*member); }
    void operator()(setting::Integer Settings::*member) const { writer.value(std::int64_t{settings.*member}); }
    void operator()(setting::Number Settings::*member) const
    {
        if (settings.*member < 0) writer.null();  // below every range: unset
        else writer.value(settings.*member);
    }
    void operator()(setting::OptionalFlag Settings::*member) const
    {
        if (settings.*member) writer.value(*(settings.*member));
        else writer.null();
    }
};

std::string order(const ProfileFile& profile, const Settings& settings)
{
    json::Writer writer;
    writer.object([&] {
        writer.field("path", valid_utf8(profile.path));
        writer.field("text", valid_utf8(profile.text));
        writer.field("prompt", embedded("prompts/system.md"));
        writer.key("settings");
        writer.object([&] {
            for (const auto& row : setting_rows()) {
                if (row.yaml_key.empty()) continue;
                writer.key(row.yaml_key);
                std::visit(WriteValue{writer, settings}, row.member);
            }
        });
        writer.key("names");
        writer.array([&] {
            for (const auto& row : setting_rows())
                if (!row.yaml_key.empty()) writer.value(row.yaml_key);
            for (const auto& row : old_key_rows()) writer.value(row.old_key);
        });
    });
    return writer.take();
}

Result<YamlEntry> entry_of(std::string_view path, const json::Value& told)
{
    YamlEntry entry;
    entry.key = json::text(told, "key");
    entry.line = entry.value_line = static_cast<int>(json::integer(told, "line"));
    if (const auto* object = json::find(told, "object"); object && object->IsString())
        return fail(ErrorKind::unsupported,
                    cat(path, ":", entry.line, ": interpreter.", entry.key, ": a value of type ", json::view(*object),
                        " needs the Python package: a profile can only set texts, numbers, true, false and lists of them"));
    const auto* plain = json::find(told, "plain");
    const auto* text = json::find(told, "text");
    const auto* items = json::find(told, "items");
    if (plain && plain->IsString()) entry.shape = YamlEntry::Shape::plain, entry.value = json::view(*plain);
    if (text && text->IsString()) entry.shape = YamlEntry::Shape::quoted, entry.value = json::view(*text);
    if (items && items->IsArray()) {
        entry.shape = YamlEntry::Shape::list;
        for (const auto& item : items->GetArray())
            if (item.IsString()) entry.items.emplace_back(json::view(item));
    }
    return entry;
}

Result<sys::Fd> open_nothing()
{
    sys::Fd nothing{::open("/dev/null", O_RDONLY | O_CLOEXEC)};
    if (nothing.get() < 0) return fail_errno("/dev/null");
    return nothing;
}

// All that the process writes to the pipe until it closes it.
Result<std::string> read_report(const ProfileFile& profile, int fd)
{
    std::string report;
    char block[65536];
    sys::Deadline told_at = sys::Clock::now() + patience;
    for (;;) {
        pollfd readable{fd, POLLIN, 0};
        if (sys::wait({&readable, 1}, told_at) == sys::Woke::deadline) {
            std::fprintf(stderr, "interpreter: waiting for the profile %s (Ctrl-C ends it)\n", profile.path.c_str());
            told_at.reset();
            continue;
        }
        const ssize_t got = ::read(fd, block, sizeof block);
        if (got <= 0) return report;
        told_at.reset();  // it ends, or asks the person something
        report.append(block, static_cast<std::size_t>(got));
        if (report.size() > most_report) return fail(ErrorKind::invalid, cat(profile.path, ": it sets more than 4 MiB"));
    }
}

// How a process that told nothing ended.
std::string end_of(sys::Keeper& keeper)
{
    for (;;) {
        while (const auto report = keeper.next()) {
            if (report->what == sys::KeeperReport::What::failed) return std::strerror(report->value);
            if (report->what == sys::KeeperReport::What::exited) return to_text(sys::Exit{report->value, report->signal});
        }
        if (keeper.is_gone()) return "it was ended";
        pollfd ready{keeper.fd(), POLLIN, 0};
        sys::wait({&ready, 1}, {});
    }
}

}  // namespace

Result<std::string> python_for_profiles(const std::string& wanted)
{
    if (!wanted.empty()) {
        if (auto found = sys::find_program(wanted.starts_with('~') ? sys::absolute(wanted) : wanted); !found.empty()) return found;
        return fail(ErrorKind::not_found, cat("python: there is no program ", wanted), "give the path of a Python");
    }
    for (const char* variable : {"VIRTUAL_ENV", "CONDA_PREFIX"})
        if (const auto folder = sys::environment(variable); !folder.empty())
            if (auto found = sys::find_program(folder + "/bin/python"); !found.empty()) return found;
    if (auto found = sys::find_program("python3"); !found.empty()) return found;
    return fail(ErrorKind::not_found, "there is no Python to run the profile with", "apt install python3, or write the profile as YAML");
}

Result<std::vector<YamlEntry>> read_python_report(std::string_view path, std::string_view report)
{
    OI_TRY(const auto told, json::parse(report));
    if (const auto* error = json::find(told, "error")) {
        const auto line = json::integer(*error, "line");
        return fail(ErrorKind::invalid, cat(path, line > 0 ? cat(":", line) : "", ": ", json::text(*error, "what")));
    }
    const auto* entries = json::find(told, "entries");
    if (!entries || !entries->IsArray()) return fail(ErrorKind::protocol, cat(path, ": the profile's process told nothing of use"));
    std::vector<YamlEntry> found;
    for (const auto& entry : entries->GetArray()) {
        OI_TRY(found.emplace_back(), entry_of(path, entry));
    }
    return found;
}

Result<std::vector<YamlEntry>> run_python_profile(const ProfileFile& profile, const std::string& python, const Settings& settings)
{
    Command command{.argv = {python, "-c", std::string{embedded("config/python_profile.py")}}};
    for (char** variable = environ; *variable; ++variable) command.environment.emplace_back(*variable);
    OI_TRY(auto input, sys::make_pipe());
    OI_TRY(auto output, sys::make_pipe());
    OI_TRY(const sys::Fd nothing, open_nothing());
    const bool has_keyboard = sys::is_terminal(STDIN_FILENO);  // else stdin is the message
    const std::array<sys::Inherit, 5> inherit{{{has_keyboard ? STDIN_FILENO : nothing.get(), 0},
                                               {STDERR_FILENO, 1},
                                               {STDERR_FILENO, 2},
                                               {output.write.get(), report_fd},
                                               {input.read.get(), order_fd}}};
    const sys::LentTerminal terminal{has_keyboard ? STDIN_FILENO : -1};
    OI_TRY(auto keeper, sys::Keeper::start(command, inherit));
    input.read.reset();
    output.write.reset();
    ignore(sys::write_all(input.write.get(), order(profile, settings)), "a process that has ended says so below");
    input.write.reset();
    OI_TRY(const std::string report, read_report(profile, output.read.get()));
    if (report.empty())
        return fail(ErrorKind::invalid, cat(profile.path, ": the profile ended without a word: ", end_of(keeper)),
                    cat("it ran in ", python));
    return read_python_report(profile.path, report);
}

}  // namespace oi::config
