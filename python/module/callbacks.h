// What the session calls in Python: each callback takes the GIL, and what it raises goes to the session as it is.
#pragma once

#include <interpreter/options.h>

#include <pybind11/pybind11.h>

#include <functional>
#include <memory>
#include <string>

// A Python object that any thread may let go.
using Shared = std::shared_ptr<pybind11::object>;
Shared share(pybind11::object object);

// `callbacks`: interpreter.core.callbacks.Callbacks.
interpreter::Completion completion_of(const Shared& callbacks);
std::function<std::optional<std::string>(const std::string&, const std::string&)> hook_of(const Shared& callbacks);
std::function<std::unique_ptr<interpreter::Kernel>()> start_of(const Shared& callbacks, std::string name);
std::function<std::string(const std::string&, std::stop_token)> call_of(const Shared& callbacks, std::string name);

void bind_callbacks(pybind11::module_& module);
