// The program: decides which face it has.
#include "base/embedded.h"
#include "core/chunk.h"
#include "sys/keeper.h"

#include <cstdio>

int main(int argc, char** argv)
{
    if (auto code = oi::sys::keeper_main(argc, argv)) return *code;
    std::puts("Open Interpreter " OI_VERSION);
    return oi::embedded("nothing").empty() ? 0 : 1;
}
