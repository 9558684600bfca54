// What code seems to touch, language by language, and what is said of it.
#include "scan/effects.h"

#include "base/text.h"
#include "scan/hints.h"

#include <gtest/gtest.h>

#include <chrono>

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
        {"shell", "cp a b; mv c d/; tee log < x; sed -i s/a/b/ f.txt", "writes ./b, ./d, ./log and ./f.txt"},
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
