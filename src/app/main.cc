// The program: decides which face it has.
#include "base/embedded.h"
#include "core/chunk.h"

#include <cstdio>

int main()
{
    std::puts("Open Interpreter " OI_VERSION);
    return oi::embedded("nothing").empty() ? 0 : 1;
}
