// Naming Jupyter kernels and starting those of this machine; see languages.h.
#include "kernel/jupyter/languages.h"

#include "base/text.h"
#include "kernel/jupyter/jupyter_kernel.h"
#include "kernel/jupyter/local_link.h"
#include "kernel/jupyter/remote_link.h"
#include "kernel/jupyter/server.h"
#include "sys/files.h"
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
                          .find_runtime = [spec](const Host& host) { return program_of(spec, host); }};
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

std::vector<Language> to_server_languages(const Server& server, const std::vector<Kernelspec>& specs, const std::vector<Language>& others)
{
    std::vector<Language> languages;
    for (const auto& spec : specs) {
        const std::string own = lower(spec.language), name = lower(spec.name);
        Language language{.name = is_free(own, {}, languages) ? own : name, .display_name = spec.display_name};
        language.start = [server, spec](const Host& host) {
            const auto make_link = [server, spec](const Host& with, const std::string& session) -> Result<std::unique_ptr<Link>> {
                return RemoteLink::start(server, spec, with, session);
            };
            return JupyterKernel::start(spec.display_name, make_link, host);
        };
        language.find_runtime = [where = cat(net::without_credentials(server.url), " (", spec.name, ")")](const Host&) { return where; };
        if (!is_free(language.name, {}, languages)) continue;
        if (name != language.name) language.aliases.push_back(name);
        if (const Language* like = find_language(others, language.name)) {
            language.file_extension = like->file_extension;
            language.aliases.push_back(like->name);
            language.aliases.insert(language.aliases.end(), like->aliases.begin(), like->aliases.end());
        }
        std::erase_if(language.aliases, [&](const std::string& alias) { return alias == language.name || !is_free(alias, {}, languages); });
        languages.push_back(std::move(language));
    }
    return languages;
}

}  // namespace kernel::jupyter

Result<std::vector<Language>> jupyter_server_languages(std::string_view url, std::string_view token, const std::vector<Language>& others,
                                                       std::stop_token stop)
{
    using namespace kernel::jupyter;
    OI_TRY(auto server, make_server(url, token.empty() ? sys::environment("JUPYTER_TOKEN") : std::string{token}));
    OI_TRY(const auto specs, fetch_kernelspecs(server, std::move(stop)));
    return to_server_languages(server, specs, others);
}

std::vector<Language> jupyter_languages(std::span<const std::string> environment, const std::vector<Language>& others)
{
    return kernel::jupyter::to_languages(kernel::jupyter::find_kernelspecs(environment), others, kernel::jupyter::local_starter);
}

}  // namespace oi
