"""The package and the installed tree: complete, tidy, and gone without a trace."""

import glob
import gzip
import os
import shutil
import subprocess

from harness import PROJECT

PAGES = ("share/man/man1/interpreter.1.gz", "share/man/man1/i.1.gz", "share/bash-completion/completions/interpreter", "share/bash-completion/completions/i",
         "share/fish/vendor_completions.d/interpreter.fish", "share/fish/vendor_completions.d/i.fish", "share/doc/open-interpreter/copyright",
         "share/doc/open-interpreter/changelog.gz", "share/doc/open-interpreter/manual/start.md")


def run(*command, **more):
    done = subprocess.run(command, capture_output=True, text=True, check=False, **more)
    assert done.returncode == 0, (command, done)
    return done.stdout


def files_below(root):
    return sorted(os.path.relpath(os.path.join(folder, name), root) for folder, _, names in os.walk(root) for name in names)


def check_pages(room, prefix):
    for page in PAGES:
        assert os.path.exists(os.path.join(prefix, page)), page
    source = os.path.join(prefix, "share/man/man1/interpreter.1.gz")
    done = subprocess.run(["man", "--warnings", "-l", source], env={**room.environment, "MANWIDTH": "100", "LC_ALL": "C.UTF-8", "MANROFFOPT": "-ww"},
                          capture_output=True, text=True, check=False)
    assert done.returncode == 0 and done.stderr == "" and "--sandbox" in done.stdout and "SEE ALSO" in done.stdout, done
    with gzip.open(source, "rt", encoding="utf-8") as page:
        assert page.read().startswith('.\\" Made by the program')
    for shell, path in (("bash", "share/bash-completion/completions/interpreter"), ("fish", "share/fish/vendor_completions.d/interpreter.fish")):
        run(shell, "-n", os.path.join(prefix, path))


def test_the_installed_pages_are_whole_and_man_reads_them_without_a_warning(room):
    prefix = os.path.join(room.home, "prefix")
    run("cmake", "--install", os.path.dirname(room.bin), "--prefix", prefix)
    check_pages(room, prefix)
    assert os.path.exists(os.path.join(prefix, "share/zsh/site-functions/_interpreter"))


def test_install_needs_no_root_and_uninstall_leaves_nothing(room):
    prefix = os.path.join(room.home, "my prefix")
    user = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"] if os.getuid() == 0 else []
    os.chmod(room.home, 0o755)
    os.mkdir(prefix)
    os.chmod(prefix, 0o777)
    # The list of what was installed goes elsewhere: the folder of the build may be another user's.
    with open(os.path.join(os.path.dirname(room.bin), "cmake_install.cmake"), encoding="utf-8") as file:
        steps = file.read()
    script = room.write("install.cmake", steps.replace(f'"{os.path.dirname(room.bin)}/${{CMAKE_INSTALL_MANIFEST}}"', f'"{room.folder}/manifest"'))
    os.chmod(room.folder, 0o777)
    run(*user, "cmake", f"-DCMAKE_INSTALL_PREFIX={prefix}", "-P", script, cwd="/")
    assert run(*user, os.path.join(prefix, "bin/i"), "--version", cwd="/", env={**room.environment, "HOME": "/nonexistent"}).startswith("Open Interpreter")
    with open(os.path.join(prefix, "of-somebody-else"), "w", encoding="utf-8"):
        pass
    run("./dev", "uninstall", prefix, cwd=PROJECT)
    assert files_below(prefix) == ["of-somebody-else"] and os.listdir(prefix) == ["of-somebody-else"], os.listdir(prefix)


def built_package(room):
    folder = os.path.join(room.home, "package")
    os.mkdir(folder)
    run("cpack", "-G", "DEB", "-B", folder, cwd=os.path.dirname(room.bin))
    return glob.glob(folder + "/*.deb")[0]


def test_the_package_has_all_that_a_package_has(room):
    package = built_package(room)
    fields = run("dpkg-deb", "-f", package)
    for field in ("Package: open-interpreter", "Section: utils", "Maintainer: The Open Interpreter developers", "Depends: ", "libcurl4", "Suggests: libsecret-1-0"):
        assert field in fields, fields
    root = os.path.join(room.home, "root")
    run("dpkg-deb", "-x", package, root)
    check_pages(room, os.path.join(root, "usr"))
    assert os.path.exists(os.path.join(root, "usr/share/zsh/vendor-completions/_interpreter"))
    assert all(path.startswith("usr/") for path in files_below(root)), files_below(root)
    for line in run("dpkg-deb", "-c", package).splitlines():
        mode, owner = line.split()[:2]
        assert owner == "root/root" and mode in ("drwxr-xr-x", "-rwxr-xr-x", "-rw-r--r--", "lrwxrwxrwx"), line
    demo = subprocess.run([os.path.join(root, "usr/bin/i"), "--demo", "-y"], cwd=room.folder, env=room.environment, capture_output=True, text=True, check=False)
    assert demo.returncode == 0 and "The five largest files" in demo.stdout, demo


def test_dpkg_installs_it_and_removes_it_without_a_trace(room):
    """In a database of packages and a root of its own, so that no machine is changed."""
    package = built_package(room)
    root = os.path.join(room.home, "system")
    os.makedirs(root + "/var/lib/dpkg/updates")
    os.makedirs(root + "/var/lib/dpkg/info")
    for name in ("status", "available"):
        with open(f"{root}/var/lib/dpkg/{name}", "w", encoding="utf-8"):
            pass
    dpkg = ["dpkg", f"--root={root}", "--force-depends", "--force-not-root", "--force-script-chrootless", "--log=/dev/null"]
    run(*dpkg, "-i", package, env={**os.environ, "PATH": os.environ["PATH"] + ":/usr/sbin:/sbin"})
    assert "ii  open-interpreter" in run("dpkg-query", f"--admindir={root}/var/lib/dpkg", "-l", "open-interpreter")
    said = subprocess.run([root + "/usr/bin/interpreter", "--version"], capture_output=True, text=True, check=False)
    assert said.returncode == 0, said
    run(*dpkg, "-r", "open-interpreter", env={**os.environ, "PATH": os.environ["PATH"] + ":/usr/sbin:/sbin"})
    assert not os.path.exists(root + "/usr"), files_below(root + "/usr")
    shutil.rmtree(root)


def test_help_all_is_two_words_or_one_and_unknown_shells_are_named(room):
    whole = room.run("--help=all")
    assert whole.code == 0 and room.run("--help", "all").out == whole.out and "--jupyter_url" in whole.out, whole
    assert "--jupyter_url" not in room.run("--help").out
    strange = room.run("--completion=csh")
    assert strange.code == 2 and strange.err.count("\n") == 1 and "csh" in strange.err and "--completion=bash" in strange.err, strange
    assert room.run("--completion", env={"SHELL": "/usr/bin/fish"}).out.startswith("# Completion of interpreter and i for fish")
