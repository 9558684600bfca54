// A Jupyter Server, Kernel Gateway or Enterprise Gateway, as its HTTP interface shows it
// (https://jupyter-server.readthedocs.io/en/latest/developers/rest-api.html).
#pragma once

#include "base/error.h"
#include "kernel/jupyter/kernelspec.h"
#include "net/http_client.h"

#include <stop_token>
#include <string>
#include <vector>

namespace oi::kernel::jupyter {

struct Server {
    std::string url;    // with its base path, without a slash at the end
    std::string token;  // or ""; shown nowhere
};

// From what a person gives: an address as a browser shows it may end in /lab, /tree or ?token=...
Result<Server> make_server(std::string_view url, std::string_view token);

// The header that proves who asks; nothing without a token.
net::Headers proof(const Server& server);

// One request below the address ("/api/kernels"). Errors: auth, not_found (404), network, timeout, protocol; all name the server.
Result<net::HttpResponse> ask(net::HttpClient& client, const Server& server, net::HttpRequest request, std::stop_token stop);

// What the server can start, its default first.
Result<std::vector<Kernelspec>> fetch_kernelspecs(const Server& server, std::stop_token stop);
Result<std::vector<Kernelspec>> parse_kernelspecs(std::string_view json);

}  // namespace oi::kernel::jupyter
