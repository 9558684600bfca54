// Deletions that are asked about in every mode: incidents that people have told of, and the everyday commands that are not.
#include "scan/effects.h"
#include "scan/hints.h"
#include "testing/temp_dir.h"

#include "base/text.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

namespace oi::scan {
namespace {

class DangersTest : public ::testing::Test {
protected:
    DangersTest()
    {
        std::filesystem::create_directories(home + "/trip/src");
        std::filesystem::create_directories(home + "/Documents");
        std::filesystem::create_directories(home + "/.pi/agent/sessions");
        for (const char* name : {"/trip/a.txt", "/trip/src/b.txt", "/Documents/thesis.tex", "/Documents/notes.md", "/.pi/agent/sessions/1"})
            std::ofstream{home + name} << "x";
    }
    std::vector<std::string> dangers(const std::string& language, const std::string& code)
    {
        return dangers_of(read_effects({language, code}, here), here);
    }

    testing::TempDir root;
    std::string home = root.path() + "/ada";
    Surroundings here{.folder = home + "/trip", .workspace = home + "/trip", .home = home, .environment = {"HOME=" + home}};
};

TEST_F(DangersTest, IncidentsAreAskedAbout)
{
    const std::pair<std::string, std::string> incidents[] = {
        {"shell", "rm -rf ~"},
        {"shell", "rm -rf ~/"},
        {"shell", "rm -rf \"$HOME\""},
        {"shell", "rm -rf $HOME/*"},
        {"shell", "sudo rm -rf --no-preserve-root /"},
        {"shell", "rm -rf /*"},
        {"shell", "rm -rf ~/.pi"},                                  // a folder that was there before, outside of the workspace
        {"shell", "ln -sfn x ~/.pi/agent/sessions\nrm -rf ~/.pi"},  // the same after a command that failed
        {"shell", "rm -rf tests/ patches/ plan/ ~/"},               // one stray operand
        {"shell", "rm -rf \"$BUILD_DIR\"/*"},                       // a variable of another session
        {"shell", "rm -rf ${STEAMROOT}/"},
        {"shell", "cd \"$WORK_DIR\"; rm -rf *"},
        {"shell", "cd ~ && rm -rf *"},
        {"shell", "cd / && find . -delete"},
        {"shell", "find ~ -type f -delete"},
        {"shell", "find ~/Documents -name '*' | xargs rm -rf"},
        {"shell", "rm -rf ."},
        {"shell", "rm -rf *"},
        {"shell", "rm -rf ./* .[!.]*"},
        {"shell", "rm -rf .."},
        {"shell", "dd if=/dev/zero of=/dev/sda bs=1M"},
        {"shell", "mkfs.ext4 /dev/nvme0n1"},
        {"shell", "echo x > /dev/sda"},
        {"shell", "bash -c 'rm -rf ~/Documents'"},
        {"shell", "eval \"rm -rf ~/Documents\""},
        {"shell", "for d in a ~/Documents; do rm -rf \"$d\"; done"},
        {"shell", "python3 - <<'X'\nimport shutil\nshutil.rmtree('/home')\nX"},
        {"shell", "rsync -a --delete empty/ ~/Documents/"},
        {"shell", "rm ~/Documents/thesis.tex"},
        {"python", "import shutil, os\nshutil.rmtree(os.path.expanduser('~'))"},
        {"python", "from pathlib import Path\nimport shutil\nshutil.rmtree(Path.home() / 'Documents')"},
        {"python",
         "import os\nfor f in os.listdir(os.path.expanduser('~/Documents')):\n    "
         "os.remove(os.path.join(os.path.expanduser('~/Documents'), f))"},
        {"python",
         "import os, subprocess\nsubprocess.run(['rm', '-rf', os.environ['HOME']])"},  // a shell's rm was refused: the same in Python
        {"python", "import shutil, os\nshutil.rmtree(os.environ.get('WORK_DIR', '') + '/')"},
        {"python", "import os\nos.system('rm -rf ~/Documents')"},
        {"javascript", "const fs = require('fs'), os = require('os');\nfs.rmSync(os.homedir(), {recursive: true, force: true})"},
        {"javascript", "fs.rmSync(`${process.env.WORK_DIR}/`, {recursive: true})"},
        {"powershell", "Remove-Item -Recurse -Force \"$env:WorkDir\\*\""},
        {"powershell", "Get-ChildItem $HOME | Remove-Item -Recurse"},
        {"powershell", "rd /s D:\\"},
        {"ruby", "FileUtils.rm_rf(Dir.home)"},
    };
    for (const auto& [language, code] : incidents) EXPECT_FALSE(dangers(language, code).empty()) << language << ": " << code;
}

TEST_F(DangersTest, EverydayCommandsAreNot)
{
    const std::pair<std::string, std::string> harmless[] = {
        {"shell", "rm -rf build"},
        {"shell", "rm -rf ./src/*"},
        {"shell", "rm -f *.txt"},
        {"shell", "rm -rf /tmp/some-build"},
        {"shell", "tmp=$(mktemp -d); trap 'rm -rf \"$tmp\"' EXIT; ls > \"$tmp/x\""},
        {"shell", "out=build/out; mkdir -p $out; rm -rf \"$out\""},
        {"shell", "rm -rf \"${dir:?}\"/cache"},
        {"shell", "echo 'rm -rf ~'"},
        {"shell", "cat <<X\nrm -rf ~\nX"},
        {"shell", "# rm -rf ~"},
        {"shell", "ls ~ && grep -r rm /etc"},
        {"shell", "find . -name '*.pyc' -delete"},
        {"shell", "rm -rf src/$name"},
        {"python", "import shutil, tempfile\nd = tempfile.mkdtemp()\nshutil.rmtree(d)"},
        {"python", "import shutil\nshutil.rmtree('build', ignore_errors=True)"},
        {"python", "print('rm -rf ~')"},
        {"python", "def clean(path):\n    shutil.rmtree(path)"},
        {"javascript", "fs.rmSync('dist', {recursive: true})"},
        {"powershell", "Remove-Item -Recurse .\\build"},
    };
    for (const auto& [language, code] : harmless) EXPECT_EQ(join(dangers(language, code), "; "), "") << language << ": " << code;
}

TEST_F(DangersTest, TheAbsolutePathAndHowMuchIsThereAreTold)
{
    EXPECT_EQ(dangers("shell", "rm -rf ~/Documents"),
              std::vector<std::string>{cat("deletes ", home, "/Documents: outside of the folder of this conversation, 2 files")});
    EXPECT_EQ(dangers("shell", "rm -rf ~"), std::vector<std::string>{cat("deletes ", home, ": your home folder, 5 files")});
    EXPECT_EQ(
        dangers("shell", "rm -rf \"$NOT_SET_X\"/*").at(0),
        "deletes $NOT_SET_X/* with all that is in it; what NOT_SET_X is cannot be told from the code, and when it is empty that is /*");
    EXPECT_EQ(dangers("shell", "rm -rf *"),
              std::vector<std::string>{cat("deletes ", home, "/trip/*: all of the folder that this conversation works in, 2 files")});
}

TEST_F(DangersTest, ALinkThatLeadsOutsideIsFollowed)
{
    std::filesystem::create_directory_symlink(home + "/Documents", home + "/trip/link");
    EXPECT_FALSE(dangers("shell", "rm -rf link/thesis.tex").empty());
    EXPECT_TRUE(dangers("shell", "rm link").empty());
}

TEST_F(DangersTest, WhatComesAfterTooManyDeletionsIsNotTakenForHarmless)
{
    std::string code;
    for (int i = 0; i < 201; ++i) code += cat("rm build/", i, "\n");
    EXPECT_EQ(dangers("shell", code + "rm -rf ~"),
              std::vector<std::string>{"deletes in more than 200 places: only the first 200 were looked at"});
}

TEST_F(DangersTest, VeryManyFilesAreAskedAboutButNotWhatIsMadeAgain)
{
    for (const char* folder : {"/trip/photos", "/trip/node_modules"}) {
        std::filesystem::create_directories(home + folder);
        for (int i = 0; i < 1001; ++i) std::ofstream{cat(home, folder, "/", i)};
    }
    EXPECT_EQ(dangers("shell", "rm -rf photos"), std::vector<std::string>{cat("deletes ", home, "/trip/photos: 1,001 files")});
    EXPECT_TRUE(dangers("shell", "rm -rf node_modules").empty());
}

}  // namespace
}  // namespace oi::scan
