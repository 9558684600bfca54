// The cache of builds; see build_cache.h.
#include "kernel/drivers/build_cache.h"

#include "base/text.h"
#include "sys/files.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fcntl.h>
#include <filesystem>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>
#include <vector>

namespace oi::kernel {

namespace {

namespace fs = std::filesystem;
constexpr std::size_t name_length = 16;
constexpr std::string_view workshop_prefix = "making-";
constexpr auto workshop_age = std::chrono::hours{24};  // older ones belong to nobody any more

// FNV-1a; the recipe itself is compared too, so a collision only costs a compilation.
std::uint64_t hash(std::string_view text)
{
    std::uint64_t value = 14695981039346656037U;
    for (const char c : text) value = (value ^ static_cast<unsigned char>(c)) * 1099511628211U;
    return value;
}

struct Build {
    fs::path folder;
    fs::file_time_type used;
    std::size_t bytes = 0;
};

std::size_t size_of(const fs::path& folder)
{
    std::size_t bytes = 0;
    std::error_code error;
    for (const auto& file : fs::directory_iterator{folder, error}) {
        const auto size = file.file_size(error);
        if (!error) bytes += size;
    }
    return bytes;
}

bool can_write(const std::string& folder) { return sys::make_folders(folder).has_value() && ::access(folder.c_str(), W_OK | X_OK) == 0; }

}  // namespace

Result<BuildCache> BuildCache::open()
{
    std::string folder = cat(sys::environment("XDG_CACHE_HOME", sys::home_folder() + "/.cache"), "/open-interpreter/builds");
    if (can_write(folder)) return BuildCache{std::move(folder), {}};
    std::string path = "/tmp/open-interpreter-builds-XXXXXX";
    if (!::mkdtemp(path.data())) return fail_errno(cat("a folder for builds, neither ", folder, " nor ", path));
    BuildCache cache{std::move(path), {}};
    cache.is_private_ = true;
    return cache;
}

BuildCache::BuildCache(BuildCache&& other) noexcept
    : folder_{std::move(other.folder_)}, limits_{other.limits_}, is_private_{std::exchange(other.is_private_, false)}
{
}

BuildCache::~BuildCache()
{
    if (is_private_) remove(folder_);
}

std::string BuildCache::place_of(std::string_view recipe) const
{
    std::array<char, name_length + 1> name{};
    std::snprintf(name.data(), name.size(), "%016lx", static_cast<unsigned long>(hash(recipe)));
    return cat(folder_, "/", name.data());
}

std::optional<std::string> BuildCache::find(std::string_view recipe) const
{
    std::string place = place_of(recipe);
    const auto kept = sys::read_file(place + "/recipe");
    if (!kept || *kept != recipe) return {};
    ::utimensat(AT_FDCWD, place.c_str(), nullptr, 0);  // used just now
    return place;
}

Result<std::string> BuildCache::make_workshop() const
{
    std::string path = cat(folder_, "/", workshop_prefix, "XXXXXX");
    if (!::mkdtemp(path.data())) {
        OI_CHECK(sys::make_folders(folder_));  // someone has cleared the cache
        path = cat(folder_, "/", workshop_prefix, "XXXXXX");
        if (!::mkdtemp(path.data())) return fail_errno(path);
    }
    return path;
}

Result<std::string> BuildCache::keep(const std::string& workshop, std::string_view recipe) const
{
    OI_CHECK(sys::write_file(workshop + "/recipe", recipe));
    std::string place = place_of(recipe);
    if (::rename(workshop.c_str(), place.c_str()) != 0) {
        // Another session was faster, or another recipe has the same hash.
        if (find(recipe)) {
            remove(workshop);
            return place;
        }
        remove(place);
        if (::rename(workshop.c_str(), place.c_str()) != 0) return fail_errno(place);
    }
    prune();
    return place;
}

void BuildCache::remove(const std::string& folder)
{
    std::error_code error;
    fs::remove_all(folder, error);
}

void BuildCache::prune() const
{
    std::vector<Build> builds;
    std::size_t bytes = 0;
    std::error_code error;
    const auto now = fs::file_time_type::clock::now();
    for (const auto& entry : fs::directory_iterator{folder_, error}) {
        const bool is_workshop = entry.path().filename().string().starts_with(workshop_prefix);
        const auto used = entry.last_write_time(error);
        if (error) continue;  // gone meanwhile
        if (is_workshop && now - used > workshop_age) remove(entry.path());
        if (is_workshop || entry.path().filename().string().size() != name_length) continue;  // not ours
        builds.push_back({entry.path(), used, size_of(entry.path())});
        bytes += builds.back().bytes;
    }
    std::sort(builds.begin(), builds.end(), [](const Build& a, const Build& b) { return a.used < b.used; });
    std::size_t count = builds.size();
    for (const auto& build : builds) {
        if (count <= 1 || (count <= limits_.builds && bytes <= limits_.bytes)) break;
        remove(build.folder);
        --count;
        bytes -= build.bytes;
    }
}

}  // namespace oi::kernel
