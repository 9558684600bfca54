// Building cells; see builder.h.
#include "kernel/drivers/builder.h"

#include "base/text.h"
#include "sys/files.h"

#include <array>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace oi::kernel {

namespace {

constexpr std::size_t most_said = 1 << 20;  // of what a compiler says
constexpr int recipe_version = 1;           // raised when the same recipe shall give another program

}  // namespace

Result<Build> Builder::build(std::string_view code)
{
    if (!cache_) {
        OI_TRY(auto cache, BuildCache::open());
        cache_.emplace(std::move(cache));
    }
    const bool may_keep = is_self_contained(toolchain_, code);
    const std::string made_from = recipe(code);
    const bool does_nothing = whole_program(code, toolchain_.syntax, toolchain_.file).does_nothing;
    if (const auto found = may_keep ? cache_->find(made_from) : std::nullopt)
        return Build{*found, sys::read_file(*found + "/said").value_or(""), {}, true, does_nothing};
    OI_TRY(const std::string workshop, cache_->make_workshop());
    auto build = compile(code, workshop);
    if (!build || build->folder.empty()) {
        BuildCache::remove(workshop);
        return build;
    }
    build->does_nothing = does_nothing;
    if (may_keep) {
        OI_TRY(build->folder, cache_->keep(workshop, made_from));
        build->is_kept = true;
    }
    return build;
}

Result<Build> Builder::compile(std::string_view code, const std::string& workshop)
{
    const auto files = sources(toolchain_, code);
    for (const auto& file : files) OI_CHECK(sys::write_file(cat(workshop, "/", file.name), file.text));
    OI_TRY(const auto exit, run_compiler(code, workshop));
    Build build{{}, message(workshop), exit};
    for (const auto& file : files) ::unlink(cat(workshop, "/", file.name).c_str());
    if (build.said.empty()) ::unlink((workshop + "/said").c_str());
    else OI_CHECK(sys::write_file(workshop + "/said", build.said));
    if (exit != sys::Exit{}) return build;
    if (::access((workshop + "/program").c_str(), X_OK) != 0) build.said += "the cell is no program: nothing was run\n";
    else build.folder = workshop;
    return build;
}

Result<sys::Exit> Builder::run_compiler(std::string_view code, const std::string& workshop) const
{
    const std::string session = sys::current_folder();
    sys::Command command{compile_command(toolchain_, {workshop, session, compiler_, own_flags(code)}), environment_,
                         toolchain_.runs_in_session_folder ? session : workshop};
    // Go keeps what it has compiled itself; without a home it needs a place for that.
    const bool has_place = !cache_->is_private() && !sys::lookup(environment_, "HOME").empty();
    if (toolchain_.syntax == Syntax::go && !has_place && sys::lookup(environment_, "GOCACHE").empty())
        command.environment.push_back(cat("GOCACHE=", cache_->folder(), "/go-", ::getuid()));
    const sys::Fd said{::open((workshop + "/said").c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600)};
    if (!said.is_open()) return fail_errno(workshop + "/said");
    const std::array<sys::Inherit, 2> inherit{{{said.get(), 1}, {said.get(), 2}}};
    OI_TRY(auto process, sys::spawn(command, inherit));
    return *process.wait({});
}

std::string Builder::recipe(std::string_view code) const
{
    struct stat info {};
    ::stat(compiler_.c_str(), &info);
    std::string text = cat(recipe_version, "\n", compiler_, " ", static_cast<long>(info.st_mtim.tv_sec), " ",
                           static_cast<long>(info.st_size), "\n", toolchain_.language, " ", toolchain_.flags, "\n");
    for (const auto* name : toolchain_.environment) text += cat(name, "=", sys::lookup(environment_, name), "\n");
    return text += code;
}

// What the compiler said, without the places where we have put things.
std::string Builder::message(const std::string& workshop) const
{
    constexpr std::string_view header = "# command-line-arguments\n";  // Go's name for a package of loose files
    auto text = sys::read_file(workshop + "/said", most_said);
    if (!text) return cat("the compiler said more than ", most_said, " bytes\n");
    auto said = replace_all(std::move(*text), workshop + "/", "");
    if (said.starts_with(header)) said.erase(0, header.size());
    return said;
}

}  // namespace oi::kernel
