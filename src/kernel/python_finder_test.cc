// Which Python is chosen, for folders and environments of every kind.
#include "kernel/python_finder.h"
#include "base/text.h"
#include "kernel/kernel_fixture.h"

#include <fstream>
#include <sys/stat.h>

namespace oi::kernel {
namespace {

class ChoosePython : public ::testing::Test {
protected:
    ChoosePython()
    {
        host_.folder = base_.path() + "/project/part";
        EXPECT_TRUE(sys::make_folders(host_.folder));
        host_.environment = {cat("PATH=", base_.path(), "/bin"), cat("HOME=", base_.path())};
        program("bin/python3");
    }
    std::string program(const std::string& name)
    {
        const std::string path = base_.path() + "/" + name;
        EXPECT_TRUE(sys::make_folders(path.substr(0, path.rfind('/'))));
        std::ofstream{path} << "#!/bin/sh\n";
        ::chmod(path.c_str(), 0755);
        return path;
    }
    std::string environment(const std::string& name)
    {
        std::string path = program(name + "/bin/python");
        std::ofstream{base_.path() + "/" + name + "/pyvenv.cfg"} << "\n";
        return path;
    }
    std::string chosen()
    {
        const auto choice = choose_python(host_);
        return choice ? cat(choice->program, " ", choice->origin) : to_line(choice.error());
    }
    std::string at(const std::string& name) { return base_.path() + "/" + name; }

    kernel_tests::TemporaryFolder base_;
    Host host_;
};

TEST_F(ChoosePython, TakesTheSystemsLast)
{
    EXPECT_EQ(chosen(), at("bin/python3") + " at ~/bin/python3");
    host_.environment = {"PATH=/nowhere"};
    EXPECT_EQ(chosen(), "/usr/bin/python3 ");
}

TEST_F(ChoosePython, TakesTheActiveEnvironmentBeforeThatOfTheFolder)
{
    const auto own = environment("project/part/.venv");
    EXPECT_EQ(chosen(), own + " of the virtual environment .venv");
    program("conda/bin/python");
    EXPECT_TRUE(sys::make_folders(at("conda/conda-meta")));
    host_.environment.push_back("CONDA_PREFIX=" + at("conda"));
    EXPECT_EQ(chosen(), at("conda/bin/python") + " of the conda environment ~/conda");
    const auto active = environment("active");
    host_.environment.push_back("VIRTUAL_ENV=" + at("active"));
    EXPECT_EQ(chosen(), active + " of the virtual environment ~/active");
    host_.environment.back() = "VIRTUAL_ENV=" + at("gone");
    EXPECT_EQ(chosen(), at("conda/bin/python") + " of the conda environment ~/conda");
}

TEST_F(ChoosePython, LooksUpToTheProjectsRootAndNoFurther)
{
    const auto root = environment("project/.venv");
    EXPECT_EQ(chosen(), at("bin/python3") + " at ~/bin/python3") << "nothing says that this is one project";
    std::ofstream{at("project/pyproject.toml")} << "\n";
    EXPECT_EQ(chosen(), root + " of the virtual environment ~/project/.venv");
    std::ofstream{at("project/part/pyproject.toml")} << "\n";
    EXPECT_EQ(chosen(), at("bin/python3") + " at ~/bin/python3");
}

TEST_F(ChoosePython, ThePersonsWordGoesBeforeAll)
{
    environment("project/part/.venv");
    const auto other = environment("other");
    host_.environment.push_back("VIRTUAL_ENV=" + at("project/part/.venv"));
    for (const auto& named : {at("other"), at("other/"), other, std::string{"~/other"}, std::string{"../../other"}}) {
        host_.python = named;
        EXPECT_EQ(chosen(), other + " of the virtual environment ~/other") << named;
    }
    host_.python_is_default = true;
    EXPECT_EQ(chosen(), at("project/part/.venv/bin/python") + " of the virtual environment .venv");
    host_.environment.pop_back();
    std::filesystem::remove_all(at("project/part/.venv"));
    EXPECT_EQ(chosen(), other + " of the virtual environment ~/other");
    const auto versioned = program("bin/python3.99");
    for (const char* named : {"python3.99", "3.99"}) {
        host_.python = named;
        EXPECT_EQ(chosen(), versioned + " at ~/bin/python3.99");
    }
}

TEST_F(ChoosePython, SaysWhatIsWrongWithWhatThePersonNamed)
{
    const std::string hint = "give a program, a name on the PATH, or the folder of a virtual environment";
    const auto error = [&](const std::string& named) {
        host_.python = named;
        const auto choice = choose_python(host_);
        EXPECT_FALSE(choice);
        EXPECT_EQ(choice.error().hint, hint);
        EXPECT_EQ(choice.error().kind, ErrorKind::not_found);
        return choice.error().what;
    };
    EXPECT_EQ(error("python9"), "--python python9: no such program");
    EXPECT_EQ(error("/nowhere/python"), "--python /nowhere/python: no such program");
    EXPECT_EQ(error("."), "--python .: the folder holds no bin/python");
    std::ofstream{at("project/part/file")} << "\n";
    EXPECT_EQ(error("./file"), "--python ./file: the file is no program");
}

}  // namespace
}  // namespace oi::kernel
