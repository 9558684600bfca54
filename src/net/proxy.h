// Proxies: which one the environment names for an address, and what it means when one refuses.
#pragma once

#include "base/error.h"

#include <string>
#include <string_view>

namespace oi::net {

// The proxy on the way to `url`: https_proxy or http_proxy by its scheme, then all_proxy, each also in capitals; "": none, as
// always for loopback. Whether NO_PROXY excepts the host is not looked at: that is curl's part.
std::string proxy_for(std::string_view url);

// "the proxy http://host:3128", without the credentials of its address.
std::string proxy_name(std::string_view url);

// A proxy that answered with `status` (300 and above) where a connection to the server of `url` was wanted. Kinds: auth (407),
// denied (other 4xx), network (5xx: another try may help).
Error proxy_refusal(int status, std::string_view url);

}  // namespace oi::net
