// Scanners as child processes under keepers; see run_scanners.h.
#include "scan/run_scanners.h"

#include "base/text.h"
#include "sys/files.h"
#include "sys/keeper.h"
#include "sys/wait.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <filesystem>
#include <memory>
#include <optional>
#include <unistd.h>

namespace oi::scan {

namespace {

// A folder for one scan.
class ScanFolder {
public:
    static Result<ScanFolder> make()
    {
        std::string path = cat(sys::environment("TMPDIR", "/tmp"), "/interpreter-scan-XXXXXX");
        if (!::mkdtemp(path.data())) return fail_errno(path);
        return ScanFolder{std::move(path)};
    }
    ScanFolder(ScanFolder&& other) noexcept : path_{std::exchange(other.path_, {})} {}
    ScanFolder& operator=(ScanFolder&&) = delete;
    ~ScanFolder()
    {
        std::error_code gone;
        if (!path_.empty()) std::filesystem::remove_all(path_, gone);
    }
    const std::string& path() const { return path_; }

private:
    explicit ScanFolder(std::string path) : path_{std::move(path)} {}
    std::string path_;
};

std::string_view extension_of(std::string_view language)
{
    constexpr std::array<std::pair<std::string_view, std::string_view>, 14> extensions{{{"shell", "sh"},
                                                                                        {"zsh", "sh"},
                                                                                        {"python", "py"},
                                                                                        {"javascript", "js"},
                                                                                        {"typescript", "ts"},
                                                                                        {"react", "jsx"},
                                                                                        {"java", "java"},
                                                                                        {"go", "go"},
                                                                                        {"ruby", "rb"},
                                                                                        {"php", "php"},
                                                                                        {"c", "c"},
                                                                                        {"cpp", "cpp"},
                                                                                        {"rust", "rs"},
                                                                                        {"html", "html"}}};
    for (const auto& [name, extension] : extensions)
        if (name == language) return extension;
    return "txt";
}

bool is_for(const Scanner& scanner, std::string_view language)
{
    const auto languages = split(scanner.languages, ' ');
    return std::find(languages.begin(), languages.end(), language) != languages.end();
}

// One scanner at work.
struct Running {
    const Scanner* scanner;
    sys::Keeper keeper;
    sys::Fd output;
    std::string report{};
    std::optional<sys::Exit> exit{};
    std::string failure{};
    bool is_done() const { return (exit.has_value() && !output.is_open()) || !failure.empty(); }
};

class Crew {
public:
    Crew(const ScanJob& job, ScanLimits limits, const Confine& confine, Scan& scan)
        : job_{job}, limits_{limits}, confine_{confine}, scan_{scan}
    {
    }

    void start(const Scanner& scanner)
    {
        const std::string program = sys::find_program(scanner.program, job_.environment);
        if (program.empty()) return;
        auto argv = scanner.command(job_, program);
        if (argv.empty()) return;
        if (auto started = launch(scanner, std::move(argv)); !started) note(scanner, to_line(started.error()));
    }

    void wait(std::stop_token stop)
    {
        const sys::StopSignal signal{std::move(stop)};
        const auto deadline = sys::Clock::now() + limits_.time;
        while (std::any_of(running_.begin(), running_.end(), [](const auto& one) { return !one->is_done(); })) {
            std::vector<pollfd> watched;
            for (const auto& one : running_) {
                watched.push_back({one->is_done() ? -1 : one->keeper.fd(), POLLIN, 0});
                watched.push_back({one->is_done() || !one->output.is_open() ? -1 : one->output.get(), POLLIN, 0});
            }
            const auto woke = sys::wait(watched, deadline, signal);
            if (woke == sys::Woke::stopped) return;
            if (woke == sys::Woke::deadline) return give_up();
            for (std::size_t i = 0; i < running_.size(); ++i) {
                if (watched[2 * i].revents != 0) hear(*running_[i]);
                if (watched[2 * i + 1].revents != 0) read(*running_[i]);
            }
        }
    }

    void collect()
    {
        for (const auto& one : running_) {
            if (!one->is_done() || !one->failure.empty()) {
                if (!one->failure.empty()) note(*one->scanner, one->failure);
                continue;
            }
            auto findings = one->scanner->parse(one->report);
            if (!findings) {
                note(*one->scanner, cat("it ended with ", sys::to_text(*one->exit), " and no report that could be read"));
                continue;
            }
            scan_.scanners.emplace_back(one->scanner->name);
            for (auto& finding : *findings) scan_.findings.push_back(std::move(finding));
        }
    }

private:
    Result<void> launch(const Scanner& scanner, std::vector<std::string> argv)
    {
        Command command{std::move(argv), job_.environment, job_.folder};
        add_variable(command.environment, scanner.variable);
        std::erase_if(command.environment, [](const std::string& variable) { return variable.starts_with("SEMGREP_"); });
        command = confined(std::move(command));
        OI_TRY(auto pipe, sys::make_pipe());
        sys::set_nonblocking(pipe.read.get(), true);
        const std::array<sys::Inherit, 1> inherit{{{pipe.write.get(), 1}}};
        OI_TRY(auto keeper, sys::Keeper::start(command, inherit));
        running_.push_back(std::make_unique<Running>(Running{&scanner, std::move(keeper), std::move(pipe.read)}));
        return {};
    }

