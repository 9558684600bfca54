// Children of our own drivers; see child.h.
#include "kernel/drivers/child.h"

#include "base/text.h"

#include <algorithm>
#include <array>
#include <cstdio>

extern char** environ;

namespace oi::kernel {

std::vector<std::string> own_environment()
{
    std::vector<std::string> result;
    for (char** entry = environ; entry && *entry; ++entry) result.emplace_back(*entry);
    return result;
}

Result<sys::Process> start_child(const std::string& program, std::vector<std::string> argv, const std::vector<std::string>& environment)
{
    constexpr std::array<sys::Inherit, 3> inherit{{{0, 0}, {1, 1}, {2, 2}}};
    return sys::spawn({std::move(argv), environment, {}}, inherit, program);
}

void end_with(OwnDriver& driver, Result<sys::Process> child, std::string_view note)
{
    if (!child) return driver.end("error", to_line(child.error()));
    const auto exit = child->wait({});
    if (OwnDriver::is_interrupted()) driver.end("interrupted");
    else if (exit->signal != 0) driver.end("error", cat("ended by ", sys::to_text(*exit)));
    else if (exit->code != 0) driver.end("error", sys::to_text(*exit));
    else driver.end("ok", note);
}

namespace {

// The number of the first line that is not blank; 0: there is none.
long first_line(std::string_view code)
{
    const auto first = code.find_first_not_of(" \t\r\n");
    return first == std::string_view::npos ? 0 : 1 + std::count(code.begin(), code.begin() + static_cast<long>(first), '\n');
}

}  // namespace

int one_shot_driver_main(int argc, char** argv)
{
    if (argc < 2) {
        std::fputs("interpreter --as one-shot: a program is needed\n", stderr);
        return 2;
    }
    const auto environment = own_environment();
    OwnDriver driver;
    while (auto code = driver.next_cell()) {
        const long line = first_line(*code);
        if (line == 0) {
            driver.end("ok");
            continue;
        }
        driver.line(line);
        std::vector<std::string> command(argv + 1, argv + argc);
        command.push_back(std::move(*code));
        const std::string program = command.front();
        end_with(driver, start_child(program, std::move(command), environment));
    }
    return 0;
}

}  // namespace oi::kernel
