// Real kernels, confined in every way that there is, try to get out (tests/sandbox/attempts.py), as root and as an ordinary user.
#include "base/text.h"
#include "kernel/kernel_fixture.h"
#include "sandbox/sandboxes.h"
#include "sys/process.h"
#include "testing/environment.h"
#include "testing/places.h"

#include <array>
#include <filesystem>
#include <fstream>
#include <grp.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

namespace oi::sandbox {
namespace {

using namespace std::chrono_literals;
namespace fs = std::filesystem;

constexpr uid_t nobody = 65534;

std::string content_of(const std::string& path) { return sys::read_file(path).value_or(""); }

// A home with secrets, a workspace, and what must stay as it is; not below /tmp, which is another one inside.
class Yard {
public:
    explicit Yard(uid_t owner)
    {
        std::string path = ::geteuid() == 0 ? "/opt/oi-escape-XXXXXX" : cat(sys::home_folder(), "/.oi-escape-XXXXXX");
        base_ = ::mkdtemp(path.data());
        for (const char* secret : {".ssh/id_rsa", ".aws/credentials", ".config/gcloud/credentials.db", ".gnupg/private.key", ".netrc",
                                   ".docker/config.json", ".kube/config", ".local/share/open-interpreter/conversations.db",
                                   ".config/open-interpreter/default.yaml", ".local/state/open-interpreter/history"})
            write(cat("home/", secret), "SECRET");
        write("outside/target", "untouched");
        write("home/.bashrc", "untouched");
        write("workspace/given", "given");
        fs::copy_file(testing::program(), *this / "interpreter");
        if (owner == ::geteuid()) return;
        for (const auto& entry : fs::recursive_directory_iterator{base_}) ignore_result(::lchown(entry.path().c_str(), owner, owner));
        ignore_result(::chown(base_.c_str(), owner, owner));
    }
    ~Yard() { fs::remove_all(base_); }
    Yard(const Yard&) = delete;
    std::string operator/(std::string_view name) const { return cat(base_, "/", name); }

private:
    static void ignore_result(int) {}
    void write(const std::string& name, std::string_view text)
    {
        const fs::path path = *this / name;
        fs::create_directories(path.parent_path());
        std::ofstream{path} << text;
    }
    std::string base_;
};

struct Way {
    const char* sandbox;
    bool is_ordinary_user;
    bool has_network;
};

SandboxPolicy policy_for(const Yard& yard, bool has_network)
{
    return {.files = SandboxPolicy::Files::workspace, .workspace = yard / "workspace", .has_network = has_network};
}

// The servers and the bystander of tests/sandbox/outside.py.
class Outside {
public:
    Outside(const Yard& yard, std::string abstract)
    {
        input_ = std::move(*sys::make_pipe());
        output_ = std::move(*sys::make_pipe());
        const std::array<sys::Inherit, 2> inherit{{{input_.read.get(), 0}, {output_.write.get(), 1}}};
        process_ = std::move(*sys::spawn(
            {{"/usr/bin/python3", cat(testing::source_folder(), "/tests/sandbox/outside.py"), yard / "outside", std::move(abstract)},
             {"PATH=/usr/bin:/bin", "BYSTANDER=SECRET"},
             "/"},
            inherit));
        output_.write.reset();
        char block[100];
        const ssize_t got = ::read(output_.read.get(), block, sizeof block);
        ports = trim(std::string_view{block, got > 0 ? static_cast<std::size_t>(got) : 0});
    }
    ~Outside()
    {
        input_.write.reset();
        process_.wait({});
    }
    pid_t pid() const { return process_.pid(); }
    std::string ports;

private:
    sys::Pipe input_, output_;
    sys::Process process_;
};

class Cells {
public:
    Cells(std::string_view language, Host host)
    {
        const Language* found = find_language(languages_, language);
        auto started = found->start(host);
        if (started) kernel_ = std::move(*started);
        else error_ = to_line(started.error());
        name_ = language;
    }
    std::string run(std::string code, RunControl control = {})
    {
        if (!kernel_) return error_;
        std::string text;
        auto result = kernel_->run(
            {name_, std::move(code)},
            [&](const Chunk& chunk) {
                if (chunk.type == Kind::console && !is_active_line(chunk)) text += chunk.content;
            },
            control);
        if (!result) text += cat("[", to_line(result.error()), "]");
        return text;
    }

private:
    std::vector<Language> languages_ = built_in_languages();
    std::unique_ptr<Kernel> kernel_;
    std::string name_, error_;
};

Host host_in(const Yard& yard, const Sandbox* sandbox, SandboxPolicy policy)
{
    Host host{.folder = yard / "workspace", .sandbox = sandbox, .policy = std::move(policy)};
    host.environment = {"PATH=/usr/local/bin:/usr/bin:/bin", cat("HOME=", yard / "home"), "LANG=C.UTF-8", "GITHUB_TOKEN=SECRET",
                        "DATABASE_PASSWORD=SECRET",          "SSH_AUTH_SOCK=/SECRET"};
    return host;
}

// Each attempt's name and what came of it, a line each.
// `only`: just these attempts; empty: all of them, which is for confined kernels alone.
std::string explore(const Way& way, const Yard& yard, const std::vector<std::string>& only = {})
{
    const Sandbox* sandbox = find_sandbox(way.sandbox);
    const auto policy = sandbox ? policy_for(yard, way.has_network) : SandboxPolicy{};
    if (sandbox)
        if (const auto works = sandbox->check(policy); !works) return cat("not here: ", to_line(works.error()));
    const std::string abstract = cat("oi-escape-", ::getpid());
    const Outside outside{yard, abstract};
    const auto ports = split(outside.ports, ' ');
    if (ports.size() != 2) return "the outside did not start";
    Cells python{"python", host_in(yard, sandbox, policy)};
    const std::string where = cat("where = dict(outside='", yard / "outside", "', workspace='", yard / "workspace", "', home='",
                                  yard / "home", "', program=", ::getpid(), ", bystander=", outside.pid(), ", tcp=", ports[0],
                                  ", udp=", ports[1], ", abstract='", abstract, "', network=", way.has_network ? "True" : "False", ")\n");
    std::string lines = python.run(cat(where, content_of(cat(testing::source_folder(), "/tests/sandbox/attempts.py"))));
    const std::string names = only.empty() ? python.run("attempts()") : join(only, " ");
    for (const auto name : split(trim(names), ' '))
        lines += cat(name, ": ", replace_all(std::string{trim(python.run(cat("attempt('", name, "')")))}, "\n", " / "), "\n");
    return lines;
}

// explore() in a process of another user.
std::string explore_as(uid_t user, const Way& way, const Yard& yard)
{
    auto pipe = std::move(*sys::make_pipe());
    const pid_t child = ::fork();
    if (child == 0) {
        ::alarm(60);
        pipe.read.reset();
        if (::setgroups(0, nullptr) != 0 || ::setgid(user) != 0 || ::setuid(user) != 0) ::_exit(1);
        ignore(sys::write_all(pipe.write.get(), explore(way, yard)), "an empty report fails the test");
        ::_exit(0);
    }
    pipe.write.reset();
    std::string text;
    char block[4096];
    for (ssize_t got; (got = ::read(pipe.read.get(), block, sizeof block)) > 0;) text.append(block, static_cast<std::size_t>(got));
    ::waitpid(child, nullptr, 0);
    return text;
}

std::vector<std::string> names_in(const std::string& folder)
{
    std::vector<std::string> names;
    for (const auto& entry : fs::directory_iterator{folder}) names.push_back(entry.path().filename());
    std::sort(names.begin(), names.end());
    return names;
}

void expect_untouched(const Yard& yard)
{
    EXPECT_EQ(content_of(yard / "outside/target"), "untouched");
    EXPECT_EQ(content_of(yard / "outside/reached"), "");
    EXPECT_EQ(names_in(yard / "outside"), (std::vector<std::string>{"reached", "socket", "target"}));
    EXPECT_EQ(content_of(yard / "home/.bashrc"), "untouched");
    EXPECT_EQ(content_of(yard / "home/.ssh/id_rsa"), "SECRET");
    for (const char* path : {"/etc/oi-new", "/usr/bin/oi-new", "/var/oi-new", "/oi-new", "/boot/oi-new"})
        EXPECT_FALSE(sys::exists(path)) << path;
}

class Escape : public ::testing::TestWithParam<Way> {
protected:
    kernel_tests::Watchdog watchdog_{90s};
};

TEST_P(Escape, NothingGetsOutOrReadsASecret)
{
    const Way way = GetParam();
    if (way.is_ordinary_user && ::geteuid() != 0) GTEST_SKIP() << "this is an ordinary user";
    const uid_t user = way.is_ordinary_user ? nobody : ::geteuid();
    const Yard yard{user};
    sys::set_self_executable(yard / "interpreter");
    const testing::Environment home{"HOME", yard / "home"}, data{"XDG_DATA_HOME", ""}, config{"XDG_CONFIG_HOME", ""},
        state{"XDG_STATE_HOME", ""};
    const std::string report = user == ::geteuid() ? explore(way, yard) : explore_as(user, way, yard);
    if (!sys::environment("OI_SHOW_ESCAPES").empty()) std::puts(report.c_str());
    if (report.starts_with("not here: ")) GTEST_SKIP() << report;
    int held = 0;
    for (const auto line : split(report, '\n')) {
        if (line.empty()) continue;
        const bool is_held = line.find(": held") != std::string_view::npos;
        EXPECT_TRUE(is_held && line.find("ESCAPED") == std::string_view::npos) << line;
        held += is_held;
    }
    EXPECT_GE(held, 50) << report;
    expect_untouched(yard);
    sys::set_self_executable(testing::program());
}

// What shows that the attempts are real: unconfined, these get there.
TEST(EscapeUnconfined, TheAttemptsSucceedWhereNothingConfines)
{
    const kernel_tests::Watchdog watchdog{90s};
    const Yard yard{::geteuid()};
    const testing::Environment home{"HOME", yard / "home"};
    sys::set_self_executable(yard / "interpreter");
    // Only what leaves the machine as it is: an attempt that unmounts or stops something is never made unconfined.
    const std::vector<std::string> harmless{"try_write_through_symlink", "try_proc_self_root",      "try_signal",    "try_tcp",
                                            "try_abstract_socket",       "try_socket_file",         "try_read_keys", "try_environment",
                                            "try_environment_of_others", "try_descriptor_of_others"};
    const std::string report = explore({"", false, false}, yard, harmless);
    for (const auto& name : harmless) EXPECT_NE(report.find(cat(name, ": ESCAPED")), std::string::npos) << name << "\n" << report;
    sys::set_self_executable(testing::program());
}

std::vector<Way> ways()
{
    std::vector<Way> all;
    for (const auto& row : sandboxes())
        for (const bool is_ordinary_user : {false, true})
            for (const bool has_network : {false, true})
                if (row.name != "none") all.push_back({row.name.data(), is_ordinary_user, has_network});
    return all;
}

INSTANTIATE_TEST_SUITE_P(Confined, Escape, ::testing::ValuesIn(ways()), [](const auto& info) {
    return cat(info.param.sandbox, info.param.is_ordinary_user ? "_nobody" : "_self", info.param.has_network ? "_network" : "");
});

}  // namespace
}  // namespace oi::sandbox
