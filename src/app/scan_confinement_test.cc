// A scanner that tries to reach a server of this machine: it can when nothing keeps it, and cannot when it is kept off the network.
#include "app/scan_confinement.h"

#include "base/text.h"
#include "sys/files.h"
#include "sys/wait.h"
#include "testing/places.h"
#include "testing/temp_dir.h"

#include <gtest/gtest.h>

#include <arpa/inet.h>
#include <sys/socket.h>
#include <sys/stat.h>

namespace oi {
namespace {

// Listens, and knows whether somebody has come.
class Server {
public:
    Server() : socket_{::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)}
    {
        sockaddr_in address{.sin_family = AF_INET, .sin_port = 0, .sin_addr = {htonl(INADDR_LOOPBACK)}, .sin_zero = {}};
        socklen_t size = sizeof address;
        EXPECT_EQ(::bind(socket_.get(), reinterpret_cast<sockaddr*>(&address), size), 0);
        EXPECT_EQ(::listen(socket_.get(), 8), 0);
        EXPECT_EQ(::getsockname(socket_.get(), reinterpret_cast<sockaddr*>(&address), &size), 0);
        port = ntohs(address.sin_port);
    }
    bool has_guest() const
    {
        pollfd ready{socket_.get(), POLLIN, 0};
        return sys::wait({&ready, 1}, sys::Clock::now()) == sys::Woke::ready;
    }
    int port = 0;

private:
    sys::Fd socket_;
};

// Run as a scanner would be; it says how its try has ended.
struct Caller {
    explicit Caller(int port)
    {
        folder.write("caller", cat("#!/usr/bin/python3\nimport socket\ntry:\n    socket.create_connection(('127.0.0.1', ", port,
                                   "), 5)\n    print('ok connected')\nexcept OSError as e:\n    print('ok', e.strerror)\n"));
        ::chmod((folder / "caller").c_str(), 0755);
        scanner.program = name = folder / "caller";
    }
    Scan run(const scan::Confine& confine) const
    {
        return scan::run_scanners({&scanner, 1}, {"python", "x = 1"}, "/", {"PATH=/usr/bin:/bin"}, {}, {}, confine);
    }
    testing::TempDir folder;
    std::string name;
    scan::Scanner scanner{.name = "caller",
                          .languages = "python",
                          .command = [](const scan::ScanJob& job, const std::string& program) -> std::vector<std::string> {
                              return {program, job.file};
                          },
                          .parse = [](std::string_view report) -> Result<std::vector<Finding>> {
                              return std::vector<Finding>{{"r", RiskLevel::info, 1, std::string{trim(report)}, "caller"}};
                          }};
};

class ScanConfinement : public ::testing::Test {
protected:
    void SetUp() override { sys::set_self_executable(testing::program()); }
};

TEST_F(ScanConfinement, AScannerCannotReachAServerOfThisMachine)
{
    const Server server;
    const Caller caller{server.port};
    const auto confine = without_network();
    if (const auto works = confine({{"true"}, {"PATH=/usr/bin:/bin"}, "/"}); !works) GTEST_SKIP() << to_line(works.error());
    const Scan seen = caller.run(confine);
    ASSERT_EQ(seen.findings.size(), 1U) << join(seen.notes, "; ");
    EXPECT_NE(seen.findings[0].text, "ok connected");
    EXPECT_TRUE(seen.findings[0].text.starts_with("ok ")) << seen.findings[0].text;
    EXPECT_FALSE(server.has_guest());
    EXPECT_TRUE(seen.notes.empty()) << join(seen.notes, "; ");
}

TEST_F(ScanConfinement, WhereItCannotBeKeptFromThereItIsRunAndThatIsTold)
{
    const Server server;
    const Caller caller{server.port};
    const Scan seen = caller.run([](const Command&) -> Result<Command> { return fail(ErrorKind::unsupported, "no namespaces here"); });
    ASSERT_EQ(seen.findings.size(), 1U) << join(seen.notes, "; ");
    EXPECT_EQ(seen.findings[0].text, "ok connected");
    EXPECT_TRUE(server.has_guest());
    EXPECT_EQ(seen.notes, std::vector<std::string>{"Scanners are not kept off the network: no namespaces here"});
}

}  // namespace
}  // namespace oi
