// Taking a screenshot; see screenshot.h.
#include "kernel/screenshot.h"

#include "base/text.h"
#include "kernel/helper.h"
#include "sys/files.h"

#include <algorithm>
#include <unistd.h>

namespace oi::kernel {

namespace {

using namespace std::chrono_literals;
constexpr auto limit = 20s;
constexpr std::size_t most_console_lines = 20;

// Everything but what RFC 3986 lets stand in a path.
std::string url_path(std::string_view path)
{
    constexpr std::string_view digits = "0123456789ABCDEF", marks = "/-_.~";
    std::string out;
    for (const char c : path) {
        const auto byte = static_cast<unsigned char>(c);
        if (std::isalnum(byte) || marks.find(c) != std::string_view::npos) out += c;
        else out += {'%', digits[byte >> 4], digits[byte & 15]};
    }
    return out;
}

// The page with relative addresses that lead to the folder; where a head is is found without a parser.
std::string with_base(const std::string& html, const std::string& folder)
{
    const std::string small = lower(html);
    std::size_t at = 0;
    for (const std::string_view tag : {"<head", "<html", "<!doctype"}) {
        const auto begin = small.find(tag);
        const auto end = begin == std::string::npos ? begin : small.find('>', begin);
        if (end == std::string::npos || small.starts_with("<header")) continue;
        at = end + 1;
        break;
    }
    if (small.find("<base") != std::string::npos) return html;
    return cat(html.substr(0, at), "<base href=\"file://", url_path(folder), "/\">", html.substr(at));
}

std::vector<std::string> command(const Host& host, const std::string& browser, const std::string& scratch)
{
    std::vector<std::string> argv{browser,
                                  "--headless=new",
                                  cat("--screenshot=", scratch, "/page.png"),
                                  "--window-size=1280,800",
                                  "--hide-scrollbars",
                                  "--virtual-time-budget=5000",
                                  cat("--user-data-dir=", scratch, "/profile"),
                                  "--enable-logging=stderr",
                                  "--no-first-run",
                                  "--no-default-browser-check",
                                  "--disable-gpu",
                                  "--disable-dev-shm-usage",
                                  "--disable-extensions",
                                  "--disable-background-networking",
                                  "--disable-component-update",
                                  "--disable-sync",
                                  "--no-pings",
                                  "--mute-audio"};
    // Chromium's own sandbox needs what root and a sandbox around it do not have.
    if (::geteuid() == 0 || (host.sandbox && host.policy.files != SandboxPolicy::Files::all)) argv.push_back("--no-sandbox");
    if (!host.policy.has_network) argv.push_back("--host-resolver-rules=MAP * ~NOTFOUND");
    argv.push_back(cat("file://", url_path(scratch), "/page.html"));
    return argv;
}

// The lines of the log that are the page's: `...:CONSOLE:3] "text", source: ... (3)`.
std::string console_lines(std::string_view log, const std::string& scratch)
{
    std::string out;
    std::size_t count = 0;
    for (const auto line : split(log, '\n')) {
        const auto mark = line.find(":CONSOLE");
        const auto text = mark == std::string_view::npos ? mark : line.find("] ", mark);
        if (text == std::string_view::npos || count++ >= most_console_lines) continue;
        std::string said{line.substr(text + 2)};
        if (const auto source = said.rfind(", source: "); source != std::string::npos && said.find(scratch, source) != std::string::npos)
            said.resize(source);
        out += cat(utf8_prefix(said, 400), "\n");
    }
    return valid_utf8(std::move(out));
}

}  // namespace

std::string find_browser(const Host& host)
{
    for (const char* name : {"chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "microsoft-edge"})
        if (std::string path = sys::find_program(name, host.environment); !path.empty()) return path;
    return {};
}

Result<Screenshot> take_screenshot(const Host& host, const std::string& html, const std::stop_token& stop)
{
    const std::string browser = find_browser(host);
    if (browser.empty()) return fail(ErrorKind::not_found, "there is no Chromium, so there is no screenshot", "apt install chromium");
    OI_TRY(const auto scratch, ScratchFolder::make(host));
    OI_CHECK(scratch.write("page.html", with_base(html, host.folder)));
    OI_TRY(const auto finished, run_helper(host, command(host, browser, scratch.path()), {}, limit, stop));
    auto png = scratch.read("page.png");
    if (!png) {
        const auto lines = split(trim(finished.output), '\n');
        return fail(ErrorKind::io,
                    cat(browser, " gave no screenshot (", sys::to_text(finished.exit), "): ", valid_utf8(std::string{lines.back()})));
    }
    return Screenshot{std::move(*png), console_lines(finished.output, scratch.path())};
}

}  // namespace oi::kernel
