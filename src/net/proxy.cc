// Proxies: the variables are those that curl and Python's requests read.
#include "net/proxy.h"

#include "base/text.h"
#include "net/http.h"
#include "sys/files.h"

namespace oi::net {

namespace {

std::string variable(std::string_view name)
{
    const std::string small = lower(name);
    if (auto value = sys::environment(small.c_str()); !value.empty()) return value;
    // A web server sets HTTP_PROXY for its CGI programs from a header of whoever asks.
    if (name == "HTTP_PROXY" && !sys::environment("REQUEST_METHOD").empty()) return {};
    return sys::environment(std::string{name}.c_str());
}

}  // namespace

std::string proxy_for(std::string_view url)
{
    if (is_loopback(host_of(url))) return {};
    auto proxy = variable(lower(url).starts_with("https:") ? "HTTPS_PROXY" : "HTTP_PROXY");
    return proxy.empty() ? variable("ALL_PROXY") : proxy;
}

std::string proxy_name(std::string_view url)
{
    const std::string proxy = proxy_for(url);
    return proxy.empty() ? "the proxy" : cat("the proxy ", without_credentials(origin_of(proxy)));
}

Error proxy_refusal(int status, std::string_view url)
{
    const auto words = status_name(status);
    const std::string answer = cat(status, words.empty() ? "" : " ", words);
    if (status == 407)
        return {ErrorKind::auth, cat(proxy_name(url), " wants a name and a password: ", answer),
                "write them into its address: HTTPS_PROXY=http://NAME:PASSWORD@HOST:PORT"};
    if (status >= 500)
        return {ErrorKind::network, cat(proxy_name(url), " could not reach ", host_of(url), ": ", answer), "try again later"};
    return {ErrorKind::denied, cat(proxy_name(url), " does not let requests to ", host_of(url), " pass: ", answer),
            cat("ask who runs it, or leave it out with NO_PROXY=", host_of(url))};
}

}  // namespace oi::net
