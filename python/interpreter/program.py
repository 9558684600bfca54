"""Where this installation has its program `interpreter`: the kernels need it as a helper. Looked for at first use."""

from __future__ import annotations

import os


def _installed_record() -> str:
    """The list of installed files that pip has written beside this package; "": there is none."""
    packages = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    for folder in [packages, *__import__("sys").path]:
        try:
            names = os.listdir(folder)
        except OSError:
            continue
        for name in names:
            if name.startswith("open_interpreter-") and name.endswith(".dist-info"):
                return os.path.join(folder, name, "RECORD")
    return ""


def program() -> str:
    """The path of the program that came with this package; "": the core looks for it itself (beside the library, then PATH)."""
    record = _installed_record()
    try:
        with open(record, encoding="utf-8") as lines:
            for line in lines:
                path = line.rsplit(",", 2)[0].strip('"')
                if os.path.basename(path) == "interpreter":
                    found = os.path.normpath(os.path.join(os.path.dirname(os.path.dirname(record)), path))
                    if is_program(found):
                        return found
    except OSError:
        pass
    # `pip install --target` moves the commands, but lists where they were.
    beside = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "bin", "interpreter")
    return beside if is_program(beside) else ""


def is_program(path: str) -> bool:
    return os.access(path, os.X_OK) and not os.path.isdir(path)


def version() -> str:
    """The version of the distribution; "" when the package was not installed."""
    folder = os.path.basename(os.path.dirname(_installed_record()))
    return folder[len("open_interpreter-"):-len(".dist-info")] if folder else ""
