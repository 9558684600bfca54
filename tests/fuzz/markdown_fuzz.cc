// Any bytes of a model, cut anywhere, at any width: the renderer does not fail, and its page is the one of the whole text.
#include "frontend/terminal/fake_terminal.h"
#include "frontend/terminal/markdown.h"
#include "frontend/terminal/safe_text.h"
#include "frontend/terminal/screen.h"

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>

using namespace oi;

namespace {

struct Way {
    int columns;
    int rows;
    std::size_t step;  // bytes of a piece; they vary from piece to piece
    bool has_links;
};

std::string page_of(std::string_view text, const Way& way)
{
    testing::FakeTerminal terminal{way.columns, way.rows};
    Screen screen{{way.columns, way.rows}, {.has_links = way.has_links}};
    SafeText safe;
    Markdown markdown{screen.page()};
    std::size_t count = 0;
    const auto show = [&](std::string_view piece) {
        std::string out;
        safe.feed(piece, out);
        markdown.feed(out);
        screen.set_status(way.rows < 1000 ? Spans{{"status " + std::to_string(++count)}} : Spans{});
        terminal.write(screen.take());
    };
    while (!text.empty()) {
        const std::size_t length = std::min(text.size(), 1 + (count * 7 + way.step) % way.step);
        show(text.substr(0, length));
        text.remove_prefix(length);
    }
    std::string out;
    safe.finish(out);
    markdown.feed(out);
    markdown.finish();
    screen.set_status({});
    terminal.write(screen.take());
    for (const auto& fault : terminal.faults()) {
        std::fprintf(stderr, "%s\n", fault.c_str());
        std::abort();
    }
    return terminal.text();
}

}  // namespace

// The first four bytes say how: columns, rows, pieces, links.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    if (size < 4 || size > 4096) return 0;
    const std::string_view text{reinterpret_cast<const char*>(data) + 4, size - 4};
    const int columns = 3 + data[0] % 120;
    const bool has_links = data[3] % 2 == 1;
    const std::string whole = page_of(text, {columns, 1000, text.size() + 1, has_links});
    const std::string pieces = page_of(text, {columns, 3 + data[1] % 30, 1 + data[2] % 40u, has_links});
    if (whole == pieces) return 0;
    std::fprintf(stderr, "--- whole\n%s--- in pieces\n%s", whole.c_str(), pieces.c_str());
    std::abort();
}
