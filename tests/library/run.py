#!/usr/bin/python3
"""The C++ library as others use it: installed into a prefix of its own, the programs of examples/cpp built there with find_package and one
with pkg-config, and run against scripted models.

    run.py [--bin FOLDER] [FILTER]
"""

import atexit
import functools
import glob
import os
import shutil
import subprocess
import sys
import tempfile
import threading
import urllib.request

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
from harness import PROJECT, main  # noqa: E402
from provider import Provider  # noqa: E402

PATH = "/usr/local/bin:/usr/bin:/bin"  # Debian's programs, not a version manager's
FENCE = "```"


def tell(*command, **more):
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False, **more)
    assert done.returncode == 0, f"{command}: exit {done.returncode}\n{done.stdout}"
    return done.stdout


def cached(build, name):
    """A line of the build's own settings, for a build with sanitizers wants the same of who uses it."""
    with open(os.path.join(build, "CMakeCache.txt"), encoding="utf-8") as cache:
        return next((line.partition("=")[2].strip() for line in cache if line.startswith(name + ":")), "")


@functools.lru_cache(maxsize=None)
def installed(bin_folder):
    """The prefix, made once."""
    prefix = tempfile.mkdtemp(prefix="oi-prefix-")
    atexit.register(shutil.rmtree, prefix, ignore_errors=True)
    tell("cmake", "--install", os.path.dirname(bin_folder), "--prefix", prefix)
    return prefix


@functools.lru_cache(maxsize=None)
def examples(bin_folder):
    """The folder of the built examples, made from a copy so that nothing of the source tree is in reach."""
    prefix = installed(bin_folder)
    work = tempfile.mkdtemp(prefix="oi-examples-")
    atexit.register(shutil.rmtree, work, ignore_errors=True)
    shutil.copytree(os.path.join(PROJECT, "examples", "cpp"), os.path.join(work, "cpp"))
    build = os.path.join(work, "build")
    tell("cmake", "-G", "Ninja", "-S", os.path.join(work, "cpp"), "-B", build, f"-DCMAKE_PREFIX_PATH={prefix}", "-DCMAKE_EXPORT_COMPILE_COMMANDS=ON",
         f"-DCMAKE_CXX_FLAGS=-Wall -Wextra -Werror {cached(os.path.dirname(bin_folder), 'CMAKE_CXX_FLAGS')}")
    tell("cmake", "--build", build)
    return build


def script(room, *replies):
    return "script:" + room.write("model", "\n---\n".join(replies) + "\n")


def cell(language, code):
    return f"\n{FENCE}{language}\n{code.strip()}\n{FENCE}"


def environment(room, **more):
    return {**room.environment, "PATH": PATH, **more}


def run(room, example, *arguments, stdin="", **more):
    """What it printed; it must have ended well and said nothing on stderr."""
    done = subprocess.run([os.path.join(examples(room.bin), example), *arguments], cwd=room.folder, input=stdin, capture_output=True, text=True,
                          timeout=60, env=environment(room, **more), check=False)
    assert done.returncode == 0 and not done.stderr, f"exit {done.returncode}\n{done.stdout}\n--- stderr\n{done.stderr}"
    return done.stdout


def test_the_examples_know_nothing_but_the_prefix(room):
    with open(os.path.join(examples(room.bin), "compile_commands.json"), encoding="utf-8") as file:
        commands = file.read()
    assert PROJECT not in commands and installed(room.bin) in commands


def test_only_the_api_is_visible(room):
    (library,) = glob.glob(os.path.join(installed(room.bin), "lib*", "**", "libinterpreter.so"), recursive=True)
    names = [line.split(maxsplit=2)[2] for line in tell("nm", "-DC", "--defined-only", library).splitlines()]
    strange = [name for name in names if "interpreter::" not in name]
    assert len(names) > 20 and not strange, strange[:10]
    assert "libstdc++" in tell("readelf", "-d", library)  # exceptions cross it


def test_chat(room):
    out = run(room, "chat", script(room, "I count." + cell("python", "print(6 * 7)"), "@expect 42\nIt is 42.\n@usage 10 5"), "how", "many?")
    assert out.startswith("assistant message:\nI count.\n\nassistant code (python):\nprint(6 * 7)\n\ncomputer console (output):\n42\n"), out
    assert "It is 42." in out and out.endswith(" tokens\n"), out


