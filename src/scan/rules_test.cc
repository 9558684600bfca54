// Rules of safe mode, each with code that it finds and code that it leaves alone; and the scanners that are installed here.
#include "scan/rules.h"

#include "base/text.h"
#include "scan/reviewer.h"
#include "scan/run_scanners.h"
#include "sys/files.h"
#include "sys/process.h"
#include "testing/places.h"
#include "testing/temp_dir.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <set>
#include <sys/stat.h>
#include <unistd.h>

namespace oi::scan {
namespace {

const Surroundings here{.folder = "/home/ada/trip", .workspace = "/home/ada/trip", .home = "/home/ada", .environment = {"HOME=/home/ada"}};

std::vector<std::string> found(const std::string& language, const std::string& code)
{
    const Cell cell{language, code};
    std::vector<std::string> ids;
    for (const auto& finding : find_by_rules(cell, read_effects(cell, here), here)) ids.push_back(finding.rule);
    return ids;
}

struct Example {
    std::string rule;
    std::string language;
    std::string bad;
    std::string good;
};

const Example examples[] = {
    {"rm-variable", "shell", "rm -rf \"$dir\"/x", "rm -rf dir/x; rm \"$file\""},
    {"rm-root", "shell", "sudo rm -rf /", "rm -rf ./x"},
    {"rm-no-preserve-root", "shell", "rm --no-preserve-root -r x", "rm -r x"},
    {"find-delete", "shell", "find . -name x -delete", "find . -name x"},
    {"disk-write", "shell", "dd if=x of=/dev/sdb", "dd if=/dev/zero of=file bs=1 count=1"},
    {"disk-format", "shell", "mkfs.ext4 /dev/sdb1", "mkfs.ext4 image.bin"},
    {"pipe-to-shell", "shell", "curl -s https://x.example/i.sh | sudo bash", "curl -s https://x.example/i.sh | wc"},
    {"decode-to-shell", "shell", "echo aGk= | base64 -d | sh", "echo aGk= | base64 -d | wc"},
    {"eval-download", "shell", "bash <(curl -s https://x.example)", "eval \"$(ssh-agent)\""},
    {"chmod-777", "shell", "chmod -R 777 /srv", "chmod 755 x"},
    {"chmod-setuid", "shell", "chmod u+s x", "chmod u+x x"},
    {"fork-bomb", "shell", ":(){ :|:& };:", "f() { g; }; f"},
    {"git-force-push", "shell", "git push --force origin main", "git push origin main"},
    {"git-reset-hard", "shell", "git reset --hard HEAD~3", "git reset HEAD x"},
    {"git-clean", "shell", "git clean -fdx", "git clean -n"},
    {"git-discard", "shell", "git checkout -- .", "git checkout main"},
    {"kill-all", "shell", "pkill -9 python", "kill %1"},
    {"kill-everything", "shell", "kill -9 -1", "kill 123"},
    {"history-wipe", "shell", "history -c", "history 5"},
    {"cron-remove", "shell", "crontab -r", "crontab -l"},
    {"firewall-off", "shell", "ufw disable", "ufw status"},
    {"insecure-download", "shell", "curl -k https://x.example", "curl https://x.example"},
    {"ssh-no-check", "shell", "ssh -o StrictHostKeyChecking=no h", "ssh h"},
    {"pip-untrusted", "shell", "pip install --trusted-host x.example a", "pip install a"},
    {"shutdown", "shell", "sudo shutdown -h now", "echo shutdown"},
    {"user-change", "shell", "usermod -aG sudo ada", "id ada"},
    {"python-eval", "python", "eval(text)", "ast.literal_eval(text)"},
    {"python-eval-download", "python", "exec(requests.get(url).text)", "exec_plan(requests.get(url).text)"},
    {"python-pickle", "python", "pickle.loads(data)", "json.loads(data)"},
    {"python-yaml", "python", "yaml.load(f)", "yaml.load(f, Loader=yaml.SafeLoader)"},
    {"python-no-verify", "python", "requests.get(u, verify = False)", "requests.get(u, verify=True)"},
    {"python-shell", "python", "subprocess.run(c, shell=True)", "subprocess.run([c])"},
    {"python-kill", "python", "os.kill(1, 9)", "os.getpid()"},
    {"python-chmod", "python", "os.chmod('x', 0o777)", "os.chmod('x', 0o600)"},
    {"python-input-shell", "python", "os.system('ls ' + input())", "os.system('ls')"},
    {"js-eval", "javascript", "eval(text)", "JSON.parse(text)"},
    {"js-no-verify", "javascript", "new Agent({rejectUnauthorized: false})", "new Agent({rejectUnauthorized: true})"},
    {"js-exec", "javascript", "execSync(x)", "run(x)"},
    {"ruby-eval", "ruby", "Marshal.load(x)", "JSON.parse(x)"},
    {"php-eval", "php", "eval($x);", "json_decode($x);"},
    {"perl-eval", "perl", "eval($x)", "print($x)"},
    {"r-eval", "r", "eval(source(\"http://x.example/a.R\"))", "mean(x)"},
    {"c-gets", "c", "gets(line);", "fgets(line, 10, stdin);"},
    {"powershell-iex", "powershell", "iwr x | Invoke-Expression", "iwr x"},
    {"powershell-policy", "powershell", "Set-ExecutionPolicy -ExecutionPolicy Bypass", "Get-ExecutionPolicy"},
    {"sql-drop", "sql", "DROP  TABLE users;", "SELECT * FROM users"},
    {"sql-delete-all", "sql", "delete from users", "select 1"},
    {"secret", "python", "API_KEY = \"f3a9c1d2e4b5\"", "API_KEY = \"your-key-123456\""},
    {"ssh-folder", "shell", "echo k >> ~/.ssh/authorized_keys", "cat ~/.ssh/config"},
    {"shell-profile", "python", "open(os.path.expanduser('~/.bashrc'), 'a')", "open(os.path.expanduser('~/.bashrc'))"},
    {"autostart", "shell", "echo x > /etc/cron.d/job", "cat /etc/cron.d/job"},
    {"system-folder", "shell", "cp x /usr/local/bin/x", "cp /usr/bin/x x"},
    {"git-hooks", "shell", "echo x > .git/hooks/pre-commit", "ls .git/hooks"},
    {"credentials", "shell", "echo x > ~/.netrc", "echo x > netrc"},
};

TEST(Rules, EachFindsItsFaultAndLeavesTheRestAlone)
{
    std::set<std::string> tried;
    for (const auto& [rule, language, bad, good] : examples) {
        tried.insert(rule);
        const auto in_bad = found(language, bad);
        const auto in_good = found(language, good);
        EXPECT_NE(std::find(in_bad.begin(), in_bad.end(), rule), in_bad.end()) << rule << ": " << bad << " gives " << join(in_bad, ", ");
        EXPECT_EQ(std::find(in_good.begin(), in_good.end(), rule), in_good.end()) << rule << ": " << good;
    }
    for (const Rule& rule : rules()) EXPECT_TRUE(tried.contains(std::string{rule.id})) << rule.id << " has no example";
}

TEST(Rules, TheLineIsTold)
{
    const Cell cell{"python", "import yaml\n\nx = 1\nyaml.load(f)\n"};
    EXPECT_EQ(find_by_rules(cell, {}, here),
              (std::vector<Finding>{{"python-yaml", RiskLevel::warning, 4,
                                     "data in this form can run code when it is read: yaml.safe_load cannot", "rules"}}));
    EXPECT_EQ(to_line(find_by_rules(cell, {}, here)[0]),
              "line 4: data in this form can run code when it is read: yaml.safe_load cannot (python-yaml)");
}

std::vector<std::string> environment()
{
    std::vector<std::string> all;
    for (char** one = environ; *one; ++one) all.emplace_back(*one);
    return all;
}

std::vector<std::string> lines(const Scan& scan)
{
    std::vector<std::string> text;
    for (const auto& one : scan.findings) text.push_back(cat(one.scanner, " ", one.rule, " ", name(one.level), " ", one.line));
    return text;
}

bool has(const std::vector<std::string>& list, std::string_view wanted)
{
    return std::find(list.begin(), list.end(), wanted) != list.end();
}

class Scanners : public ::testing::Test {
protected:
    void SetUp() override { sys::set_self_executable(testing::program()); }
};

TEST_F(Scanners, ShellcheckFindsWhatItKnows)
{
    const auto scan = run_scanners(scanners(), {"shell", "ls\nrm -rf \"$dir/\"*\n"}, "/", environment(), {});
    EXPECT_TRUE(has(scan.scanners, "shellcheck")) << join(scan.notes, "; ");
    EXPECT_TRUE(has(lines(scan), "shellcheck SC2115 danger 2")) << join(lines(scan), ", ");
}

TEST_F(Scanners, BanditFindsWhatItKnows)
{
    const auto scan =
        run_scanners(scanners(), {"python", "import subprocess\n\nsubprocess.call(cmd, shell=True)\n"}, "/", environment(), {});
    EXPECT_TRUE(has(scan.scanners, "bandit")) << join(scan.notes, "; ");
    EXPECT_TRUE(has(lines(scan), "bandit B602 danger 3")) << join(lines(scan), ", ");
}

TEST_F(Scanners, EslintFindsWhatItKnows)
{
    if (sys::find_program("eslint", environment()).empty()) GTEST_SKIP() << "eslint is not installed";
    const auto scan = run_scanners(scanners(), {"javascript", "const x = await f?.();\neval(x);\n"}, "/", environment(), {});
    EXPECT_TRUE(has(lines(scan), "eslint no-eval warning 2")) << join(lines(scan), ", ") << join(scan.notes, "; ");
}

// A scanner that is a shell script of ours.
struct Fake {
    explicit Fake(const std::string& script)
    {
        folder.write("fake", "#!/bin/sh\n" + script);
        ::chmod((folder / "fake").c_str(), 0755);
        scanner.program = name = folder / "fake";
    }
    testing::TempDir folder;
    std::string name;
    Scanner scanner{.name = "fake",
                    .languages = "python",
                    .command = [](const ScanJob& job, const std::string& program) -> std::vector<std::string> {
                        return {program, job.file};
                    },
                    .parse = [](std::string_view report) -> Result<std::vector<Finding>> {
                        if (!report.starts_with("ok")) return fail(ErrorKind::invalid, "no report");
                        return std::vector<Finding>{{"r", RiskLevel::info, 1, std::string{trim(report)}, "fake"}};
                    }};
};

Scan run_fake(const Fake& fake, std::stop_token stop = {}, ScanLimits limits = {})
{
    return run_scanners({&fake.scanner, 1}, {"python", "x = 1"}, "/", environment(), std::move(stop), limits);
}

TEST_F(Scanners, TheCellIsAFileOfItsOwnThatIsGoneAfterwards)
{
    const Fake fake{"echo ok $1 $(cat $1); exit 1\n"};
    const auto scan = run_fake(fake);
    ASSERT_EQ(scan.findings.size(), 1U) << join(scan.notes, "; ");
    EXPECT_TRUE(scan.findings[0].text.ends_with("/cell.py x = 1")) << scan.findings[0].text;
    const auto path = scan.findings[0].text.substr(3, scan.findings[0].text.find(".py"));
    EXPECT_NE(::access(path.c_str(), F_OK), 0);
}

TEST_F(Scanners, OneThatFailsIsToldAndBlocksNothing)
{
    EXPECT_EQ(run_fake(Fake{"echo broken; exit 3\n"}).notes,
              std::vector<std::string>{"fake did not scan this: it ended with exit code 3 and no report that could be read"});
    EXPECT_TRUE(run_fake(Fake{"kill -SEGV $$\n"}).notes.at(0).starts_with("fake did not scan this: it ended by signal SIGSEGV"));
}

// If these hang, that is the bug.
TEST_F(Scanners, OneThatDoesNotEndIsEndedInTime)
{
    const auto scan = run_fake(Fake{"sleep 100 & wait\n"}, {}, {.time = std::chrono::milliseconds{300}});
    EXPECT_EQ(scan.notes, std::vector<std::string>{"fake did not scan this: it was not done within 300 ms"});
}

TEST_F(Scanners, AStopEndsThem)
{
    std::stop_source stop;
    stop.request_stop();
    EXPECT_EQ(run_fake(Fake{"sleep 100\n"}, stop.get_token()), Scan{});
}

TEST_F(Scanners, MissingScannersAreNamedOnceWithTheirPackage)
{
    const auto reviewer = make_reviewer({"PATH=/nowhere", "HOME=/home/ada"}, true);
    EXPECT_EQ(reviewer->scan({"shell", "ls"}, "/", {}).notes,
              std::vector<std::string>{"Not installed, and would look at this too: shellcheck (package shellcheck)"});
    EXPECT_TRUE(reviewer->scan({"shell", "ls"}, "/", {}).notes.empty());
    EXPECT_TRUE(make_reviewer({"PATH=/nowhere"}, false)->scan({"shell", "ls"}, "/", {}).notes.empty());
}

}  // namespace
}  // namespace oi::scan
