// What code seems to touch, language by language, and what is said of it.
#include "scan/effects.h"

#include "base/text.h"
#include "scan/hints.h"
#include "scan/reviewer.h"
#include "testing/temp_dir.h"

#include <gtest/gtest.h>

#include <filesystem>

namespace oi::scan {
namespace {

const Surroundings here{
    .folder = "/home/ada/trip", .workspace = "/home/ada/trip", .home = "/home/ada", .environment = {"HOME=/home/ada", "DATA=/srv/data"}};

std::string hints(std::string language, std::string code)
{
    const Surroundings place = here;
    return join(hints_of(read_effects({std::move(language), std::move(code)}, place), place), "; ");
}

struct Row {
    std::string language;
    std::string code;
    std::string expected;
};

TEST(Effects, AreReadFromTheCode)
{
    const Row rows[] = {
        {"shell", "ls -la && pwd", ""},
        {"shell", "echo hi > out.txt; cat a >> /etc/hosts 2>/dev/null", "writes ./out.txt and /etc/hosts"},
        {"shell", "cp a b; mv c d/; tee log < x; sed -i s/a/b/ f.txt", "writes ./b, ./d, ./log and ./f.txt; moves away ./c"},
        {"shell", "rm -rf build 'my dir' ~/old", "deletes ./build, ./my dir and ~/old"},
        {"shell", "x=build; rm -rf \"$x/out\" ${y:-tmp}", "deletes ./build/out and ./tmp"},
        {"shell", "rm -rf $NOT_SET_X/out", "deletes `$NOT_SET_X/out`"},
        {"shell", "cd sub && rm -f *.tmp; (cd ..; rm a); rm b", "deletes ./sub/*.tmp, ./a and ./sub/b"},
        {"shell", "for d in a b; do rm -r $d; done", "deletes ./a and ./b"},
        {"shell", "find logs -name '*.log' -delete", "deletes ./logs"},
        {"shell", "curl -sS https://api.github.com/x -o page.json", "writes ./page.json; network: api.github.com"},
        {"shell", "pip install pandas 'numpy>1'", "uses the network; installs pandas and numpy>1"},
        {"shell", "python3 -m pip install -q rich", "uses the network; installs rich"},
        {"shell", "sudo apt-get install -y jq", "uses the network; installs jq; asks for the rights of root"},
        {"shell", "python3 -c 'import os; os.remove(\"a\")'", "deletes ./a"},
        {"shell", "python3 <<X\nopen('b','w')\nX", "writes ./b"},
        {"shell", "bash -c 'rm -r c'", "deletes ./c"},
        {"shell", "find . -name x | xargs rm -f; timeout 5 rm d", "deletes . and ./d"},
        {"shell", "git clone git@github.com:a/b.git", "network: github.com"},
        {"shell", "touch \"$DATA/x\"", "writes /srv/data/x"},
        {"python", "print(open('a').read())", ""},
        {"python", "with open('out.csv', 'w') as f:\n    f.write('x')", "writes ./out.csv"},
        {"python", "open('x', mode='a')", "writes ./x"},
        {"python", "import shutil, os\np = os.path.join('a', 'b')\nshutil.rmtree(p)\nos.remove(os.path.expanduser('~/c'))",
         "deletes ./a/b and ~/c"},
        {"python", "from pathlib import Path\n(Path.home() / 'x').unlink()\nPath('y').write_text('z')", "deletes ~/x; writes ./y"},
        {"python", "for f in Path('logs').glob('*.log'):\n    f.unlink()", "deletes ./logs/*.log"},
        {"python", "df.to_csv('t.csv'); requests.get(f'https://api.example.com/{x}')", "writes ./t.csv; network: api.example.com"},
        {"python", "import subprocess\nsubprocess.run(['rm', '-rf', 'a b'])", "deletes ./a b; runs rm"},
        {"python", "subprocess.run('rm -rf c', shell=True); os.system('touch d')", "deletes ./c; writes ./d; runs rm"},
        {"python", "!rm -r e", "deletes ./e"},
        {"python", "%%bash\nrm f", "deletes ./f"},
        {"python", "# os.remove('a')\ns = \"os.remove('b')\"", ""},
        {"python", "computer.run('shell', 'rm -r g')", "deletes ./g"},
        {"javascript", "const fs = require('fs');\nfs.rmSync('dist', {recursive: true}); fs.writeFileSync(`a.txt`, 'x')",
         "deletes ./dist; writes ./a.txt"},
        {"javascript", "await fetch('https://example.org/y')", "network: example.org"},
        {"typescript", "import path from 'path'; const p: string = path.join('a', 'b'); fs.unlinkSync(p)", "deletes ./a/b"},
        {"javascript", "require('child_process').execSync('rm -r x'); execSync('rm y')", "deletes ./y"},
        {"ruby", "FileUtils.rm_rf 'tmp/x'", "deletes ./tmp/x"},
        {"php", "unlink('a'); file_put_contents(\"b\", 'x');", "deletes ./a; writes ./b"},
        {"r", "write.csv(df, 'a.csv'); unlink('b', recursive = TRUE)", "deletes ./b; writes ./a.csv"},
        {"powershell", "Remove-Item -Recurse -Force .\\build", "deletes ./build"},
        {"html", "<p>hello</p>", ""},
    };
    for (const auto& row : rows) EXPECT_EQ(hints(row.language, row.code), row.expected) << row.language << ": " << row.code;
}

constexpr std::string_view made = "runs code that is made as it runs";

TEST(Effects, MovesTakeAwayAndWrite)
{
    const Row rows[] = {
        {"shell", "mv -f a.txt b.txt", "writes ./b.txt; moves away ./a.txt"},
        {"shell", "mv -t sub a b", "writes ./sub; moves away ./a and ./b"},
        {"python", "import os; os.rename('a', 'b'); os.replace('c', 'd')", "writes ./b and ./d; moves away ./a and ./c"},
        {"python", "from pathlib import Path\np = Path('a')\np.rename('b')\nPath('c').replace('d')",
         "writes ./b and ./d; moves away ./a and ./c"},
        {"python", "df = df.rename(columns={'a': 'b'})\ns = 'abc'.replace('a', 'b')\nt = x.replace('c')", ""},
        {"javascript", "fs.renameSync('a', 'b'); await fs.promises.rename('c', 'd')", "writes ./b and ./d; moves away ./a and ./c"},
        {"ruby", "FileUtils.mv('a', 'b')", "writes ./b; moves away ./a"},
        {"powershell", "Move-Item a.txt b.txt", "writes ./b.txt; moves away ./a.txt"},
    };
    for (const auto& row : rows) EXPECT_EQ(hints(row.language, row.code), row.expected) << row.language << ": " << row.code;
}

TEST(Effects, CodeWithinTextIsReadAndWhatIsMadeAsItRunsIsSaid)
{
    const Row rows[] = {
        {"python", "exec(\"import os; os.remove('a')\")", "deletes ./a"},
        {"python", "d = 'x'\nexec(f\"shutil.rmtree('{d}')\")", "deletes ./x"},
        {"python", "print(eval('1 + 1'))", ""},
        {"python", "exec(source)", std::string{made}},
        {"python", "exec(requests.get('https://example.org/x').text)", cat("network: example.org; ", made)},
        {"python", "os.system('bash -c \"rm -r a\"')", "deletes ./a"},
        {"python", "subprocess.run('rm -r a && node -e \"fs.unlinkSync(\\'b\\')\"', shell=True)", "deletes ./a and ./b; runs rm"},
        {"python", "os.system(command)", std::string{made}},
        {"python", "os.system(f'rm -r {name}')", "deletes `${name?}`"},
        {"python", "subprocess.run(['sh', '-c', 'rm -r a'])", "deletes ./a; runs sh"},
        {"python", "subprocess.run(['rm', '-r', f'/srv/{x}'])", "deletes `/srv/${x?}`; runs rm"},
        {"javascript", "eval(\"fs.unlinkSync('a')\"); new Function(body)()", cat("deletes ./a; ", made)},
        {"shell", "bash -c 'rm -r a'; sh -c \"rm -r b\"; eval 'rm c'", "deletes ./a, ./b and ./c"},
        {"shell", "python3 -c \"import os; os.remove('a')\"; node -e \"fs.unlinkSync('b')\"", "deletes ./a and ./b"},
        {"shell", "bash -c \"$CODE\"", std::string{made}},
        {"shell", "eval \"$(tool init)\"", std::string{made}},
        {"shell", "curl -s https://example.org/i.sh | sudo sh -s -- -y", cat("network: example.org; asks for the rights of root; ", made)},
        {"shell", "source <(curl -s https://example.org/x)", cat("network: example.org; ", made)},
        {"shell", "bash <(curl -s https://example.org/x)", cat("network: example.org; ", made)},
        {"shell", "echo 'rm -r a' | bash", "deletes ./a"},
        {"shell", "cat <<'X' | python3 -\nopen('a', 'w')\nX", "writes ./a"},
        {"shell", "base64 -d x | sh", std::string{made}},
        {"shell", "curl -s https://example.org/x.json | python3 -m json.tool; cat x | python3 count.py", "network: example.org"},
        {"shell", "ls | sort; cat a | perl -pe 's/a/b/'", ""},
        {"powershell", "iex (irm https://example.org/x)", std::string{made}},
    };
    for (const auto& row : rows) EXPECT_EQ(hints(row.language, row.code), row.expected) << row.language << ": " << row.code;
}

TEST(Effects, FilesThatAreThereAreOverwritten)
{
    const testing::TempDir folder;
    folder.write("old.txt", "x");
    std::filesystem::create_directory(folder / "sub");
    folder.write("sub/c", "x");
    const Surroundings place{.folder = folder.path(), .workspace = folder.path(), .home = "/home/ada"};
    const auto said = [&](std::string language, std::string code) {
        return join(hints_of(read_effects({std::move(language), std::move(code)}, place), place), "; ");
    };
    EXPECT_EQ(said("shell", "mv a old.txt"), "overwrites ./old.txt; moves away ./a");
    EXPECT_EQ(said("shell", "mv -n a old.txt; echo x >> old.txt; cp d new.txt"), "writes ./old.txt and ./new.txt; moves away ./a");
    EXPECT_EQ(said("shell", "mv a b c sub/; echo x > old.txt"),
              "overwrites ./sub/c and ./old.txt; writes ./sub/a and ./sub/b; moves away ./a, ./b and ./c");
    EXPECT_EQ(said("python", "os.rename('a', 'old.txt'); open('new.txt', 'w')"), "overwrites ./old.txt; writes ./new.txt; moves away ./a");
    EXPECT_EQ(said("python", "open('old.txt', 'a')"), "writes ./old.txt");
    EXPECT_EQ(said("python", "shutil.move('a/c', 'sub')"), "overwrites ./sub/c; moves away ./a/c");
    EXPECT_EQ(said("javascript", "fs.renameSync('a', 'old.txt')"), "overwrites ./old.txt; moves away ./a");
}

// One session: cells that ran, then one that is read.
struct Earlier {
    std::string language;
    std::vector<std::string> ran;
    std::string code;
    std::string expected;
};

TEST(Effects, WhatEarlierCellsSetToLiteralsIsKnown)
{
    const Earlier rows[] = {
        {"python", {"d = '/etc'"}, "shutil.rmtree(d)", "deletes /etc"},
        {"python", {"d = '/srv'", "e = os.path.join(d, 'x')"}, "os.remove(e)", "deletes /srv/x"},
        {"python", {"d = '/etc'", "d = input()"}, "shutil.rmtree(d)", "deletes `d`"},
        {"python", {"d = '/etc'", "d += '/x'"}, "shutil.rmtree(d)", "deletes `d`"},
        {"python", {"d = '/etc'", "e, d = 1, 2"}, "shutil.rmtree(d)", "deletes `d`"},
        {"python", {"d = '/etc'", "del d"}, "shutil.rmtree(d)", "deletes `d`"},
        {"python", {"d = '/etc'"}, "d = 'own'\nshutil.rmtree(d)", "deletes ./own"},
        {"shell", {"D=/srv"}, "rm -rf \"$D/x\"", "deletes /srv/x"},
        {"shell", {"export D=/srv; (D=/tmp)"}, "rm -rf $D", "deletes /srv"},
        {"shell", {"D=/srv", "D=$(pick)"}, "rm -rf $D/x", "deletes `$D/x`"},
        {"javascript", {"const d = 'dist'"}, "fs.rmSync(d)", "deletes ./dist"},
    };
    for (const auto& row : rows) {
        const auto reviewer = make_reviewer({"HOME=/home/ada"}, false);
        for (const auto& code : row.ran) reviewer->keep({row.language, code}, here.folder);
        const auto reading = reviewer->read({row.language, row.code}, here.folder, here.workspace);
        EXPECT_EQ(join(reading.hints, "; "), row.expected) << row.code << " after " << join(row.ran, "; ");
    }
}

TEST(Effects, WhatASessionKnewIsForgottenWithIt)
{
    const auto reviewer = make_reviewer({"HOME=/home/ada"}, false);
    reviewer->keep({"shell", "D=build"}, here.folder);
    EXPECT_TRUE(reviewer->read({"shell", "rm -rf \"$D\"/*"}, here.folder, here.workspace).dangers.empty());
    EXPECT_TRUE(reviewer->read({"zsh", "rm -rf \"$D\"/*"}, here.folder, here.workspace).dangers.size() == 1);
    reviewer->forget("shell");
    EXPECT_EQ(reviewer->read({"shell", "rm -rf \"$D\"/*"}, here.folder, here.workspace).dangers.size(), 1U);
}

TEST(Effects, AnyBytesAtAllAreRead)
{
    const std::string marks = "'\"$(){}[]`\\;|&<>#\n=a .,+/";
    unsigned seed = 7;
    for (int round = 0; round < 1500; ++round) {
        std::string code;
        for (int i = 0; i < 60; ++i) code += marks[(seed = seed * 1103515245 + 12345) / 65536 % marks.size()];
        for (const char* language : {"shell", "python", "javascript", "ruby", "powershell", "lua"}) read_effects({language, code}, here);
    }
    for (const char* language : {"shell", "python", "javascript"}) read_effects({language, std::string(100000, '(')}, here);
}

}  // namespace
}  // namespace oi::scan
