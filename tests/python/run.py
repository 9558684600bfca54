#!/usr/bin/python3
"""The Python package as its users get it: a wheel is built, installed into a fresh virtual environment without a network, and used there."""

import glob
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import zipfile

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [os.path.join(HERE, "..", "support"), HERE]
from harness import PROJECT, main, until  # noqa: E402
from provider import Provider  # noqa: E402

PYTHON = "/usr/bin/python3"
FULL = os.environ.get("OI_TEST_GROUP") == "full"


class Installed:
    """The environment of all tests: made by the first that asks."""

    folder = python = wheel = None

    @classmethod
    def make(cls, room):
        if cls.folder is None:
            cls.folder = tempfile.mkdtemp(prefix="oi-venv-")
            preset = os.path.basename(os.path.dirname(room.bin))
            run([PYTHON, "-m", "pip", "wheel", ".", "--no-deps", "--no-index", "--config-settings", f"preset={preset}", "-q", "-w", cls.folder], room,
                cwd=PROJECT, timeout=1200)
            (cls.wheel,) = glob.glob(os.path.join(cls.folder, "*.whl"))
            run([PYTHON, "-m", "venv", os.path.join(cls.folder, "venv")], room)
            cls.python = os.path.join(cls.folder, "venv", "bin", "python")
            run([cls.python, "-m", "pip", "install", "--no-index", "-q", cls.wheel], room)
        return cls


def environment(room, **more):
    """Nothing of the outer world but the path; a build with sanitizers needs its run-time library first."""
    env = {**room.environment, "PYTHONDONTWRITEBYTECODE": "1", "PIP_DISABLE_PIP_VERSION_CHECK": "1", **more}
    if os.path.basename(os.path.dirname(room.bin)) == "dev":
        libraries = [subprocess.check_output(["g++", f"-print-file-name={name}"], text=True).strip() for name in ("libasan.so", "libubsan.so")]
        env.update(LD_PRELOAD=" ".join(libraries), ASAN_OPTIONS="detect_leaks=0")
    return env


def run(command, room, timeout=300, cwd=None, env=None, **more):
    """Runs it to its end; a failure shows what it said."""
    done = subprocess.run(command, cwd=cwd or room.folder, env=env or {**room.environment, "PIP_DISABLE_PIP_VERSION_CHECK": "1"}, text=True, errors="replace",
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL, timeout=timeout, check=False, **more)
    assert done.returncode == 0, f"{command} ended with {done.returncode}:\n{done.stdout[-4000:]}"
    return done.stdout


def run_inside(room, name, *arguments):
    """A file of tests that runs in the environment, with Python's own checks switched on."""
    installed = Installed.make(room)
    out = run([installed.python, "-X", "dev", os.path.join(HERE, "inside", name), *arguments], room, env=environment(room), timeout=280)
    assert re.search(r"(\d+) of \1 passed", out), out[-4000:]
    assert not re.search(r"interpreter/.*Warning", out), out[-4000:]


def test_the_wheel_holds_the_package_its_module_and_both_commands_and_needs_nothing(room):
    installed = Installed.make(room)
    with zipfile.ZipFile(installed.wheel) as wheel:
        names = wheel.namelist()
        metadata = wheel.read(next(name for name in names if name.endswith("METADATA"))).decode()
    assert "Name: open-interpreter" in metadata and "Requires-Dist" not in metadata, metadata[:300]
    assert "interpreter/py.typed" in names and any(re.fullmatch(r"interpreter/_core\.cpython-\d+-.*\.so", name) for name in names), names
    for command in ("interpreter", "i"):
        out = run([os.path.join(os.path.dirname(installed.python), command), "--version"], room, env=environment(room))
        assert out.startswith("Open Interpreter "), out


def test_pip_builds_it_in_isolation_without_an_index(room):
    """Build isolation and all: the backend wants nothing."""
    preset = os.path.basename(os.path.dirname(room.bin))
    out = run([Installed.make(room).python, "-m", "pip", "install", PROJECT, "--no-index", "--force-reinstall", "--no-deps", "--target",
               os.path.join(room.home, "target"), "--config-settings", f"preset={preset}"], room, timeout=1200)
    assert "Successfully installed open-interpreter" in out, out


