// Provider keys stay out of the kernels; everything else of the person's environment goes in.
#include "kernel/environment.h"
#include "kernel/kernel_fixture.h"
#include "kernel/python_finder.h"
#include "testing/environment.h"

#include <algorithm>
#include <fstream>
#include <sys/stat.h>

namespace oi::kernel_tests {
namespace {

TEST(KernelEnvironment, LeavesProviderVariablesOut)
{
    for (const char* name :
         {"OPENAI_API_KEY", "ANTHROPIC_API_KEY", "OPENAI_BASE_URL", "AZURE_API_BASE", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN",
          "AWS_ACCESS_KEY_ID", "AWS_BEARER_TOKEN_BEDROCK", "GOOGLE_APPLICATION_CREDENTIALS", "VERTEXAI_CREDENTIALS", "HF_TOKEN",
          "REPLICATE_API_TOKEN", "OPENROUTER_API_KEY", "INTERPRETER_MODEL", "SOME_NEW_VENDOR_API_KEY", "JUPYTER_TOKEN"})
        EXPECT_TRUE(is_provider_variable(name)) << name;
    for (const char* name : {"PATH", "HOME", "LANG", "VIRTUAL_ENV", "AWS_REGION", "AWS_PROFILE", "AWS_SHARED_CREDENTIALS_FILE",
                             "GOOGLE_CLOUD_PROJECT", "DATABASE_URL", "KEYBOARD", "GITHUB_TOKEN"})
        EXPECT_FALSE(is_provider_variable(name)) << name;
}

TEST(KernelEnvironment, IsOurOwnWithoutThem)
{
    ::setenv("OPENAI_API_KEY", "sk-secret", 1);
    ::setenv("KERNEL_TEST_ORDINARY", "kept", 1);
    const auto environment = kernel_environment();
    ::unsetenv("OPENAI_API_KEY");
    EXPECT_NE(std::find(environment.begin(), environment.end(), "KERNEL_TEST_ORDINARY=kept"), environment.end());
    for (const auto& entry : environment) EXPECT_EQ(entry.find("sk-secret"), std::string::npos);
}

TEST(KernelEnvironment, HasUtf8WhereNoLocaleIsSet)
{
    const auto has = [](const std::string& entry) {
        const auto environment = kernel_environment();
        return std::find(environment.begin(), environment.end(), entry) != environment.end();
    };
    const oi::testing::Environment all{"LC_ALL", ""}, type{"LC_CTYPE", ""};
    {
        const oi::testing::Environment language{"LANG", ""};
        EXPECT_TRUE(has("LC_CTYPE=C.UTF-8"));
    }
    const oi::testing::Environment language{"LANG", "de_DE.UTF-8"};
    EXPECT_FALSE(has("LC_CTYPE=C.UTF-8"));
}

TEST(KernelEnvironment, NoPagerWaitsForAKey)
{
    ::setenv("TERM", "xterm-256color", 1);
    ::setenv("PAGER", "/usr/bin/less -R", 1);
    ::setenv("GIT_PAGER", "delta --paging=never", 1);
    const auto environment = kernel_environment();
    for (const char* name : {"TERM", "PAGER", "GIT_PAGER"}) ::unsetenv(name);
    for (const char* entry : {"TERM=dumb", "PAGER=cat", "MANPAGER=cat", "GIT_PAGER=delta --paging=never"})
        EXPECT_EQ(std::count(environment.begin(), environment.end(), entry), 1) << entry;
    EXPECT_EQ(std::count(environment.begin(), environment.end(), "TERM=xterm-256color"), 0);
}

class PythonFinder : public ::testing::Test {
protected:
    std::string program(const std::string& path)
    {
        const std::string whole = folder_.path() + "/" + path;
        std::filesystem::create_directories(std::filesystem::path{whole}.parent_path());
        std::ofstream{whole} << "#!/bin/sh\n";
        ::chmod(whole.c_str(), 0755);
        return whole;
    }
    void file(const std::string& path, const std::string& text)
    {
        const std::string whole = folder_.path() + "/" + path;
        std::filesystem::create_directories(std::filesystem::path{whole}.parent_path());
        std::ofstream{whole} << text;
    }
    std::string find(std::vector<std::string> environment, const std::string& folder = "project/deep")
    {
        return kernel::find_python({.folder = folder_.path() + "/" + folder, .environment = std::move(environment)});
    }
    TemporaryFolder folder_;
};

TEST_F(PythonFinder, TakesTheActiveEnvironmentThenTheFoldersThenThePath)
{
    const auto path = program("bin/python3");
    const std::string on_path = "PATH=" + folder_.path() + "/bin";
    EXPECT_EQ(find({on_path}), path);
    const auto local = program("project/deep/.venv/bin/python");
    EXPECT_EQ(find({on_path}), local);
    const auto conda = program("conda/bin/python");
    EXPECT_EQ(find({on_path, "CONDA_PREFIX=" + folder_.path() + "/conda"}), conda);
    const auto active = program("active/bin/python");
    EXPECT_EQ(find({on_path, "CONDA_PREFIX=" + folder_.path() + "/conda", "VIRTUAL_ENV=" + folder_.path() + "/active"}), active);
    EXPECT_EQ(find({on_path, "VIRTUAL_ENV=" + folder_.path() + "/deleted"}), local);
}

TEST_F(PythonFinder, LooksBehindAPyenvShim)
{
    const auto shim = program("pyenv/shims/python3");
    const auto global = program("pyenv/versions/3.11.7/bin/python3");
    const auto local = program("pyenv/versions/3.12.1/bin/python3");
    const auto system = program("bin/python3");
    const std::string path = "PATH=" + folder_.path() + "/pyenv/shims:" + folder_.path() + "/bin";
    file("pyenv/version", "3.11.7\n");
    EXPECT_EQ(find({path}), global);
    file("project/.python-version", "3.12.1\n");
    EXPECT_EQ(find({path}), local);
    EXPECT_EQ(find({path, "PYENV_VERSION=system"}), system);
    EXPECT_EQ(find({path, "PYENV_VERSION=3.99"}), shim);  // not ours to judge: the shim says it
}

TEST(Languages, AreFoundByTheirAliases)
{
    const auto languages = built_in_languages();
    for (const auto& [alias, name] :
         {std::pair{"PY", "python"}, {"bash", "shell"}, {"sh", "shell"}, {"zsh", "zsh"}, {"Node", "javascript"}, {"js", "javascript"}}) {
        const auto* language = find_language(languages, alias);
        ASSERT_TRUE(language) << alias;
        EXPECT_EQ(language->name, name);
    }
    EXPECT_EQ(find_language(languages, "cobol"), nullptr);
}

TEST(Languages, AMissingRuntimeNamesTheProgramAndWhatBringsIt)
{
    for (const auto& language : built_in_languages()) {
        if (language.name == "python" || !language.find_runtime) continue;  // /usr/bin/python3 is its last resort; SQL is built in
        const auto started = language.start({.folder = "/", .environment = {"PATH=/nowhere"}});
        ASSERT_FALSE(started);
        EXPECT_EQ(started.error().kind, ErrorKind::not_found);
        const std::string remedy = language.package.empty() ? "" : "apt install " + language.package;
        EXPECT_NE(started.error().hint.find(remedy), std::string::npos) << language.name;
        EXPECT_NE(started.error().hint, "") << language.name;
    }
}

}  // namespace
}  // namespace oi::kernel_tests
