// --config and the putting aside of files; see config_commands.h.
#include "app/config_commands.h"
#include "base/text.h"
#include "config/config_file.h"
#include "sys/files.h"
#include "sys/process.h"

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <fcntl.h>
#include <unistd.h>

extern char** environ;

namespace oi {

namespace {

int complain(const Error& error)
{
    std::fprintf(stderr, "interpreter: %s\n", valid_utf8(to_line(error)).c_str());
    return 1;
}

// One line of stdin; `preset` when it is empty; false at its end.
bool ask(const std::string& question, bool preset)
{
    std::fputs(cat(question, preset ? " [Y/n] " : " [y/N] ").c_str(), stdout);
    std::fflush(stdout);
    char line[64];
    if (!std::fgets(line, sizeof line, stdin)) {
        std::puts("");
        return false;
    }
    const auto word = lower(trim(line));
    return word.empty() ? preset : word == "y" || word == "yes";
}

std::string editor_command()
{
    if (auto command = sys::first_in_environment({"VISUAL", "EDITOR"}); !command.empty()) return command;
    for (const char* program : {"sensible-editor", "nano", "vi"})
        if (!sys::find_program(program).empty()) return program;
    return {};
}

// The keys of the terminal belong to the editor while it runs.
struct IgnoreKeys {
    IgnoreKeys() : interrupt{std::signal(SIGINT, SIG_IGN)}, quit{std::signal(SIGQUIT, SIG_IGN)} {}
    ~IgnoreKeys()
    {
        std::signal(SIGINT, interrupt);
        std::signal(SIGQUIT, quit);
    }
    IgnoreKeys(const IgnoreKeys&) = delete;
    IgnoreKeys& operator=(const IgnoreKeys&) = delete;
    sighandler_t interrupt, quit;
};

// The command may have arguments ("code --wait"): a shell splits it, and gets the path as a word of its own.
Result<void> run_editor(const std::string& command, const std::string& path)
{
    Command shell{.argv = {"/bin/sh", "-c", command + " \"$1\"", "sh", path}};
    for (char** variable = environ; *variable; ++variable) shell.environment.emplace_back(*variable);
    const std::array<sys::Inherit, 3> terminal{{{0, 0}, {1, 1}, {2, 2}}};
    const IgnoreKeys ignored;
    OI_TRY(auto editor, sys::spawn(shell, terminal));
    const auto end = editor.wait({});
    if (end && *end == sys::Exit{}) return {};
    return fail(ErrorKind::cancelled, cat("the editor `", command, "` failed: ", end ? to_text(*end) : "it is gone"),
                "set EDITOR to one that works");
}

// A file of settings may hold keys: nobody else may read it.
Result<void> new_config(const std::string& path)
{
    OI_CHECK(sys::make_folders(path.substr(0, path.rfind('/'))));
    return sys::write_file(path, config::commented_defaults(), 0600);
}

int edit_until_right(const std::string& path)
{
    const std::string command = editor_command();
    if (command.empty()) return complain({ErrorKind::not_found, "no editor found", cat("set EDITOR, or edit ", path)});
    for (;;) {
        if (auto edited = run_editor(command, path); !edited) return complain(edited.error());
        const auto check = config::check_config(path);
        if (check) {
            std::printf("%s is right; it sets %s.\n", path.c_str(), check->keys.empty() ? "nothing" : join(check->keys, ", ").c_str());
            if (!check->translated.empty()) std::printf("Read in the words of this version: %s.\n", join(check->translated, ", ").c_str());
            return 0;
        }
        complain(check.error());
        if (!ask("Edit it again?", true)) return 1;
    }
}

// Gives the name that the file has now: NAME.backup, NAME.backup2, ...
Result<std::string> put_aside(const std::string& path)
{
    for (int number = 1;; ++number) {
        const std::string backup = cat(path, ".backup", number == 1 ? "" : cat(number));
        if (::renameat2(AT_FDCWD, path.c_str(), AT_FDCWD, backup.c_str(), RENAME_NOREPLACE) == 0) return backup;
        if (errno != EEXIST) return fail_errno(cat(path, " could not be put aside"));
    }
}

}  // namespace

Result<void> make_config(const std::string& path)
{
    const std::string older = path == config::config_path("") ? config::older_config() : std::string{};
    if (older.empty()) return new_config(path);
    OI_CHECK(sys::make_folders(path.substr(0, path.rfind('/'))));
    OI_TRY(const std::string text, sys::read_file(older, config::most_bytes));
    std::fprintf(stderr, "Copied from %s\n", older.c_str());
    return sys::write_file(path, cat("# Copied from ", older, "\n", text), 0600);
}

int edit_config(const config::Invocation& invocation)
{
    const std::string path = config::config_path(invocation.settings.config_file);
    if (!sys::exists(path))
        if (auto made = make_config(path); !made) return complain(made.error());
    if (::isatty(STDIN_FILENO) && ::isatty(STDOUT_FILENO)) return edit_until_right(path);
    std::puts(path.c_str());
    return 0;
}

int reset_config(const config::Invocation& invocation)
{
    const std::string path = config::config_path(invocation.settings.config_file);
    if (sys::exists(path)) {
        if (!ask(cat("Put ", path, " aside and begin a new one?"), false)) return 1;
        const auto backup = put_aside(path);
        if (!backup) return complain(backup.error());
        std::printf("The old one is %s\n", backup->c_str());
    }
    if (auto made = new_config(path); !made) return complain(made.error());
    std::printf("%s sets nothing; interpreter --config opens it.\n", path.c_str());
    return 0;
}

int reset_profile(const config::Invocation& invocation)
{
    const std::string name = invocation.wanted.empty() ? "default" : invocation.wanted.substr(0, invocation.wanted.rfind(".yaml"));
    std::vector<std::string> shipped;
    const config::KnownProfile* own = nullptr;
    const auto known = config::known_profiles();
    for (const auto& profile : known) {
        if (config::is_built_in(profile.name)) shipped.push_back(profile.name);
        if (profile.name == name && !profile.path.empty()) own = &profile;
    }
    if (!config::is_built_in(name)) {
        complain({ErrorKind::invalid, cat("--reset_profile: the program has no profile ", name), cat("it has: ", join(shipped, ", "))});
        return 2;
    }
    if (!own) {
        std::printf("There is nothing to reset: %s is the program's own.\n", name.c_str());
        return 0;
    }
    if (!ask(cat("Put ", own->path, " aside?"), false)) return 1;
    const auto backup = put_aside(own->path);
    if (!backup) return complain(backup.error());
    std::printf("Yours is %s; --profile %s is the program's own again.\n", backup->c_str(), name.c_str());
    return 0;
}

}  // namespace oi
