// Compiling and running cells; see compile_driver.h.
#include "kernel/drivers/compile_driver.h"

#include "base/text.h"
#include "kernel/drivers/builder.h"
#include "kernel/drivers/child.h"

#include <cstdio>

namespace oi::kernel {

namespace {

class CompileDriver {
public:
    CompileDriver(const Toolchain& toolchain, std::string compiler)
        : toolchain_{toolchain}, environment_{own_environment()}, builder_{toolchain, std::move(compiler), environment_}
    {
    }

    int run()
    {
        while (const auto code = driver_.next_cell()) run_cell(*code);
        return 0;
    }

private:
    void run_cell(std::string_view code)
    {
        const long first = first_code_line(skeleton(code, toolchain_.syntax));
        if (first == 0) return driver_.end("ok");
        driver_.line(first);
        const auto build = builder_.build(code);
        if (OwnDriver::is_interrupted()) {
            if (build && !build->is_kept && !build->folder.empty()) BuildCache::remove(build->folder);
            return driver_.end("interrupted");
        }
        if (!build) return driver_.end("error", to_line(build.error()));
        OwnDriver::print(build->said);
        if (build->folder.empty()) return refuse(*build);
        auto child = start_child(build->folder + "/program", {"cell"}, environment_);
        if (!build->is_kept) BuildCache::remove(build->folder);  // it runs already
        end_with(driver_, std::move(child),
                 build->does_nothing ? "compiled, but nothing ran: the cell has neither a main nor statements" : "");
    }

    // The compiler's own words say what is wrong, if it had any.
    void refuse(const Build& build)
    {
        if (build.compiler.signal != 0 || build.said.empty())
            return driver_.end("error", cat("the compiler ended by ", sys::to_text(build.compiler)));
        driver_.end("error");
    }

    const Toolchain& toolchain_;
    std::vector<std::string> environment_;
    Builder builder_;
    OwnDriver driver_;
};

}  // namespace

int compile_driver_main(int argc, char** argv)
{
    const auto* toolchain = argc == 3 ? find_toolchain(argv[1]) : nullptr;
    if (!toolchain) {
        std::fputs("interpreter --as compile: a language and its compiler are needed\n", stderr);
        return 2;
    }
    return CompileDriver{*toolchain, argv[2]}.run();
}

}  // namespace oi::kernel