    Command confined(Command command)
    {
        if (!confine_ || is_free_) return command;
        auto confined = confine_(command);
        if (confined) return std::move(*confined);
        is_free_ = true;
        scan_.notes.push_back(cat(not_confined, confined.error().what));
        return command;
    }

    // "NAME=value": what is there goes before it.
    static void add_variable(std::vector<std::string>& environment, std::string_view variable)
    {
        if (variable.empty()) return;
        const std::string_view name = variable.substr(0, variable.find('=') + 1);
        for (auto& one : environment)
            if (one.starts_with(name)) {
                one += cat(":", variable.substr(name.size()));
                return;
            }
        environment.emplace_back(variable);
    }

    static void hear(Running& one)
    {
        while (const auto report = one.keeper.next()) {
            if (report->what == sys::KeeperReport::What::exited) one.exit = sys::Exit{report->value, report->signal};
            if (report->what == sys::KeeperReport::What::failed) one.failure = std::strerror(report->value);
        }
        if (!one.exit && one.keeper.is_gone()) one.failure = "its keeper is gone";
        if (one.exit && one.exit->signal != 0) one.failure = cat("it ended by ", sys::to_text(*one.exit));
    }

    void read(Running& one) const
    {
        char block[65536];
        const ssize_t got = ::read(one.output.get(), block, sizeof block);
        if (got > 0) one.report.append(block, static_cast<std::size_t>(got));
        if (got == 0 || (got < 0 && errno != EAGAIN && errno != EINTR)) one.output.reset();
        if (one.report.size() > limits_.report) one.failure = "its report is too long";
    }

    void give_up()
    {
        for (auto& one : running_)
            if (!one->is_done()) one->failure = cat("it was not done within ", duration(limits_.time));
    }

    static std::string duration(std::chrono::milliseconds time)
    {
        return time.count() % 1000 == 0 ? cat(time.count() / 1000, " s") : cat(time.count(), " ms");
    }

    void note(const Scanner& scanner, std::string_view why) { scan_.notes.push_back(cat(scanner.name, " did not scan this: ", why)); }

    const ScanJob& job_;
    ScanLimits limits_;
    const Confine& confine_;
    bool is_free_ = false;  // they could not be kept off the network
    Scan& scan_;
    std::vector<std::unique_ptr<Running>> running_;
};

}  // namespace

Scan run_scanners(std::span<const Scanner> scanners, const Cell& cell, const std::string& workspace,
                  const std::vector<std::string>& environment, std::stop_token stop, ScanLimits limits, const Confine& confine)
{
    Scan scan;
    const bool is_any = std::any_of(scanners.begin(), scanners.end(), [&](const Scanner& one) {
        return is_for(one, cell.language) && !sys::find_program(one.program, environment).empty();
    });
    if (!is_any) return scan;
    const auto folder = ScanFolder::make();
    if (!folder) {
        scan.notes.push_back(cat("No scanner could be used: ", to_line(folder.error())));
        return scan;
    }
    const ScanJob job{folder->path(), cat(folder->path(), "/cell.", extension_of(cell.language)), workspace, cell.language, environment};
    if (const auto written = sys::write_file(job.file, cat(cell.code, cell.code.ends_with('\n') ? "" : "\n"), 0600); !written) {
        scan.notes.push_back(cat("No scanner could be used: ", to_line(written.error())));
        return scan;
    }
    Crew crew{job, limits, confine, scan};
    for (const auto& scanner : scanners)
        if (is_for(scanner, cell.language)) crew.start(scanner);
    crew.wait(std::move(stop));
    crew.collect();
    return scan;
}

std::vector<std::string> missing_scanners(std::span<const Scanner> scanners, std::string_view language,
                                          const std::vector<std::string>& environment)
{
    std::vector<std::string> missing;
    for (const auto& scanner : scanners)
        if (is_for(scanner, language) && !scanner.package.empty() && sys::find_program(scanner.program, environment).empty())
            missing.push_back(cat(scanner.name, " (package ", scanner.package, ")"));
    return missing;
}

}  // namespace oi::scan
