// TempDir: mkdtemp and its opposite.
#include "testing/temp_dir.h"

#include "base/text.h"
#include "sys/files.h"

#include <cstdio>
#include <cstdlib>
#include <filesystem>

namespace oi::testing {

TempDir::TempDir()
{
    path_ = sys::environment("TMPDIR", "/tmp") + "/oi-test-XXXXXX";
    if (!::mkdtemp(path_.data())) {
        std::perror(path_.c_str());
        std::abort();
    }
}

TempDir::~TempDir()
{
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
}

std::string TempDir::operator/(std::string_view name) const { return cat(path_, "/", name); }

std::string TempDir::write(std::string_view name, std::string_view content) const
{
    const std::string path = *this / name;
    if (const auto written = sys::write_file(path, content); !written) {
        std::fprintf(stderr, "%s\n", to_line(written.error()).c_str());
        std::abort();
    }
    return path;
}

}  // namespace oi::testing
