"""Feeds each fuzz target with invented input and with its corpus (tests/fuzz/corpus/NAME).

usage: tests/fuzz/run.py --bin FOLDER [TARGET] [SECONDS]
What makes a target fail is kept in build/fuzz/found; the exit code is then 1.
"""

import argparse
import os
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))


def run(program, name, seconds):
    found = os.path.join(os.path.dirname(program), "..", "found", name)
    grown = os.path.join(os.path.dirname(program), "..", "corpus", name)
    for folder in (found, grown):
        os.makedirs(folder, exist_ok=True)
    folders = [grown]  # new inputs go to the first
    corpus = os.path.join(HERE, "corpus", name)
    if os.path.isdir(corpus):
        folders.append(corpus)
    print(f"== {name}, {seconds} s", flush=True)
    return subprocess.run([program, f"-max_total_time={seconds}", "-max_len=4096", "-timeout=20", "-rss_limit_mb=2048", "-print_final_stats=1",
                           "-verbosity=0", "-print_funcs=0", f"-artifact_prefix={os.path.normpath(found)}/", *folders], check=False).returncode


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--bin", required=True)
    parser.add_argument("arguments", nargs="*")
    options = parser.parse_args()
    seconds = next((int(one) for one in options.arguments if one.isdigit()), 60)
    wanted = next((one.removesuffix("_fuzz") for one in options.arguments if not one.isdigit()), None)
    names = sorted(name[: -len("_fuzz")] for name in os.listdir(options.bin) if name.endswith("_fuzz"))
    if wanted is not None and wanted not in names:
        print(f"./dev fuzz: no target '{wanted}'; there are: {', '.join(names)}", file=sys.stderr)
        return 2
    failed = [name for name in names if wanted in (None, name) and run(os.path.abspath(os.path.join(options.bin, f"{name}_fuzz")), name, seconds)]
    print("found something: " + ", ".join(failed) if failed else "nothing found")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
