// Measures how long 100 KB of code take to be read for hints, in three languages: usual code, and code that is made to be slow.
#include "measure.h"

#include "base/text.h"
#include "core/review.h"
#include "scan/reviewer.h"

#include <cstdio>
#include <string>

using namespace oi;

namespace {

constexpr std::size_t size = 100'000;

std::string repeated(std::string_view piece)
{
    std::string code;
    for (int i = 0; code.size() < size; ++i) code += replace_all(std::string{piece}, "@", std::to_string(i));
    return code;
}

std::string nested(std::string_view piece)
{
    std::string code;
    while (code.size() < size) code += piece;
    return code;
}

struct Row {
    const char* language;
    const char* what;
    std::string code;
};

std::vector<Row> rows()
{
    constexpr std::string_view python =
        "import os, shutil, subprocess\n"
        "def load_@(path: str, limit=10):\n"
        "    \"\"\"Reads one table.\"\"\"\n"
        "    base = os.path.join('data', f'part-{limit}', \"@.csv\")\n"
        "    frame = pd.read_csv(base).groupby(['a', 'b']).agg({'c': 'sum', 'd': np.mean})\n"
        "    for row in frame.itertuples():  # every row\n"
        "        total_@ = [x * 2 for x in row if x > 0 and (x, limit) != (1, 2)]\n"
        "    frame.to_csv(f'out/{limit}/@.csv', index=False)\n"
        "    subprocess.run(['gzip', '-9', base], check=True)\n"
        "    return {'rows': len(frame), 'path': path, 'list': [1, 2.5, 'three', None]}\n\n";
    constexpr std::string_view shell =
        "set -euo pipefail\n"
        "name_@=\"part-@\"; out=\"${OUT:-build}/$name_@\"\n"
        "if [ ! -d \"$out\" ]; then mkdir -p \"$out\"; fi\n"
        "for file in src/*.c lib/@/*.h; do\n"
        "  grep -n 'TODO' \"$file\" | sed -e 's/^/@: /' | sort -u >> \"$out/todo.txt\" || true\n"
        "done\n"
        "curl -fsSL \"https://example.org/$name_@.tar.gz\" -o \"$out/x.tar.gz\" && tar -xzf \"$out/x.tar.gz\" -C \"$out\"\n"
        "count=$(wc -l < \"$out/todo.txt\"); echo \"found $count in @\"\n"
        "cp -r \"$out\" backup/@ && rm -rf \"$out/tmp\"\n";
    constexpr std::string_view javascript =
        "const fs = require('fs'), path = require('path');\n"
        "export async function load@(name, { limit = 10, sort } = {}) {\n"
        "  const file = path.join('data', `part-${limit}`, '@.json'); // one part\n"
        "  const items = JSON.parse(fs.readFileSync(file, 'utf8')).filter((x) => x.a > 1 && !x.b);\n"
        "  for (const item of items) { item.total = item.list.reduce((sum, one) => sum + one.value, 0); }\n"
        "  fs.writeFileSync(`out/@.json`, JSON.stringify({ items, when: Date.now() }, null, 2));\n"
        "  const answer = await fetch(`https://example.org/${name}/@`, { method: 'POST' });\n"
        "  return [answer.status, items.map(({ id, title }) => ({ id, title: title ?? 'none' }))];\n"
        "}\n";
    return {{"python", "usual", repeated(python)},
            {"shell", "usual", repeated(shell)},
            {"javascript", "usual", repeated(javascript)},
            {"python", "opening brackets", nested("open(")},
            {"python", "deletions", repeated("os.remove('file-@')\n")},
            {"python", "texts in calls", repeated("os.system('rm -r a@')\n")},
            {"python", "long sums", repeated("x@ = y + 'a' + x@\n")},
            {"shell", "deletions", repeated("rm -rf a@\n")},
            {"shell", "subshells", repeated("v@=1;(a@)\n")},
            {"shell", "shells in shells", repeated("bash -c 'rm a@'\n")},
            {"javascript", "opening brackets", nested("fetch({")},
            {"javascript", "closed brackets", nested("eval((a)[b]({c}));")}};
}

}  // namespace

int main()
{
    constexpr int times = 9;
    std::printf("Reading 100 KB of code before it runs:\n\n| language | code | ms |\n|---|---|---|\n");
    for (const auto& row : rows()) {
        const auto reviewer = scan::make_reviewer({"HOME=/home/ada", "PATH=/usr/bin"}, false);
        const Cell cell{row.language, row.code};
        const double time = bench::median(times, [&] {
            return bench::cpu_milliseconds([&] { (void)reviewer->read(cell, "/home/ada/trip", "/home/ada/trip").hints.size(); });
        });
        std::printf("| %s | %s | %.1f |\n", row.language, row.what, time);
    }
}
