// Naming Jupyter kernels and starting those of this machine; see languages.h.
#include "kernel/jupyter/languages.h"

#include "base/text.h"
#include "kernel/jupyter/jupyter_kernel.h"
#include "kernel/jupyter/local_link.h"
#include "sys/process.h"

#include <algorithm>

namespace oi {
namespace kernel::jupyter {
namespace {

bool is_free(std::string_view name, const std::vector<Language>& one, const std::vector<Language>& other)
{
    return !name.empty() && !find_language(one, name) && !find_language(other, name);
}

std::string program_of(const Kernelspec& spec, const Host& host) { return sys::find_program(spec.argv.front(), host.environment); }

std::function<Result<std::unique_ptr<Kernel>>(const Host&)> local_starter(const Kernelspec& spec)
{
    return [spec](const Host& host) -> Result<std::unique_ptr<Kernel>> {
        if (program_of(spec, host).empty())
            return fail(ErrorKind::not_found,
                        cat("the Jupyter kernel ", spec.display_name, " needs ", spec.argv.front(), ": no such program"),
                        cat("its kernelspec is ", spec.folder, "/kernel.json"));
        const auto make_link = [spec](const Host& with, const std::string& session) { return LocalLink::start(spec, with, session); };
        return JupyterKernel::start(spec.display_name, make_link, host);
    };
}

}  // namespace

std::vector<Language> to_languages(const std::vector<Kernelspec>& specs, const std::vector<Language>& others, const Starter& starter)
{
    std::vector<Language> languages;
    for (const auto& spec : specs) {
        const bool has_own_name = is_free(spec.name, others, languages);
        Language language{.name = has_own_name ? spec.name : cat("jupyter-", spec.name),
                          .display_name = spec.display_name,
                          .start = starter(spec),
                          .find_runtime = [spec](const Host& host) { return program_of(spec, host); },
                          .package = cat("what brings ", spec.argv.empty() ? spec.name : spec.argv.front())};
        language.is_offered = !find_language(others, spec.language);
        languages.push_back(std::move(language));
    }
    // The names of all come before the further names of any.
    for (std::size_t i = 0; i < languages.size(); ++i) {
        const std::string own = lower(specs[i].language);
        for (const std::string& alias : {own, std::string{own == "python" ? "ipython" : ""}})
            if (is_free(alias, others, languages)) languages[i].aliases.push_back(alias);
    }
    return languages;
}

}  // namespace kernel::jupyter

std::vector<Language> jupyter_languages(std::span<const std::string> environment, const std::vector<Language>& others)
{
    return kernel::jupyter::to_languages(kernel::jupyter::find_kernelspecs(environment), others, kernel::jupyter::local_starter);
}

}  // namespace oi
