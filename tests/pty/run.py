"""Runs the program in a real terminal and looks at the screen.

usage: tests/pty/run.py --bin build/release/bin [FILTER]
"""

import argparse
import importlib
import os
import sys
import time
import traceback

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from tmux import Folder, Pty, Tmux  # noqa: E402

HERE = os.path.dirname(os.path.abspath(__file__))
MODULES = sorted(name[:-3] for name in os.listdir(HERE) if name.endswith(".py") and name not in ("run.py", "tmux.py"))


class Case:
    """What a test gets: a home, the program, a terminal; all gone when the test ends."""

    def __init__(self, binary):
        self.program = os.path.join(os.path.abspath(binary), "interpreter")
        self.folder = Folder()
        self.open = []

    def script(self, text):
        return self.folder.write("model", text.lstrip("\n"))

    def terminal(self, model, arguments="", columns=80, rows=24, **environment):
        window = Tmux(self.folder, columns, rows)
        self.open.append(window)
        window.start(f"'{self.program}' --model script:{self.script(model)} {arguments}", **environment)
        return window

    def pty(self, model, *arguments, **environment):
        return Pty([self.program, "--model", f"script:{self.script(model)}", *arguments], self.folder, **environment)

    def close(self):
        for window in self.open:
            window.close()
        self.folder.remove()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--bin", required=True)
    parser.add_argument("filter", nargs="?", default="")
    options = parser.parse_args()
    tests = []
    for module in MODULES:
        found = vars(importlib.import_module(module))
        tests += [(f"{module}.{name[5:]}", test) for name, test in found.items() if name.startswith("test_")]
    failed = []
    for name, test in tests:
        if options.filter not in name:
            continue
        case = Case(options.bin)
        started = time.monotonic()
        try:
            test(case)
            print(f"ok   {name} ({time.monotonic() - started:.1f} s)", flush=True)
        except Exception:  # noqa: BLE001 whatever it is, the others still run
            failed.append(name)
            print(f"FAIL {name}\n{traceback.format_exc()}", flush=True)
        finally:
            case.close()
    print(f"{len(failed)} failed" + "".join(f"\n  {name}" for name in failed))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
