// Builder: makes programs of cells with one toolchain, or finds them made already.
#pragma once

#include "kernel/drivers/build_cache.h"
#include "kernel/drivers/toolchain.h"
#include "kernel/drivers/whole_program.h"
#include "sys/process.h"

#include <optional>
#include <string>
#include <vector>

namespace oi::kernel {

struct Build {
    std::string folder;         // holds `program`; empty: there is none
    std::string said;           // what the compiler had to say
    sys::Exit compiler;         // how it ended
    bool is_kept = false;       // else the folder is to be removed
    bool does_nothing = false;  // see WholeProgram
};

class Builder {
public:
    // `environment`: of the compiler.
    Builder(const Toolchain& toolchain, std::string compiler, std::vector<std::string> environment)
        : toolchain_{toolchain}, compiler_{std::move(compiler)}, environment_{std::move(environment)}
    {
    }

    // Waits for the compiler. A cell that does not compile is a Build without a folder; an Error means that
    // the cache or the compiler cannot be used at all.
    Result<Build> build(std::string_view code);

private:
    Result<Build> compile(std::string_view code, const std::string& workshop);
    Result<sys::Exit> run_compiler(std::string_view code, const std::string& workshop) const;
    std::string recipe(std::string_view code) const;
    std::string message(const std::string& workshop) const;

    const Toolchain& toolchain_;
    std::string compiler_;
    std::vector<std::string> environment_;
    std::optional<BuildCache> cache_;
};

}  // namespace oi::kernel
