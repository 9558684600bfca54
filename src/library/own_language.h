// Languages of the program's own, as the core knows them.
#pragma once

#include "core/kernel.h"
#include "interpreter/options.h"
#include "library/callbacks.h"

#include <memory>

namespace interpreter {

oi::Language own_language(const Language& language, std::shared_ptr<Callbacks> callbacks);

}  // namespace interpreter
