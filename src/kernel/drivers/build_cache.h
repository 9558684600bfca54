// BuildCache: programs that cells were compiled to, kept so that the same cell need not be compiled again.
#pragma once

#include "base/error.h"

#include <optional>
#include <string>
#include <string_view>

namespace oi::kernel {

// Each build is a folder: `recipe` (all that it was made from), `program`, and `said`, what the compiler had to say. A build
// is made in a folder of its own and put in its place by one rename, so that sessions at the same time do not collide.
class BuildCache {
public:
    struct Limits {
        std::size_t builds = 200;
        std::size_t bytes = 512UL << 20;
    };

    // Uses $XDG_CACHE_HOME or ~/.cache, /open-interpreter/builds; where that cannot be written, a private folder
    // below /tmp that goes with the object.
    static Result<BuildCache> open();
    BuildCache(std::string folder, Limits limits) : folder_{std::move(folder)}, limits_{limits} {}
    BuildCache(BuildCache&& other) noexcept;
    BuildCache& operator=(BuildCache&&) = delete;
    ~BuildCache();

    // The folder of the build of exactly this recipe; nullopt: there is none.
    std::optional<std::string> find(std::string_view recipe) const;
    // A new empty folder to build in.
    Result<std::string> make_workshop() const;
    // Makes a finished workshop the build of `recipe` and gives its folder. Then the builds that were used longest
    // ago go, until the limits hold.
    Result<std::string> keep(const std::string& workshop, std::string_view recipe) const;
    static void remove(const std::string& folder);

    const std::string& folder() const { return folder_; }
    bool is_private() const { return is_private_; }

private:
    void prune() const;
    std::string place_of(std::string_view recipe) const;

    std::string folder_;
    Limits limits_;
    bool is_private_ = false;
};

}  // namespace oi::kernel
