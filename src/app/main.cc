// The program: decides which face it has.
#include "config/invocation.h"

#include <cstdio>

int main(int argc, char** argv)
{
    const auto invocation = oi::config::parse_invocation(argc, argv);
    if (!invocation) {
        std::fprintf(stderr, "interpreter: %s\n", oi::to_line(invocation.error()).c_str());
        return 2;
    }
    if (invocation->command == oi::config::Command::help) std::fputs(oi::config::help_text().c_str(), stdout);
    else std::puts("Open Interpreter " OI_VERSION);
    return 0;
}
