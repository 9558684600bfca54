// Jupyter kernels as languages: those installed here, and those of a server.
#pragma once

#include "core/kernel.h"
#include "kernel/jupyter/kernelspec.h"

#include <span>
#include <string>
#include <vector>

namespace oi {

// A language for each installed kernelspec, named like its folder, or "jupyter-NAME" where one of `others` has that name;
// also called as its own language is called, where that is free ("r" for "ir"), and "ipython" for the first of Python.
// The model is told only of those whose language `others` do not run.
std::vector<Language> jupyter_languages(std::span<const std::string> environment, const std::vector<Language>& others);

namespace kernel::jupyter {

// The same of kernelspecs that are given; each is started by what `starter` gives for it.
using Starter = std::function<std::function<Result<std::unique_ptr<Kernel>>(const Host&)>(const Kernelspec&)>;
std::vector<Language> to_languages(const std::vector<Kernelspec>& specs, const std::vector<Language>& others, const Starter& starter);

}  // namespace kernel::jupyter
}  // namespace oi
