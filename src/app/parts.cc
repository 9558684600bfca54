// The table of parts; see parts.h.
#include "app/parts.h"

#include "app/complete.h"
#include "kernel/drivers/child.h"
#include "kernel/drivers/compile_driver.h"
#include "kernel/drivers/java_launcher.h"
#include "kernel/drivers/sql_driver.h"
#include "llm/keys/desktop_keys.h"
#include "sandbox/confine_main.h"

#include <array>
#include <cstdio>
#include <string_view>

namespace oi {
namespace {

struct Part {
    std::string_view name;
    int (*run)(int argc, char** argv);
};

constexpr auto parts = std::to_array<Part>({
    {"complete", complete_main},
    {"compile", kernel::compile_driver_main},
    {"confine", sandbox::confine_main},
    {"java", kernel::java_launcher_main},
    {"keys", llm::desktop_keys_main},
    {"one-shot", kernel::one_shot_driver_main},
    {"sql", kernel::sql_driver_main},
});

}  // namespace

int part_main(int argc, char** argv)
{
    for (const auto& part : parts)
        if (argc > 0 && part.name == argv[0]) return part.run(argc, argv);
    std::fprintf(stderr, "interpreter --as: there is no such part (it is how the program starts itself)\n");
    return 2;
}

}  // namespace oi
