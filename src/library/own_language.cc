// A kernel of the program's own behind the port of the core; see own_language.h.
#include "library/own_language.h"

#include "base/text.h"
#include "library/convert.h"

#include <utility>

namespace interpreter {

namespace {

// The kernel, which a call that was left behind keeps: the next cell then has a new one.
struct Slot {
    std::unique_ptr<Kernel> kernel;
};

class OwnKernel : public oi::Kernel {
public:
    OwnKernel(std::function<std::unique_ptr<interpreter::Kernel>()> start, std::string name, std::shared_ptr<Callbacks> callbacks)
        : start_{std::move(start)}, name_{std::move(name)}, callbacks_{std::move(callbacks)}
    {
    }

    oi::Result<void> run(const oi::Cell& cell, const oi::ChunkSink& sink, oi::RunControl control) override;
    std::vector<std::string> variables(std::chrono::milliseconds limit) override;

private:
    std::function<std::unique_ptr<interpreter::Kernel>()> start_;
    std::string name_;
    std::shared_ptr<Callbacks> callbacks_;
    std::shared_ptr<Slot> slot_ = std::make_shared<Slot>();
};

void require(Slot& slot, const std::function<std::unique_ptr<Kernel>()>& start, const std::string& name)
{
    if (!slot.kernel) slot.kernel = start();
    if (!slot.kernel) throw Error{{"invalid", "the language " + name + " gave no kernel", "Language::start must make one"}};
}

std::optional<std::chrono::steady_clock::time_point> deadline_of(std::chrono::milliseconds limit)
{
    if (limit.count() <= 0) return {};
    return std::chrono::steady_clock::now() + limit;
}

oi::Result<void> OwnKernel::run(const oi::Cell& cell, const oi::ChunkSink& sink, oi::RunControl control)
{
    const auto outlet = std::make_shared<Outlet<oi::Chunk>>(sink);
    const Ended ended = callbacks_->run(
        [slot = slot_, start = start_, name = name_, code = cell.code, outlet](std::stop_token stop) {
            require(*slot, start, name);
            slot->kernel->run(
                code, [&](const Chunk& chunk) { (*outlet)(value_or_raise(to_core(chunk))); }, std::move(stop));
        },
        control.stop, deadline_of(control.limit));
    outlet->close();
    if (ended == Ended::returned) return {};
    if (slot_.use_count() > 1) slot_ = std::make_shared<Slot>();
    if (ended == Ended::timed_out) return oi::fail(oi::ErrorKind::timeout, oi::cat("the ", name_, " cell took too long"));
    return oi::fail(oi::ErrorKind::cancelled, "stopped");
}

std::vector<std::string> OwnKernel::variables(std::chrono::milliseconds limit)
{
    const auto lines = std::make_shared<std::vector<std::string>>();
    const Ended ended = callbacks_->run(
        [slot = slot_, lines](std::stop_token) {
            if (slot->kernel) *lines = slot->kernel->variables();
        },
        {}, deadline_of(limit));
    if (ended != Ended::returned) return {};
    for (auto& line : *lines) line = oi::valid_utf8(std::move(line));
    return *lines;
}

}  // namespace

oi::Language own_language(const Language& language, std::shared_ptr<Callbacks> callbacks)
{
    const std::string name = oi::lower(language.name);
    return {.name = name,
            .aliases = language.aliases,
            .display_name = language.display_name.empty() ? language.name : language.display_name,
            .start = [start = language.start, name, callbacks = std::move(callbacks)](const oi::Host&)
                -> oi::Result<std::unique_ptr<oi::Kernel>> { return std::make_unique<OwnKernel>(start, name, callbacks); },
            .file_extension = language.file_extension};
}

}  // namespace interpreter
