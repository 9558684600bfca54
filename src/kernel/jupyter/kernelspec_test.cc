// Finding kernelspecs and naming them.
#include "kernel/jupyter/kernelspec.h"

#include "base/text.h"
#include "kernel/jupyter/languages.h"
#include "kernel/kernel_fixture.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace oi::kernel::jupyter {
namespace {

using kernel_tests::TemporaryFolder;

void install(const std::string& data, const std::string& name, const std::string& json)
{
    std::filesystem::create_directories(cat(data, "/kernels/", name));
    ASSERT_TRUE(sys::write_file(cat(data, "/kernels/", name, "/kernel.json"), json));
}

std::string spec(const std::string& display, const std::string& language)
{
    return cat(R"({"argv":["prog","{connection_file}"],"display_name":")", display, R"(","language":")", language, R"("})");
}

const Kernelspec* named(const std::vector<Kernelspec>& specs, std::string_view name)
{
    const auto found = std::find_if(specs.begin(), specs.end(), [&](const Kernelspec& one) { return one.name == name; });
    return found == specs.end() ? nullptr : &*found;
}

TEST(Kernelspecs, AreReadWithAllThatMatters)
{
    const auto one = parse_kernelspec(
        R"({"argv":["julia","-i","{connection_file}"],"display_name":"Julia 1.9","language":"julia","interrupt_mode":"message","env":{"A":"${B}"}})",
        "Julia-1.9", "/x");
    ASSERT_TRUE(one);
    EXPECT_EQ(one->name, "julia-1.9");
    EXPECT_EQ(one->display_name, "Julia 1.9");
    EXPECT_EQ(one->argv, (std::vector<std::string>{"julia", "-i", "{connection_file}"}));
    EXPECT_TRUE(one->is_interrupted_by_message);
    EXPECT_EQ(one->environment, (std::vector<std::pair<std::string, std::string>>{{"A", "${B}"}}));
    EXPECT_FALSE(parse_kernelspec("{}", "x", "/x"));
    EXPECT_FALSE(parse_kernelspec("[", "x", "/x"));
}

TEST(Kernelspecs, AreFoundWhereJupyterLooksTheNearestFirst)
{
    TemporaryFolder folder;
    const std::string path = folder.path() + "/path", home = folder.path() + "/home", venv = folder.path() + "/venv";
    install(path, "here", spec("from the path", "a"));
    install(home + "/.local/share/jupyter", "here", spec("shadowed", "a"));
    install(home + "/.local/share/jupyter", "own", spec("own", "b"));
    install(home + "/.local/share/jupyter", "broken", "no json");
    install(venv + "/share/jupyter", "InVenv", spec("of the environment", "c"));
    const auto found = find_kernelspecs(std::vector<std::string>{"JUPYTER_PATH=/none:" + path, "HOME=" + home, "VIRTUAL_ENV=" + venv});
    ASSERT_TRUE(named(found, "here"));
    EXPECT_EQ(named(found, "here")->display_name, "from the path");
    EXPECT_TRUE(named(found, "own"));
    EXPECT_TRUE(named(found, "invenv"));
    EXPECT_FALSE(named(found, "broken"));
}

TEST(Kernelspecs, BecomeLanguagesThatShadowNothing)
{
    const std::vector<Language> others{{.name = "python", .aliases = {"py", "python3"}}, {.name = "shell", .aliases = {"bash"}}};
    const std::vector<Kernelspec> specs{{.name = "python3", .display_name = "Python 3", .language = "python", .argv = {"p"}},
                                        {.name = "ir", .display_name = "R", .language = "R", .argv = {"R"}},
                                        {.name = "bash", .display_name = "Bash", .language = "bash", .argv = {"b"}},
                                        {.name = "r-devel", .display_name = "R devel", .language = "R", .argv = {"R"}}};
    const auto languages = to_languages(specs, others, [](const Kernelspec&) { return nullptr; });
    ASSERT_EQ(languages.size(), 4U);
    EXPECT_EQ(languages[0].name, "jupyter-python3");
    EXPECT_EQ(languages[0].aliases, std::vector<std::string>{"ipython"});
    EXPECT_FALSE(languages[0].is_offered);
    EXPECT_EQ(languages[1].name, "ir");
    EXPECT_EQ(languages[1].aliases, std::vector<std::string>{"r"});
    EXPECT_TRUE(languages[1].is_offered);
    EXPECT_EQ(languages[2].name, "jupyter-bash");
    EXPECT_TRUE(languages[3].aliases.empty());
}

}  // namespace
}  // namespace oi::kernel::jupyter