def test_chat_with_a_model_behind_http(room):
    replies = [{"calls": [{"language": "python", "code": "print(2 ** 20)"}]}, {"text": "A megabyte."}]
    with Provider(replies) as provider:
        out = run(room, "chat", "gpt-4o", "how much?", OPENAI_API_KEY="sk-test-0123456789", OPENAI_API_BASE=provider.base + "/v1")
        assert "1048576" in out and "A megabyte." in out, out
        assert "1048576" in str(provider.body(1)["messages"][-1]), provider.body(1)


def test_chat_says_what_is_wrong(room):
    done = subprocess.run([os.path.join(examples(room.bin), "chat"), "nowhere/model", "hello"], cwd=room.folder, capture_output=True, text=True,
                          timeout=60, env=environment(room), check=False)
    assert done.returncode == 1 and done.stderr.startswith("chat: unknown model nowhere/model: "), done


def test_stream_stops_the_code_when_the_loop_is_left(room):
    out = run(room, "stream", script(room, "I spin." + cell("python", "import itertools\nfor i in itertools.count(): print('turn', i, flush=True)")),
              "spin", "turn")
    assert "[assistant code]\nimport itertools" in out and "turn 0" in out and out.endswith("\n4 messages\n"), out[-300:]


def test_approve(room):
    model = script(room, cell("python", "print('it ran')"), "Fine.")
    assert "computer: it ran" in run(room, "approve", model, "go", stdin="y\n")
    model = script(room, cell("python", "print('it ran')"), "@expect too dangerous\nThen not.")
    out = run(room, "approve", model, "go", stdin="too dangerous\n")
    assert "it ran\n\n" not in out and "assistant: Then not." in out, out


def test_custom_language(room):
    model = script(room, cell("notes", "set tea green\nget tea"), "@expect tea: green" + cell("python", "print(computer.room_temperature('kitchen') + 1)"),
                   "@expect 22.5\nWarm.")
    assert "assistant: Warm." in run(room, "custom_language", model, "go")


def test_server_talks_to_two_clients_at_once(room):
    # Each conversation's code waits for that of the other one.
    model = script(room, cell("python", "import os, glob\nopen(f'here.{os.getpid()}', 'w').close()\n"
                              "while len(glob.glob('here.*')) < 2: pass\nprint('both')"), "@expect both\nDone.")
    server = subprocess.Popen([os.path.join(examples(room.bin), "server"), model], cwd=room.folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                              text=True, env=environment(room))
    try:
        address = server.stdout.readline().strip()
        answers = {}

        def ask(name):
            with urllib.request.urlopen(f"{address}/{name}", data=b"go", timeout=60) as reply:
                answers[name] = reply.read().decode()

        clients = [threading.Thread(target=ask, args=(name,)) for name in ("anna", "ben")]
        for client in clients:
            client.start()
        for client in clients:
            client.join()
        assert all(answers.get(name, "").endswith("both\nDone.\n") for name in ("anna", "ben")), answers
    finally:
        server.kill()
        server.wait()
        server.stdout.close()
        server.stderr.close()


def test_pkg_config(room):
    (folder,) = {os.path.dirname(path) for path in glob.glob(os.path.join(installed(room.bin), "lib*", "**", "open-interpreter.pc"), recursive=True)}
    flags = tell("pkg-config", "--cflags", "--libs", "open-interpreter", env={**os.environ, "PKG_CONFIG_PATH": folder}).split()
    version = tell("pkg-config", "--modversion", "open-interpreter", env={**os.environ, "PKG_CONFIG_PATH": folder}).strip()
    source = room.write("program.cc", '#include <interpreter/interpreter.h>\n#include <iostream>\n'
                        'int main() { std::cout << interpreter::version() << "\\n" << interpreter::Session{}.setting("max_output") << "\\n"; }\n')
    program = os.path.join(room.folder, "program")
    library = next(flag[2:] for flag in flags if flag.startswith("-L"))
    more = cached(os.path.dirname(room.bin), "CMAKE_CXX_FLAGS").split()
    tell("g++", "-std=c++20", *more, source, "-o", program, *flags, f"-Wl,-rpath,{library}")
    assert tell(program) == f"{version}\n2800\n"


