// The driver's side of the protocol: which cell an interrupt belongs to, whenever its frame and its signal come.
#include "base/text.h"
#include "kernel/frame.h"
#include "kernel/kernel_fixture.h"
#include "kernel/kernel_process.h"
#include "sys/fd.h"
#include "sys/process.h"

#include <array>
#include <csignal>
#include <unistd.h>

namespace oi::kernel_tests {
namespace {

using kernel::encode;

class OwnDriverTest : public ::testing::Test {
protected:
    void SetUp() override
    {
        auto in = sys::make_pipe(), out = sys::make_pipe();
        ASSERT_TRUE(in && out);
        const std::array<sys::Inherit, 2> inherit{{{in->read.get(), kernel::frames_in_fd}, {out->write.get(), kernel::frames_out_fd}}};
        const std::string program = testing::program();
        auto process = sys::spawn({{program, "--as", "sql"}, kernel_environment(), {}}, inherit, program);
        ASSERT_TRUE(process);
        process_.emplace(std::move(*process));
        to_driver_ = std::move(in->write);
        from_driver_ = std::move(out->read);
        await("ready");
    }

    void TearDown() override
    {
        if (!process_) return;
        process_->signal(SIGKILL);
        process_->wait({});
    }

    void send(const std::string& frames) { ASSERT_EQ(::write(to_driver_.get(), frames.data(), frames.size()), ssize_t(frames.size())); }

    // The payload of the next frame of that name.
    std::string await(std::string_view name)
    {
        for (;;) {
            auto frame = frames_.next();
            if (!frame) return to_line(frame.error());
            if (*frame && (*frame)->name == name) return (*frame)->payload;
            if (*frame) continue;
            char block[4096];
            const ssize_t got = ::read(from_driver_.get(), block, sizeof block);
            if (got <= 0) return "the driver is gone";
            frames_.feed({block, static_cast<std::size_t>(got)});
        }
    }

    static constexpr auto endless = "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT count(*) FROM n";
    Watchdog watchdog_;
    std::optional<sys::Process> process_;
    sys::Fd to_driver_, from_driver_;
    kernel::FrameReader frames_;
};

TEST_F(OwnDriverTest, AnInterruptThatOvertakesItsCellStopsIt)
{
    ::kill(process_->pid(), SIGINT);
    send(encode("run", 1, endless) + encode("interrupt", 0));
    EXPECT_TRUE(await("end").starts_with("interrupted"));
    send(encode("run", 2, endless));
    ::kill(process_->pid(), SIGINT);
    send(encode("interrupt", 0));
    EXPECT_TRUE(await("end").starts_with("interrupted"));
}

TEST_F(OwnDriverTest, AnInterruptThatComesTooLateStopsNothing)
{
    send(encode("run", 1, "CREATE TABLE t (x)"));
    EXPECT_EQ(await("end"), "ok");
    ::kill(process_->pid(), SIGINT);
    send(encode("interrupt", 0));
    send(encode("run", 2, "CREATE TABLE u (x)"));
    EXPECT_EQ(await("end"), "ok");
}

}  // namespace
}  // namespace oi::kernel_tests
