// Which Python runs the cells: the environment that the person works in, never ours.
#pragma once

#include "core/kernel.h"

#include <string>

namespace oi::kernel {

// The interpreter's path, or "". In this order: the active virtualenv, the active conda environment, `.venv` of
// the folder, python3 on the PATH (what a pyenv shim stands for, without the shim's delay), /usr/bin/python3.
std::string find_python(const Host& host);

}  // namespace oi::kernel
