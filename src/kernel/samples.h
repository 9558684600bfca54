// The same small programs in every language, for the conformance tests. Tests only.
#pragma once

#include <string>

namespace oi::kernel_tests {

struct Samples {
    std::string set_state;       // keeps 42 for the next cell
    std::string get_state;       // prints 42
    std::string ordered;         // "1\n" to stdout, "2\n" to stderr, "3\n" to stdout
    std::string fails;           // defines something that fails two calls deep on line 3
    std::string failure;         // what the model reads then
    std::string endless;         // prints "go\n", then computes for ever
    std::string waits;           // prints "go\n", then sleeps for ever
    std::string stubborn_child;  // prints "go\n", then waits for a child that ignores SIGINT
    std::string flood;           // prints 200 MB in lines
    std::string no_newline;      // prints "abc"
    std::string dies;            // kills its own process
    std::string exits;           // ends its own process with code 3, by the usual way
    std::string reads_input;     // prints "[" + all of stdin + "]"
    std::string holder;          // starts a child that keeps stdout for ever, then prints "started\n"
    std::string bytes;           // @: writes these bytes (\xHH escapes) to stdout one by one
    std::string huge_line;       // prints 5 MB of x and a newline
    std::string malformed;       // is no program at all
    std::string folder;          // prints the working folder
    std::string variable;        // prints the environment variable KERNEL_TEST
    std::string third_line;      // does nothing but on line 3, a statement of the top level
    std::string spawn_jobs;      // starts children in sessions of their own, prints their pids, one a line
};

inline const Samples* samples_of(const std::string& language)
{
    static const Samples python{
        .set_state = "answer = 42",
        .get_state = "print(answer)",
        .ordered = "import sys\nprint(1)\nprint(2, file=sys.stderr)\nprint(3)",
        .fails = "def inner():\n    return 1 / 0\ninner()",
        .failure =
            "Traceback (most recent call last):\n  File \"<cell 1>\", line 3, in <module>\n    inner()\n"
            "  File \"<cell 1>\", line 2, in inner\n    return 1 / 0\n",
        .endless = "print('go')\nwhile True:\n    pass",
        .waits = "import time\nprint('go')\ntime.sleep(1000)",
        .stubborn_child = "import subprocess\nprint('go')\nsubprocess.run(['bash', '-c', 'trap \"\" INT; sleep 100; sleep 100'])",
        .flood = "line = 'x' * 9999\nfor i in range(20000):\n    print(line)",
        .no_newline = "print('abc', end='')",
        .dies = "import os, signal\nprint('before')\nos.kill(os.getpid(), signal.SIGKILL)",
        .exits = "import os\nos._exit(3)",
        .reads_input = "import sys\nprint('[' + sys.stdin.read() + ']')",
        .holder = "import subprocess\nsubprocess.Popen(['sleep', '1000'])\nprint('started')",
        .bytes = "import os\nfor byte in b'@':\n    os.write(1, bytes([byte]))",
        .huge_line = "print('x' * 5000000)",
        .malformed = "x = = 1",
        .folder = "import os\nprint(os.getcwd())",
        .variable = "import os\nprint(os.environ['KERNEL_TEST'])",
        .third_line = "\n\nx = 1",
        .spawn_jobs =
            "import subprocess\n"
            "for command in (['setsid', 'sleep', '1000'], ['nohup', 'sleep', '1001'], "
            "['bash', '-c', '(setsid sleep 1002 &) & wait']):\n"
            "    subprocess.Popen(command, stdin=subprocess.DEVNULL)\n"
            "print('started')",
    };
    static const Samples shell{
        .set_state = "answer=42",
        .get_state = "echo $answer",
        .ordered = "echo 1\necho 2 >&2\necho 3",
        .fails = "f() { no_such_command_here; }\n\nf",
        .failure = "environment: line 1: no_such_command_here: command not found\nexit status 127\n",
        .endless = "echo go\nwhile :; do :; done",
        .waits = "echo go\nsleep 1000",
        .stubborn_child = "echo go\nbash -c 'trap \"\" INT; sleep 100; sleep 100'",
        .flood = "head -c 200000000 /dev/zero | tr '\\0' '\\n'",
        .no_newline = "printf abc",
        .dies = "echo before\nkill -9 $$",
        .exits = "exec bash -c 'exit 3'",
        .reads_input = "echo \"[$(cat)]\"",
        .holder = "(sleep 1000)&\necho started",
        .bytes = "bytes='@'\nwhile [[ $bytes ]]; do printf \"${bytes:0:4}\"; bytes=${bytes:4}; done",
        .huge_line = "head -c 5000000 /dev/zero | tr '\\0' x; echo",
        .malformed = "echo 'unfinished",
        .folder = "pwd",
        .variable = "echo $KERNEL_TEST",
        .third_line = "\n\nx=1",
        .spawn_jobs = "setsid sleep 1000 &\nnohup sleep 1001 >/dev/null 2>&1 &\n(setsid sleep 1002 &)\necho started",
    };
    static const Samples javascript{
        .set_state = "const answer = 42;",
        .get_state = "console.log(answer)",
        .ordered = "console.log(1); console.error(2); console.log(3)",
        .fails = "function inner() { return null.x }\n\ninner()",
        .failure = "TypeError: Cannot read properties of null (reading 'x')\n    at inner (cell-1:1)\n    at cell-1:3\n",
        .endless = "console.log('go')\nwhile (true) {}",
        .waits = "console.log('go')\nawait new Promise(() => {})",
        .stubborn_child =
            "console.log('go')\n"
            "require('child_process').spawnSync('bash', ['-c', 'trap \"\" INT; sleep 100; sleep 100'])",
        .flood = "const line = 'x'.repeat(9999); for (let i = 0; i < 20000; i++) console.log(line)",
        .no_newline = "process.stdout.write('abc'); undefined",
        .dies = "console.log('before'); process.kill(process.pid, 'SIGKILL'); await new Promise(() => {})",
        .exits = "process.exit(3)",
        .reads_input = "console.log('[' + require('fs').readFileSync(0, 'utf8') + ']')",
        .holder = "require('child_process').spawn('sleep', ['1000'], {stdio: 'inherit', detached: true}); console.log('started')",
        .bytes = "for (const c of '@') process.stdout.write(Buffer.from([c.charCodeAt(0)])); undefined",
        .huge_line = "console.log('x'.repeat(5000000))",
        .malformed = "let x = (;",
        .folder = "console.log(process.cwd())",
        .variable = "console.log(process.env.KERNEL_TEST)",
        .third_line = "\n\nvar x = 1;",
        .spawn_jobs =
            "const {spawn} = require('child_process');\n"
            "for (const [program, ...rest] of [['setsid', 'sleep', '1000'], ['nohup', 'sleep', '1001'], "
            "['bash', '-c', '(setsid sleep 1002 &) & wait']])\n"
            "  spawn(program, rest, {detached: true, stdio: 'ignore'});\n"
            "console.log('started')",
    };
    if (language == "python") return &python;
    if (language == "shell") return &shell;
    if (language == "javascript") return &javascript;
    return nullptr;
}

}  // namespace oi::kernel_tests
