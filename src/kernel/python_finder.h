// Which Python runs the cells: the environment that the person works in, never ours.
#pragma once

#include "core/kernel.h"

#include <string>

namespace oi::kernel {

struct PythonChoice {
    std::string program;      // a path
    std::string origin{};     // "of the virtual environment .venv"; empty: the plain one of the system
    std::string environment;  // the folder of that virtual environment; empty: it is none
};

// In this order: what the person named (Host::python; of a profile only after the next three), the active virtualenv, the
// active conda environment, `.venv` of the folder or of a folder above it up to the project's root (pyproject.toml, .git),
// python3 on the PATH (what a pyenv shim stands for, without the shim's delay), /usr/bin/python3.
// Errors: not_found names the missing program, or what is wrong with the one that the person named.
Result<PythonChoice> choose_python(const Host& host);

// The path of choose_python(), or "".
std::string find_python(const Host& host);

}  // namespace oi::kernel