def test_run_terminal_without_a_terminal(room):
    """A message is shown as one turn; without one each line of stdin is a turn."""
    (folder,) = {os.path.dirname(path) for path in glob.glob(os.path.join(installed(room.bin), "lib*", "**", "libinterpreter.so"), recursive=True)}
    source = room.write("program.cc", """
#include <interpreter/interpreter.h>
int main(int argc, char** argv)
{
    interpreter::Session session{{.settings = {{"model", argv[1]}, {"auto_run", "true"}}}};
    return session.run_terminal(argc > 2 ? argv[2] : "");
}
""")
    program = os.path.join(room.folder, "program")
    tell("g++", "-std=c++20", *cached(os.path.dirname(room.bin), "CMAKE_CXX_FLAGS").split(), "-I", os.path.join(installed(room.bin), "include"), source,
         "-o", program, "-L", folder, "-linterpreter", f"-Wl,-rpath,{folder}")
    model = script(room, "One." + cell("shell", "echo two"), "Three.", "Four.")
    more = {"cwd": room.folder, "env": environment(room), "timeout": 60}
    out = tell(program, model, "go", stdin=subprocess.DEVNULL, **more)
    assert "One." in out and "\ntwo\n" in out and out.endswith("Three.\n"), out
    out = tell(program, model, input="first\n\nsecond\n", **more)
    assert "Three.\n" in out and out.endswith("Four.\n"), out


def test_a_session_that_is_alive_at_exit_neither_crashes_nor_hangs(room):
    (folder,) = {os.path.dirname(path) for path in glob.glob(os.path.join(installed(room.bin), "lib*", "**", "libinterpreter.so"), recursive=True)}
    source = room.write("program.cc", """
#include <interpreter/interpreter.h>
static interpreter::Session first{{.settings = {{"auto_run", "true"}}}};
int main(int, char** argv)
{
    first.set("model", argv[1]);
    auto* second = new interpreter::Session{{.settings = {{"model", argv[1]}, {"auto_run", "true"}}}};
    for (auto* session : {&first, second}) {
        session->submit(interpreter::Say{.message = {.content = "go"}});
        while (auto event = session->next())
            if (auto* chunk = std::get_if<interpreter::Chunk>(&*event); chunk && chunk->content.find("spin") != std::string::npos && chunk->type == "console") break;
    }
}
""")
    program = os.path.join(room.folder, "program")
    more = [flag for flag in cached(os.path.dirname(room.bin), "CMAKE_CXX_FLAGS").split()]
    tell("g++", "-std=c++20", *more, "-I", os.path.join(installed(room.bin), "include"), source, "-o", program, "-L", folder, "-linterpreter",
         f"-Wl,-rpath,{folder}")
    model = script(room, cell("python", "while True: print('spin', flush=True)"))
    tell(program, model, cwd=room.folder, env=environment(room, ASAN_OPTIONS="detect_leaks=0"), timeout=60)


def test_a_thousand_chats_leak_nothing(room):
    if os.environ.get("OI_TEST_GROUP") != "full":
        return
    source = room.write("program.cc", r"""
#include <interpreter/interpreter.h>
#include <cstdio>
int main()
{
    long requests = 0;
    interpreter::Options options;
    options.settings = {{"auto_run", "true"}, {"llm_supports_functions", "false"}};
    options.completion = [&](const std::string&, const auto& sink, std::stop_token) {
        const bool has_code = requests++ % 20 == 0;
        sink(has_code ? R"({"choices": [{"delta": {"content": "```python\nprint(1)\n```\n"}}]})"
                      : R"({"choices": [{"delta": {"content": "fine"}}]})");
    };
    interpreter::Session session{options};
    for (int i = 0; i < 1000; ++i) {
        if (session.chat("go").empty()) return 1;
        if (i % 10 == 9) session.set_messages({});
    }
    std::printf("%ld requests\n", requests);
}
""")
    (folder,) = {os.path.dirname(path) for path in glob.glob(os.path.join(installed(room.bin), "lib*", "**", "libinterpreter.so"), recursive=True)}
    program = os.path.join(room.folder, "program")
    own = cached(os.path.dirname(room.bin), "CMAKE_CXX_FLAGS").split()
    tell("g++", "-std=c++20", *(own or ["-fsanitize=leak"]), "-I", os.path.join(installed(room.bin), "include"), source, "-o", program, "-L", folder,
         "-linterpreter", f"-Wl,-rpath,{folder}")
    out = tell(program, cwd=room.folder, env=environment(room), timeout=300)
    assert out == "1053 requests\n", out


def test_uninstall_leaves_nothing(room):
    prefix = os.path.join(room.home, "prefix")
    tell("cmake", "--install", os.path.dirname(room.bin), "--prefix", prefix)
    tell(os.path.join(PROJECT, "dev"), "uninstall", prefix)
    assert os.listdir(prefix) == [], tell("find", prefix)


if __name__ == "__main__":
    main(globals())
