// Pages as cells; see document_kernel.h.
#include "kernel/document_kernel.h"

#include "base/base64.h"
#include "base/text.h"
#include "kernel/screenshot.h"

namespace oi::kernel {

namespace {

Chunk computer(Kind type, std::string format, std::string content, std::string recipient)
{
    return {Role::computer, type, std::move(format), std::move(content), std::move(recipient)};
}

Chunk for_model(std::string text) { return computer(Kind::console, "output", std::move(text), "assistant"); }

}  // namespace

Result<std::unique_ptr<Kernel>> DocumentKernel::start(Host host, MakePage make_page)
{
    return std::unique_ptr<Kernel>{new DocumentKernel{std::move(host), std::move(make_page)}};
}

Result<void> DocumentKernel::run(const Cell& cell, const ChunkSink& sink, RunControl control)
{
    if (control.stop.stop_requested()) return fail(ErrorKind::cancelled, "the cell was stopped before it began");
    const auto page = make_page_(host_, cell.code, control.stop);
    if (!page && page.error().kind != ErrorKind::invalid && page.error().kind != ErrorKind::unsupported) return Fail{page.error()};
    if (!page) {
        sink(output_chunk(cat(to_line(page.error()), "\n")));
        return {};
    }
    sink(for_model("The page is shown to the person.\n"));
    sink(computer(Kind::code, "html", valid_utf8(*page), "user"));
    return show_screenshot(*page, sink, control.stop);
}

Result<void> DocumentKernel::show_screenshot(const std::string& page, const ChunkSink& sink, const std::stop_token& stop)
{
    const auto taken = take_screenshot(host_, page, stop);
    if (!taken && taken.error().kind == ErrorKind::cancelled) return Fail{taken.error()};
    if (!taken) {  // the page itself is shown: that is no failure of the cell
        if (!is_missing_told_ && host_.notice) host_.notice(to_line(taken.error()));
        is_missing_told_ = true;
        sink(for_model(cat("You cannot see it: ", to_line(taken.error()), "\n")));
        return {};
    }
    if (!taken->console.empty()) sink(for_model(cat("Its console says:\n", taken->console)));
    sink(computer(Kind::image, "base64.png", base64(taken->png), "assistant"));
    return {};
}

}  // namespace oi::kernel
