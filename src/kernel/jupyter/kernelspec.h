// Kernelspec: what an installed Jupyter kernel is called and how it is started
// (https://jupyter-client.readthedocs.io/en/stable/kernels.html#kernel-specs).
#pragma once

#include "base/error.h"

#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace oi::kernel::jupyter {

struct Kernelspec {
    std::string name;  // of its folder, lower case
    std::string display_name;
    std::string language;           // "python", "R"
    std::vector<std::string> argv;  // with {connection_file} and {resource_dir} still in it
    std::vector<std::pair<std::string, std::string>> environment;
    bool is_interrupted_by_message = false;
    std::string folder;  // its own
};

// The text of a kernel.json. invalid: it is none.
Result<Kernelspec> parse_kernelspec(std::string_view text, std::string name, std::string folder);

// Those that are installed, each name once, in the order in which Jupyter looks for them: JUPYTER_PATH, the person's own,
// the active environment's, the system's. What is no kernelspec is passed over.
std::vector<Kernelspec> find_kernelspecs(std::span<const std::string> environment);

}  // namespace oi::kernel::jupyter
