// Asking a Jupyter server; see server.h.
#include "kernel/jupyter/server.h"

#include "base/json.h"
#include "base/text.h"

#include <algorithm>

namespace oi::kernel::jupyter {
namespace {

constexpr const char* token_hint = "--jupyter_token TOKEN or JUPYTER_TOKEN; `jupyter server list` shows it on the server";
constexpr const char* address_hint = "check --jupyter_url: http://HOST:PORT, and the server's base path if it has one";

Error refusal(const Server& server, int status)
{
    const std::string who = cat("the Jupyter server ", net::without_credentials(server.url));
    const std::string answer = cat(status, " ", net::status_name(status));
    if (status == 401 || status == 403 || status == 302)
        return {ErrorKind::auth, cat(who, server.token.empty() ? " wants a token: " : " refuses the token: ", answer), token_hint};
    if (status == 404) return {ErrorKind::not_found, cat(who, " is none: ", answer), address_hint};
    if (status >= 500) return {ErrorKind::network, cat(who, " failed: ", answer), "its own log says why"};
    return {ErrorKind::protocol, cat(who, " answered ", answer), address_hint};
}

}  // namespace

Result<Server> make_server(std::string_view url, std::string_view token)
{
    Server server{std::string{trim(url)}, std::string{trim(token)}};
    if (!server.url.starts_with("http://") && !server.url.starts_with("https://"))
        return fail(ErrorKind::invalid, cat("--jupyter_url ", net::without_credentials(server.url), " is no address"),
                    "an address looks like http://localhost:8888");
    if (const auto query = server.url.find_first_of("?#"); query != std::string::npos) {
        constexpr std::string_view name = "token=";
        const auto at = server.url.find(name, query);
        if (server.token.empty() && at != std::string::npos)
            server.token = server.url.substr(at + name.size(), server.url.find_first_of("&#", at) - at - name.size());
        server.url.resize(query);
    }
    while (server.url.ends_with('/')) server.url.pop_back();
    for (const std::string_view page : {"/lab", "/tree", "/api", "/login"})
        if (server.url.ends_with(page)) server.url.resize(server.url.size() - page.size());
    while (server.url.ends_with('/')) server.url.pop_back();
    return server;
}

net::Headers proof(const Server& server)
{
    if (server.token.empty()) return {};
    return {{"Authorization", cat("token ", server.token)}};
}

Result<net::HttpResponse> ask(net::HttpClient& client, const Server& server, net::HttpRequest request, std::stop_token stop)
{
    request.url = cat(server.url, request.url);
    request.headers = proof(server);
    if (request.method == "POST") request.headers.push_back({"Content-Type", "application/json"});
    auto response = client.fetch(request, std::move(stop));
    if (!response) {
        Error error = response.error();
        error.hint = replace_all(error.hint, "--api_base", "--jupyter_url");
        return Fail{std::move(error)};
    }
    if (response->status < 200 || response->status >= 300) return Fail{refusal(server, response->status)};
    return response;
}

Result<std::vector<Kernelspec>> parse_kernelspecs(std::string_view text)
{
    OI_TRY(const auto parsed, json::parse(text));
    const auto* all = json::find(parsed, "kernelspecs");
    if (!all || !all->IsObject()) return fail(ErrorKind::protocol, "a list of kernelspecs without kernelspecs");
    const auto chosen = lower(json::text(parsed, "default"));
    std::vector<Kernelspec> specs;
    for (const auto& entry : all->GetObject()) {
        const auto* spec = json::find(entry.value, "spec");
        const std::string name{json::view(entry.name)};
        if (!spec) continue;
        // A gateway may keep its argv for itself.
        specs.push_back({.name = name,
                         .display_name = std::string{json::text(*spec, "display_name", name)},
                         .language = std::string{json::text(*spec, "language")}});
    }
    std::stable_sort(specs.begin(), specs.end(), [&](const Kernelspec& one, const Kernelspec& other) {
        return lower(one.name) == chosen && lower(other.name) != chosen;
    });
    return specs;
}

Result<std::vector<Kernelspec>> fetch_kernelspecs(const Server& server, std::stop_token stop)
{
    net::HttpClient client;
    OI_TRY(const auto response,
           ask(client, server, {.method = "GET", .url = "/api/kernelspecs", .idle_timeout = std::chrono::seconds{20}}, std::move(stop)));
    auto specs = parse_kernelspecs(response.body);
    const std::string who = net::without_credentials(server.url);
    if (!specs) return fail(ErrorKind::protocol, cat(who, " does not answer as a Jupyter server does"), address_hint);
    if (specs->empty())
        return fail(ErrorKind::not_found, cat("the Jupyter server ", who, " has no kernels"), "install one there: ipykernel, IRkernel");
    return specs;
}

}  // namespace oi::kernel::jupyter
