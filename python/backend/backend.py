"""The build backend (PEP 517 and 660): runs cmake and ninja, writes the wheel itself, needs nothing from an index.

    pip install .                        builds in build/release, where ./dev builds, too
    pip wheel . --config-settings preset=dev    another preset of CMakePresets.json
"""

import base64
import csv
import glob
import hashlib
import io
import os
import re
import shutil
import subprocess
import sys
import sysconfig
import tarfile
import zipfile

HERE = os.path.dirname(os.path.abspath(__file__))
PROJECT = os.path.dirname(os.path.dirname(HERE))
PACKAGE = os.path.join(PROJECT, "python", "interpreter")
NAME = "open_interpreter"
# What the terminal command `i` is in a wheel, which can hold no links.
SHORT_COMMAND = '#!/bin/sh\n# `i` is the short name of `interpreter`, which lies beside it.\nexec "$(dirname "$(readlink -f "$0")")/interpreter" "$@"\n'


# --- what pip calls ------------------------------------------------------------------------------------------------

def get_requires_for_build_wheel(config_settings=None):
    return []


get_requires_for_build_editable = get_requires_for_build_sdist = get_requires_for_build_wheel


def prepare_metadata_for_build_wheel(metadata_directory, config_settings=None):
    folder = os.path.join(metadata_directory, dist_info())
    os.mkdir(folder)
    for name, text in metadata_files().items():
        with open(os.path.join(folder, name), "w", encoding="utf-8") as file:
            file.write(text)
    return dist_info()


prepare_metadata_for_build_editable = prepare_metadata_for_build_wheel


def build_wheel(wheel_directory, config_settings=None, metadata_directory=None):
    build = compile_all(config_settings)
    wheel = Wheel(wheel_directory)
    for path in sorted(glob.glob(os.path.join(PACKAGE, "**", "*"), recursive=True)):
        if path.endswith((".py", ".pyi", "py.typed")):
            wheel.add(path, "interpreter/" + os.path.relpath(path, PACKAGE))
    wheel.add(module(build), f"interpreter/_core{sysconfig.get_config_var('EXT_SUFFIX')}", strip=True)
    return wheel.finish(build)


def build_editable(wheel_directory, config_settings=None, metadata_directory=None):
    """The Python files are those of the checkout; the compiled module is put beside them."""
    build = compile_all(config_settings)
    beside = os.path.join(PACKAGE, f"_core{sysconfig.get_config_var('EXT_SUFFIX')}")
    shutil.copy(module(build), beside + ".new")
    os.replace(beside + ".new", beside)  # a program that has it loaded keeps the old one
    wheel = Wheel(wheel_directory)
    wheel.add_text(f"{NAME}.pth", os.path.dirname(PACKAGE) + "\n")
    return wheel.finish(build)


def build_sdist(sdist_directory, config_settings=None):
    """Everything that is in the checkout but what is built; as git has it where there is git."""
    name = f"{NAME}-{version()}"
    path = os.path.join(sdist_directory, name + ".tar.gz")
    with tarfile.open(path, "w:gz", format=tarfile.PAX_FORMAT) as archive:
        for file in source_files():
            archive.add(os.path.join(PROJECT, file), f"{name}/{file}", recursive=False)
        text = metadata_files()["METADATA"].encode()
        entry = tarfile.TarInfo(f"{name}/PKG-INFO")
        entry.size = len(text)
        archive.addfile(entry, io.BytesIO(text))
    return os.path.basename(path)


# --- building ------------------------------------------------------------------------------------------------------

def compile_all(config_settings):
    """Builds the program and the module for the Python that runs this; gives the build folder."""
    preset = (config_settings or {}).get("preset", "release")
    for tool in ("cmake", "ninja", "c++"):
        if not shutil.which(tool):
            raise SystemExit(f"open-interpreter: {tool} is missing; on Debian: apt-get install g++ cmake ninja-build, or run ./dev build once")
    headers = sysconfig.get_path("include")
    if not os.path.exists(os.path.join(headers, "Python.h")):
        raise SystemExit(f"open-interpreter: {headers}/Python.h is missing; on Debian: apt-get install python3-dev pybind11-dev")
    build = os.path.join(PROJECT, "build", preset)
    environment = {**os.environ, "CCACHE_BASEDIR": PROJECT, "CCACHE_NOHASHDIR": "1"}
    wanted = {"OI_PYTHON_HEADERS": headers, "OI_PYTHON_SUFFIX": sysconfig.get_config_var("EXT_SUFFIX")}
    if cached(build, wanted) != wanted:
        run(["cmake", "--preset", preset, *(f"-D{key}={value}" for key, value in wanted.items())], environment)
    run(["ninja", "-C", build, "interpreter", "python_core"], environment)
    return build


