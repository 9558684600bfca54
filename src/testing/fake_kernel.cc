// FakeKernel: the kernel behind the aggregate.
#include "testing/fake_kernel.h"

namespace oi::testing {

namespace {

class Live : public Kernel {
public:
    explicit Live(FakeKernel& fake) : fake_{fake}
    {
        ++fake_.started;
        ++fake_.alive;
    }
    ~Live() override { --fake_.alive; }

    Result<void> run(const Cell& cell, const ChunkSink& sink, RunControl control) override
    {
        fake_.cells.push_back(cell);
        if (fake_.on_controlled_run) return fake_.on_controlled_run(cell, sink, control);
        if (fake_.on_run) return fake_.on_run(cell, sink, control.stop);
        const std::string text = fake_.on_cell ? fake_.on_cell(cell.code, control.stop) : std::string{};
        if (!text.empty()) sink(output_chunk(text));
        if (control.stop.stop_requested()) return fail(ErrorKind::cancelled, "stopped");
        return {};
    }

    Result<void> go_on(const ChunkSink& sink, RunControl control) override
    {
        return fake_.on_go_on ? fake_.on_go_on(sink, std::move(control)) : Result<void>{};
    }
    std::string folder() const override { return fake_.folder; }
    long pid() const override { return 4711; }
    void keep_in(const std::string& folder) override { fake_.kept_in = folder; }

    std::vector<std::string> variables(std::chrono::milliseconds) override { return fake_.variables; }

private:
    FakeKernel& fake_;
};

}  // namespace

Language FakeKernel::language()
{
    return {name, aliases, name, [this](const Host& host) -> Result<std::unique_ptr<Kernel>> {
                if (start_error) return Fail{*start_error};
                hosts.push_back(host);
                return std::make_unique<Live>(*this);
            }};
}

}  // namespace oi::testing
