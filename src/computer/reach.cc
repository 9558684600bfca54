// Places and policies; see reach.h.
#include "computer/reach.h"

#include "base/text.h"

#include <algorithm>
#include <climits>
#include <cstdlib>
#include <memory>
#include <unistd.h>

namespace oi::computer {

namespace {

using Files = SandboxPolicy::Files;

bool is_below(std::string_view path, const std::string& folder)
{
    const std::string root = folder.empty() ? "" : resolved(folder);
    if (root.empty() || !path.starts_with(root)) return false;
    return root == "/" || path.size() == root.size() || path[root.size()] == '/';
}

bool is_below_any(std::string_view path, const std::vector<std::string>& folders)
{
    return std::any_of(folders.begin(), folders.end(), [&](const auto& folder) { return is_below(path, folder); });
}

}  // namespace

std::string resolved(const std::string& path)
{
    const std::unique_ptr<char, decltype(&std::free)> real{::realpath(path.c_str(), nullptr), &std::free};
    return real ? real.get() : "";
}

std::string place_of(const sys::Fd& file)
{
    char real[PATH_MAX];
    const ssize_t length = ::readlink(cat("/proc/self/fd/", file.get()).c_str(), real, sizeof real);
    return {real, static_cast<std::size_t>(std::max<ssize_t>(length, 0))};
}

bool may_write(std::string_view place, const SandboxPolicy& policy)
{
    if (policy.files == Files::all) return true;
    return policy.files == Files::workspace && (is_below(place, policy.workspace) || is_below_any(place, policy.writable));
}

bool may_read(std::string_view place, const SandboxPolicy& policy)
{
    return policy.files == Files::all || is_below(place, policy.workspace) || is_below_any(place, policy.writable);
}

}  // namespace oi::computer
