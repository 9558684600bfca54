// Node.js, which runs JavaScript and what can be turned into it.
#pragma once

#include "kernel/process_kernel.h"

#include <string>

namespace oi::language {

// The path of node; empty: there is none.
std::string find_node(const Host& host);

// The runtime of share/kernels/javascript.js in that node.
kernel::Runtime node_runtime(const std::string& node);

}  // namespace oi::language
