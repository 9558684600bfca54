// TempDir: a fresh folder for one test, removed with all it holds when the test ends.
#pragma once

#include <string>
#include <string_view>

namespace oi::testing {

class TempDir {
public:
    TempDir();
    ~TempDir();
    TempDir(const TempDir&) = delete;
    TempDir& operator=(const TempDir&) = delete;

    const std::string& path() const { return path_; }
    std::string operator/(std::string_view name) const;                        // PATH/name
    std::string write(std::string_view name, std::string_view content) const;  // makes the file; its path

private:
    std::string path_;
};

}  // namespace oi::testing
