// Programs that block in every way there is: each gives control back in time, and leaves a working session and nothing else.
#include "base/text.h"
#include "kernel/kernel_fixture.h"
#include "sys/process.h"
#include "sys/process_tree.h"

#include <ostream>
#include <unistd.h>

namespace oi::kernel_tests {
namespace {

constexpr auto limit = 700ms;
constexpr auto own_limit = 6s;  // of what must end without being stopped

enum class Ends : std::uint8_t {
    alone,    // nothing stops it: nobody is there to answer, and it is told so
    stopped,  // at the limit
};

struct Animal {
    const char* name;
    const char* language;
    Ends ends;
    const char* code;
    const char* program = nullptr;  // without it there is nothing to test
};
void PrintTo(const Animal& animal, std::ostream* out) { *out << animal.language << ": " << animal.name; }

using enum Ends;

constexpr const char* silent_server =
    "python3 -c \"import socket, time; s = socket.socket(); s.bind(('127.0.0.1', 0)); s.listen(); "
    "print(s.getsockname()[1], flush=True); time.sleep(99)\" >port &\nwhile [ ! -s port ]; do sleep 0.02; done\n";

constexpr Animal shell_animals[] = {
    {"BackgroundSleep", "shell", alone, "sleep 1e9 &"},
    {"SubshellHoldsTheOutput", "shell", alone, "(sleep 999)& echo started"},
    {"DaemonHoldsTheOutput", "shell", alone, "setsid nohup sleep 999 & echo started"},
    {"ExecBash", "shell", alone, "exec bash"},
    {"BareCat", "shell", alone, "cat"},
    {"CatOfTheTerminal", "shell", alone, "cat /dev/tty"},
    {"SetsidCat", "shell", alone, "setsid -w cat"},
    {"Dd", "shell", alone, "dd of=/dev/null"},
    {"Read", "shell", alone, "read x"},
    {"ReadInALoop", "shell", alone, "while read x; do :; done"},
    {"Select", "shell", alone, "select x in a b; do :; done"},
    {"UnfinishedHeredoc", "shell", alone, "cat <<END\nno end"},
    {"UnfinishedQuote", "shell", alone, "echo 'no end"},
    {"Sudo", "shell", alone, "setpriv --reuid=nobody --regid=nogroup --clear-groups sudo -k true", "sudo"},
    {"Su", "shell", alone, "setpriv --reuid=nobody --regid=nogroup --clear-groups su root -c true", "setpriv"},
    {"Passwd", "shell", alone, "passwd", "passwd"},
    {"PythonInput", "shell", alone, "python3 -c 'input()'"},
    {"BarePython", "shell", alone, "python3"},
    {"BareNode", "shell", alone, "node", "node"},
    {"BareLua", "shell", alone, "lua5.4", "lua5.4"},
    {"InteractiveBash", "shell", alone, "bash --norc -i"},
    {"InteractiveBashInATerminal", "shell", alone, "pty bash --norc -i"},
    {"Less", "shell", alone, "seq 1000 | less", "less"},
    {"LessInATerminal", "shell", alone, "seq 1000 >f; pty less f", "less"},
    {"Vim", "shell", alone, "vim.tiny f", "vim.tiny"},
    {"VimInATerminal", "shell", alone, "pty vim.tiny f", "vim.tiny"},
    {"GitCommitWithoutEditor", "shell", alone, "git init -q .; git -c user.name=a -c user.email=b commit --allow-empty", "git"},
    {"GitCommitWithAnEditor", "shell", alone, "git init -q .; GIT_EDITOR=vim.tiny git -c user.name=a -c user.email=b commit --allow-empty",
     "vim.tiny"},
    {"GitLogInATerminal", "shell", alone, "git init -q .; git -c user.name=a -c user.email=b commit -q --allow-empty -m m; pty git log",
     "git"},
    {"SetN", "shell", alone, "set -n\necho no"},
    {"DebugTrap", "shell", alone, "trap 'echo debug' DEBUG; echo x"},
    {"ClosedOutput", "shell", alone, "exec 1>&- 2>&-"},
    {"ClosedInput", "shell", alone, "exec 0<&-; cat"},
    {"BackgroundReader", "shell", alone, "set -m; cat & wait"},
    {"Recursion", "shell", stopped, "f() { f; }; f"},
    {"Ssh", "shell", stopped, nullptr, "ssh"},
    {"DevServer", "shell", stopped, "python3 -m http.server 0 --bind 127.0.0.1"},
    {"Loop", "shell", stopped, "while :; do :; done"},
    {"LoopThatIgnoresTheInterrupt", "shell", stopped, "trap '' INT; while :; do :; done"},
    {"ChildThatIgnoresAll", "shell", stopped, "bash -c 'trap \"\" INT TERM HUP; sleep 99; sleep 99'"},
    {"ForkBomb", "shell", stopped, "f() { if (($1 > 0)); then f $(($1 - 1)) & f $(($1 - 1)) & fi; sleep 99; }; f 6"},
    {"Fifo", "shell", stopped, "mkfifo p; cat p"},
    {"Flock", "shell", stopped, "flock f sleep 99 & sleep 0.1; flock f true"},
    {"WaitForAStoppedChild", "shell", stopped, "sleep 99 & kill -STOP $!; wait"},
    {"StopsItself", "shell", stopped, "kill -STOP $$"},
    {"StopsItsGroup", "shell", stopped, "sleep 99 & kill -STOP 0"},
    {"Yes", "shell", stopped, "yes"},
    {"TailF", "shell", stopped, "touch f; tail -f f"},
    {"PipeOfSleepers", "shell", stopped, "sleep 99 | sleep 99 | cat"},
    {"Coprocess", "shell", stopped, "coproc cat; wait"},
    {"NohupSetsid", "shell", stopped, "nohup setsid sleep 99"},
};

constexpr Animal python_animals[] = {
    {"Input", "python", alone, "input('? ')"},
    {"ReadAll", "python", alone, "import sys\nsys.stdin.read()"},
    {"ReadDescriptor", "python", alone, "import os\nos.read(0, 1)"},
    {"Getpass", "python", alone, "import getpass\ngetpass.getpass()"},
    {"Pdb", "python", alone, "import pdb\npdb.set_trace()\nx = 1"},
    {"Interact", "python", alone, "import code\ncode.interact()"},
    {"ThreadInput", "python", alone, "import threading\nt = threading.Thread(target=input); t.start(); t.join()"},
    {"ClosedOutput", "python", alone, "import os\nos.close(1); os.close(2)\nprint('x')"},
    {"ClosedOutputAndAnError", "python", alone, "import os\nos.close(1); os.close(2)\n1/0"},
    {"Recursion", "python", alone, "def f(): f()\nf()"},
    {"EndlessThread", "python", alone, "import threading, time\nthreading.Thread(target=lambda: time.sleep(99)).start()"},
    {"Sleep", "python", stopped, "import time\ntime.sleep(1e6)"},
    {"Loop", "python", stopped, "while True: pass"},
    {"LoopInC", "python", stopped, "sum(range(10**12))"},
    {"LoopThatCatchesAll", "python", stopped,
     "import time\nwhile True:\n    try:\n        time.sleep(1)\n    except BaseException:\n        pass"},
    {"Regex", "python", stopped, "import re\nre.match('(a*)*b', 'a' * 40)"},
    {"LockTwice", "python", stopped, "import threading\nlock = threading.Lock(); lock.acquire(); lock.acquire()"},
    {"DeadlockedThreads", "python", stopped,
     "import threading, time\na, b = threading.Lock(), threading.Lock()\ndef f(x, y):\n    with x:\n        time.sleep(0.1)\n"
     "        with y: pass\nts = [threading.Thread(target=f, args=p, daemon=True) for p in ((a, b), (b, a))]\n"
     "for t in ts: t.start()\nfor t in ts: t.join()"},
    {"MultiprocessingJoin", "python", stopped,
     "import multiprocessing as m, time\np = m.get_context('fork').Process(target=time.sleep, args=(99,)); p.start(); p.join()"},
    {"Pool", "python", stopped,
     "import multiprocessing as m, time\nwith m.get_context('fork').Pool(2) as pool: pool.map(time.sleep, [99] * 4)"},
    {"Accept", "python", stopped, "import socket\ns = socket.socket(); s.bind(('127.0.0.1', 0)); s.listen(); s.accept()"},
    {"SelectNothing", "python", stopped, "import select\nselect.select([], [], [])"},
    {"QueueGet", "python", stopped, "import queue\nqueue.Queue().get()"},
    {"Future", "python", stopped, "import asyncio\nawait asyncio.get_running_loop().create_future()"},
    {"Subprocess", "python", stopped, "import subprocess\nsubprocess.run(['sleep', '99'], capture_output=True)"},
    {"Pause", "python", stopped, "import ctypes\nctypes.PyDLL(None).pause()"},
    {"StopsItself", "python", stopped, "import os, signal\nos.kill(os.getpid(), signal.SIGSTOP)\nimport time; time.sleep(99)"},
    {"Fifo", "python", stopped, "import os\nos.mkfifo('p'); open('p')"},
    {"WaitForATracedChild", "python", stopped,
     "import os, signal\nchild = os.fork()\nif child == 0:\n    os.kill(os.getpid(), signal.SIGSTOP); os._exit(0)\nos.waitpid(child, 0)"},
};

constexpr Animal javascript_animals[] = {
    {"Promise", "javascript", alone, "await new Promise(() => {})"},
    {"ReturnedPromise", "javascript", alone, "new Promise(() => {})"},
    {"ReadAll", "javascript", alone, "require('fs').readFileSync(0)"},
    {"Stdin", "javascript", alone, "for await (const piece of process.stdin) {}"},
    {"Prompt", "javascript", alone, "prompt('? ')"},
    {"ClosedOutput", "javascript", alone, "const fs = require('fs'); fs.closeSync(1); fs.closeSync(2); console.log('x')"},
    {"Recursion", "javascript", alone, "function f() { f() }\nf()"},
    {"Interval", "javascript", alone, "setInterval(() => {}, 1000); 1"},
    {"Loop", "javascript", stopped, "while (true) {}"},
    {"LoopThatCatchesAll", "javascript", stopped, "while (true) { try { while (true) {} } catch {} finally { continue } }"},
    {"LoopOfMicrotasks", "javascript", stopped, "for (;;) await null"},
    {"AtomicsWait", "javascript", stopped, "Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0)"},
    {"Regex", "javascript", stopped, "/(a*)*b/.test('a'.repeat(40))"},
    {"Server", "javascript", stopped, "await new Promise(done => require('http').createServer().listen(0, '127.0.0.1').on('close', done))"},
    {"ExecSync", "javascript", stopped, "require('child_process').execSync('sleep 99')"},
    {"StopsItself", "javascript", stopped,
     "require('child_process').execSync(`kill -STOP ${process.pid}`); await new Promise(done => setTimeout(done, 1e6))"},
    {"Worker", "javascript", stopped,
     "await new Promise(done => new (require('worker_threads').Worker)('while (true) {}', {eval: true}).on('exit', done))"},
};

class HangZoo : public ::testing::TestWithParam<Animal> {};

TEST_P(HangZoo, GivesControlBack)
{
    const Animal& animal = GetParam();
    Session session{animal.language};
    session.kept_output = 64 * 1024;  // copying hundreds of megabytes would be most of what is timed
    ASSERT_TRUE(session.start());
    if (animal.program && sys::find_program(animal.program, session.host().environment).empty()) {
        std::fprintf(stderr, "SKIPPED, NOT TESTED: there is no %s\n", animal.program);
        GTEST_SKIP();
    }
    session.run("1");  // it has started
    const std::string code = animal.code ? animal.code : cat(silent_server, "ssh -o StrictHostKeyChecking=no -p $(cat port) 127.0.0.1");
    RunControl control;
    control.limit = animal.ends == alone ? std::chrono::milliseconds{own_limit} : limit;
    const auto outcome = session.run(code, control);
    EXPECT_LT(outcome.took, control.limit + 200ms) << outcome.output.substr(0, 1000);
    if (animal.ends == alone) EXPECT_FALSE(outcome.error) << outcome.error->what << "\n" << outcome.output;
    else EXPECT_TRUE(outcome.error && outcome.error->kind == ErrorKind::timeout) << outcome.output.substr(0, 1000);
    const std::string_view language = animal.language;
    const auto next = session.run(language == "shell" ? "echo alive" : language == "python" ? "print('alive')" : "console.log('alive')");
    EXPECT_TRUE(next.output.ends_with("alive\n")) << next.output << (next.error ? next.error->what : "");
    EXPECT_LT(next.took, 3s) << next.output;
    session.end();
    EXPECT_TRUE(sys::descendants(::getpid()).empty());
}

std::string name_of(const ::testing::TestParamInfo<Animal>& animal) { return cat(animal.param.language, animal.param.name); }

INSTANTIATE_TEST_SUITE_P(Shell, HangZoo, ::testing::ValuesIn(shell_animals), name_of);
INSTANTIATE_TEST_SUITE_P(Python, HangZoo, ::testing::ValuesIn(python_animals), name_of);
INSTANTIATE_TEST_SUITE_P(JavaScript, HangZoo, ::testing::ValuesIn(javascript_animals), name_of);

}  // namespace
}  // namespace oi::kernel_tests
