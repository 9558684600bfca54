// The program's own model as what carries requests in place of HTTP.
#pragma once

#include "interpreter/options.h"
#include "library/callbacks.h"
#include "net/http_client.h"

#include <memory>

namespace interpreter {

oi::net::Send send_through(Completion completion, std::shared_ptr<Callbacks> callbacks);

}  // namespace interpreter
