// The environment that kernels get: the person's own, less what opens model providers.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace oi {

// Our own environment without provider variables, as "NAME=value"; TERM is dumb, and a pager that would want keys is `cat`.
std::vector<std::string> kernel_environment();

// Whether a variable of that name stays with us.
bool is_provider_variable(std::string_view name);

}  // namespace oi
