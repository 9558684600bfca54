"""A program in a real terminal emulator (tmux), and on a bare pty: what the pty tests are written with."""

import fcntl
import os
import pty
import re
import select
import shutil
import signal
import struct
import subprocess
import tempfile
import termios
import time

DEADLINE = 10.0


class Failure(Exception):
    pass


class Folder:
    """A home of its own: nothing of the machine's user is read or written."""

    def __init__(self):
        self.path = tempfile.mkdtemp(prefix="oi-pty-")

    def write(self, name, text, mode=0o644):
        path = os.path.join(self.path, name)
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
        os.chmod(path, mode)
        return path

    def environment(self, **more):
        environment = {"PATH": "/usr/local/bin:/usr/bin:/bin", "HOME": self.path, "LANG": "C.UTF-8", "TMPDIR": self.path}
        environment.update(more)
        return environment

    def remove(self):
        shutil.rmtree(self.path, ignore_errors=True)


class Tmux:
    """One tmux server with one window, on a socket of its own."""

    count = 0

    def __init__(self, folder, columns=80, rows=24):
        Tmux.count += 1
        self.folder = folder
        self.socket = f"oi-{os.getpid()}-{Tmux.count}"
        self.columns, self.rows = columns, rows

    def call(self, *arguments, text=None):
        return subprocess.run(["tmux", "-L", self.socket, *arguments], input=text, capture_output=True, text=True, timeout=DEADLINE,
                              env=self.folder.environment(TERM="xterm-256color")).stdout

    def start(self, command, **environment):
        """Runs a shell command; EXIT=CODE appears when it has ended."""
        script = "".join(f"export {name}='{value}'\n" for name, value in environment.items())
        script += f"cd '{self.folder.path}'\n{command}\necho EXIT=$?\nexec sleep 1000\n"
        path = self.folder.write("run.sh", script)
        settings = self.folder.write("tmux.conf", "set -g history-limit 50000\n")  # a window has the limit of its beginning
        self.call("-f", settings, "new-session", "-d", "-x", str(self.columns), "-y", str(self.rows), f"sh {path}")

    def text(self, joined=False):
        """Scroll-back and screen."""
        return self.call("capture-pane", "-p", "-S", "-", *(["-J"] if joined else []))

    def coloured(self):
        return self.call("capture-pane", "-e", "-p", "-S", "-")

    def screen(self):
        return self.call("capture-pane", "-p")

    def keys(self, *keys):
        self.call("send-keys", *keys)

    def type(self, text):
        self.call("send-keys", "-l", text)

    def paste(self, text):
        self.call("load-buffer", "-", text=text)
        self.call("paste-buffer", "-p")

    def resize(self, columns, rows):
        self.call("resize-window", "-x", str(columns), "-y", str(rows))

    def wait(self, pattern, seconds=DEADLINE, gone=False):
        """Until the regular expression is on the page (or gone from it); returns the page."""
        end = time.monotonic() + seconds
        while True:
            page = self.text()
            if bool(re.search(pattern, page, re.MULTILINE)) != gone:
                return page
            if time.monotonic() > end:
                raise Failure(f"{'still' if gone else 'never'} on the page: {pattern}\n{page}")
            time.sleep(0.01)

    def pid(self, program):
        """The program's process among those of the window."""
        shell = self.call("list-panes", "-F", "#{pane_pid}").strip()
        listed = subprocess.run(["ps", "-o", "pid=,args=", "--ppid", shell], capture_output=True, text=True, check=False).stdout
        for line in listed.splitlines():
            number, arguments = line.strip().split(" ", 1)
            if program in arguments:
                return int(number)
        raise Failure(f"no process {program}:\n{listed}")

    def close(self):
        self.call("kill-server")


class Pty:
    """A program on a bare pty: every byte that it writes."""

    def __init__(self, arguments, folder, columns=80, rows=24, **environment):
        self.bytes = b""
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            os.chdir(folder.path)
            os.execve(arguments[0], arguments, folder.environment(**{"TERM": "xterm-256color", **environment}))
        fcntl.ioctl(self.fd, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    def read(self, seconds):
        ready, _, _ = select.select([self.fd], [], [], max(seconds, 0))
        if not ready:
            return False
        try:
            got = os.read(self.fd, 1 << 16)
        except OSError:
            return False
        self.bytes += got
        return bool(got)

    def wait(self, text, seconds=DEADLINE):
        end = time.monotonic() + seconds
        while text not in self.bytes:
            if time.monotonic() > end:
                raise Failure(f"never written: {text!r}\n{self.bytes!r}")
            self.read(0.1)

    def write(self, text):
        os.write(self.fd, text)

    def finish(self, seconds=DEADLINE):
        """Reads to the end; the exit code."""
        end = time.monotonic() + seconds
        while self.read(end - time.monotonic()):
            pass
        if time.monotonic() > end:
            os.kill(self.pid, signal.SIGKILL)
            os.waitpid(self.pid, 0)
            raise Failure(f"does not end\n{self.bytes!r}")
        code = os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])
        os.close(self.fd)
        return code

    def leave(self):
        """Ctrl-D at the prompt."""
        self.wait(b"> ")
        while self.read(0.05):
            pass
        self.write(b"\x04")
        return self.finish()
