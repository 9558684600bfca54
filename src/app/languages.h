// Which languages there are: the built-in ones and the Jupyter kernels of this machine, or those of a Jupyter server alone.
#pragma once

#include "core/kernel.h"
#include "core/settings.h"

#include <span>
#include <string>
#include <vector>

namespace oi {

// invalid: what is to confine code would confine nothing, as it runs on a Jupyter server.
Result<void> check_confinable(const Settings& settings);

// `environment`: that of the kernels, which says where kernelspecs are. With --jupyter_url the server is asked; errors name it.
Result<std::vector<Language>> languages_of(const Settings& settings, std::span<const std::string> environment);

}  // namespace oi