def cached(build, names):
    """What the build folder was configured with."""
    try:
        with open(os.path.join(build, "CMakeCache.txt"), encoding="utf-8") as cache:
            found = dict(re.match(r"(\w+):\w+=(.*)", line).groups() for line in cache if re.match(r"\w+:\w+=", line))
    except OSError:
        return {}
    return {name: found[name] for name in names if name in found}


def run(command, environment):
    done = subprocess.run(command, cwd=PROJECT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace")
    if done.returncode:
        sys.stderr.write("\n".join(done.stdout.splitlines()[-60:]) + "\n")
        raise SystemExit(f"open-interpreter: {' '.join(command[:3])} failed")


def module(build):
    return os.path.join(build, "python", f"_core{sysconfig.get_config_var('EXT_SUFFIX')}")


def version():
    with open(os.path.join(PROJECT, "CMakeLists.txt"), encoding="utf-8") as file:
        return re.search(r"project\(open-interpreter VERSION ([\d.]+)", file.read()).group(1)


def source_files():
    listed = subprocess.run(["git", "ls-files", "-co", "--exclude-standard"], cwd=PROJECT, stdout=subprocess.PIPE, text=True) if shutil.which("git") else None
    if listed is not None and listed.returncode == 0:
        return [file for file in listed.stdout.splitlines() if os.path.exists(os.path.join(PROJECT, file))]
    return [os.path.relpath(os.path.join(folder, file), PROJECT) for folder, _, files in os.walk(PROJECT) for file in files
            if not os.path.relpath(folder, PROJECT).split(os.sep)[0] in ("build", ".git") and "__pycache__" not in folder]


# --- the wheel -----------------------------------------------------------------------------------------------------

def tag():
    """CPython of this version, on this machine: cp311-cp311-linux_x86_64."""
    python = f"cp{sys.version_info[0]}{sys.version_info[1]}"
    return f"{python}-{python}-{sysconfig.get_platform().replace('-', '_').replace('.', '_')}"


def dist_info():
    return f"{NAME}-{version()}.dist-info"


def metadata_files():
    with open(os.path.join(PROJECT, "README.md"), encoding="utf-8") as file:
        readme = file.read()
    return {
        "METADATA": f"Metadata-Version: 2.1\nName: open-interpreter\nVersion: {version()}\n"
                    "Summary: Say what you want done on your computer; code does it, after your approval\n"
                    "Requires-Python: >=3.10\nDescription-Content-Type: text/markdown\n\n" + readme,
        "WHEEL": f"Wheel-Version: 1.0\nGenerator: open-interpreter\nRoot-Is-Purelib: false\nTag: {tag()}\n",
    }


class Wheel:
    """A zip file with a list of what is in it."""

    def __init__(self, folder):
        self.name = f"{NAME}-{version()}-{tag()}.whl"
        self.archive = zipfile.ZipFile(os.path.join(folder, self.name), "w", zipfile.ZIP_DEFLATED, compresslevel=6)
        self.record = []

    def add(self, path, name, strip=False):
        with open(path, "rb") as file:
            data = file.read()
        self.add_bytes(name, stripped(data) if strip else data, os.stat(path).st_mode & 0o777)

    def add_text(self, name, text, mode=0o644):
        self.add_bytes(name, text.encode(), mode)

    def add_bytes(self, name, data, mode):
        entry = zipfile.ZipInfo(name, (2020, 1, 1, 0, 0, 0))
        entry.compress_type = zipfile.ZIP_DEFLATED
        entry.external_attr = (0o100000 | mode) << 16
        self.archive.writestr(entry, data)
        digest = base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b"=").decode()
        self.record.append((name, f"sha256={digest}", len(data)))

    def finish(self, build):
        """Adds the commands, the metadata and the list; gives the file's name."""
        scripts = f"{NAME}-{version()}.data/scripts/"
        self.add(os.path.join(build, "bin", "interpreter"), scripts + "interpreter", strip=True)
        self.add_text(scripts + "i", SHORT_COMMAND, 0o755)
        for name, text in metadata_files().items():
            self.add_text(f"{dist_info()}/{name}", text)
        self.record.append((f"{dist_info()}/RECORD", "", ""))
        text = io.StringIO()
        csv.writer(text, lineterminator="\n").writerows(self.record)
        self.archive.writestr(f"{dist_info()}/RECORD", text.getvalue())
        self.archive.close()
        return self.name


def stripped(data):
    """Without the symbols that only a debugger wants."""
    strip = shutil.which("strip")
    if not strip:
        return data
    import tempfile

    with tempfile.NamedTemporaryFile() as file:
        file.write(data)
        file.flush()
        if subprocess.run([strip, "--strip-unneeded", file.name], stderr=subprocess.DEVNULL).returncode != 0:
            return data
        with open(file.name, "rb") as result:  # strip may have replaced the file
            return result.read()
