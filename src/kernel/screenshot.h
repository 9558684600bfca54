// A picture of an HTML page, taken by a Chromium that nobody sees.
#pragma once

#include "core/kernel.h"

#include <stop_token>
#include <string>

namespace oi::kernel {

struct Screenshot {
    std::string png;
    std::string console;  // what the page has written to its console, errors included; a line each
};

// The path of a Chromium, Chrome or the like; empty: there is none.
std::string find_browser(const Host& host);

// The page as a window of 1280 by 800 shows it after a few seconds of its own time; relative addresses are those of
// host.folder. not_found: there is no browser. cancelled on stop; timeout after 20 s.
Result<Screenshot> take_screenshot(const Host& host, const std::string& html, const std::stop_token& stop);

}  // namespace oi::kernel