def test_an_editable_install_uses_the_files_of_the_checkout(room):
    if not FULL:
        return
    preset, folder = os.path.basename(os.path.dirname(room.bin)), os.path.join(room.home, "venv")
    run([PYTHON, "-m", "venv", folder], room)
    try:
        run([f"{folder}/bin/python", "-m", "pip", "install", "-e", PROJECT, "--no-index", "-q", "--config-settings", f"preset={preset}"], room, timeout=1200)
        out = run([f"{folder}/bin/python", "-c", "import interpreter; print(interpreter.__file__, interpreter.computer.run('shell', 'echo here'))"], room, env=environment(room))
        assert os.path.join(PROJECT, "python", "interpreter") in out and "here" in out, out
    finally:
        for module in glob.glob(os.path.join(PROJECT, "python", "interpreter", "_core*.so")):
            os.remove(module)


def test_a_source_archive_holds_what_a_build_needs(room):
    done = run([PYTHON, "-B", "-c", "import sys; sys.path.insert(0, 'python/backend'); import backend; print(backend.build_sdist(sys.argv[1]))", room.folder], room,
               cwd=PROJECT)
    names = run(["tar", "-tzf", done.strip()], room).split()
    top = names[0].split("/")[0]
    assert {f"{top}/{name}" for name in ("pyproject.toml", "PKG-INFO", "CMakeLists.txt", "python/backend/backend.py", "python/interpreter/__init__.py")} <= set(names)
    assert not any(f"{top}/build/" in name for name in names), names[:5]


def test_an_import_opens_nothing_and_starts_nothing(room):
    """Measured against a bare Python in the same way: threads, descriptors, and files that are not Python's own."""
    program = ("import sys, os\n"
               "opened = []\n"
               "sys.addaudithook(lambda event, args: opened.append((event, str(args[0]))) if event in ('open', 'socket.__new__', 'subprocess.Popen') else None)\n"
               "before = sorted(os.listdir('/proc/self/fd'))\n"
               "from interpreter import interpreter, OpenInterpreter, AsyncInterpreter, computer, BaseLanguage\n"
               "import json\n"
               "print(json.dumps([sorted(os.listdir('/proc/self/fd')) == before, len(os.listdir('/proc/self/task')),\n"
               "                  [what for what in opened if not what[1].endswith(('.py', '.pyc', '.so')) and 'proc' not in what[1]],\n"
               "                  'interpreter._core' in sys.modules]))\n")
    same, threads, opened, is_loaded = json.loads(run([Installed.make(room).python, "-c", program], room, env=environment(room)))
    assert same and threads == 1 and opened == [] and not is_loaded, (same, threads, opened, is_loaded)


def test_every_snippet_of_the_original_runs_unchanged(room):
    """Each program in snippets/ says in its first lines what the model answers and what is printed."""
    installed = Installed.make(room)
    files = sorted(glob.glob(os.path.join(HERE, "snippets", "*.py")))
    assert len(files) > 8, files
    for path in files:
        with open(path, encoding="utf-8") as file:
            text = file.read()
        replies = json.loads(re.search(r"^# model: (.*)$", text, re.M).group(1))
        expected = re.findall(r"^# prints: (.*)$", text, re.M)
        with Provider(replies) as provider:
            env = environment(room, OPENAI_API_BASE=provider.base + "/v1", OPENAI_API_KEY="sk-test-0123456789")
            shutil.copy(path, room.folder)
            out = run([installed.python, os.path.basename(path)], room, env=env, timeout=60)
        for line in expected:
            assert line in out, f"{path}: {line!r} is not in\n{out}"


def test_chat(room):
    run_inside(room, "chat.py")


def test_approval(room):
    run_inside(room, "approval.py")


def test_settings(room):
    run_inside(room, "settings.py")


def test_extension(room):
    run_inside(room, "extension.py")


def test_concurrency(room):
    run_inside(room, "concurrency.py")


def test_computer(room):
    run_inside(room, "computer.py")


def test_counterparts_of_the_original_tests(room):
    run_inside(room, "upstream.py")


def test_asynchronous_interpreter(room):
    run_inside(room, "async_interpreter.py")


def test_displays(room):
    run_inside(room, "displays.py")


def test_nothing_leaks(room):
    run_inside(room, "leaks.py")


def test_the_fastapi_sample_answers_two_clients_at_once(room):
    """The one test that needs packages beside this one: Debian's FastAPI and uvicorn, seen through a second environment."""
    installed = Installed.make(room)
    packages = os.path.join(room.home, "packages")
    run([installed.python, "-m", "pip", "install", "--no-index", "-q", "--target", packages, installed.wheel], room)
    run([PYTHON, os.path.join(HERE, "fastapi_clients.py")], room, env=environment(room, PYTHONPATH=packages), timeout=120)


if __name__ == "__main__":
    try:
        main(globals())
    finally:
        if Installed.folder:
            shutil.rmtree(Installed.folder, ignore_errors=True)
