"""For the tests that run inside the environment with the package: a scripted model over HTTP, and a runner."""

import contextlib
import inspect
import os
import sys
import traceback

sys.dont_write_bytecode = True
sys.path.append(os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "support"))
from harness import descendants, is_alive, until  # noqa: E402, F401
from provider import Provider  # noqa: E402

from interpreter import OpenInterpreter  # noqa: E402


@contextlib.contextmanager
def talking(*replies, kind=OpenInterpreter, **settings):
    """An interpreter whose model gives these replies; `provider.requests` is what it was sent."""
    with Provider(list(replies)) as provider:
        found = kind(conversation_history=False, **settings)
        found.llm.model = "openai/test"
        found.llm.api_base = provider.base + "/v1"
        found.llm.api_key = "sk-test-0123456789"
        try:
            yield found, provider
        finally:
            found.terminate()


def says(text, **more):
    return {"text": text, **more}


def runs(language, code, text="", **more):
    return {"text": text, "calls": [{"language": language, "code": code}], **more}


@contextlib.contextmanager
def raises(kind, *words):
    """The block raises that, and the message holds those words."""
    try:
        yield
    except kind as error:
        assert all(word in str(error) for word in words), f"{error!s} lacks one of {words}"
    else:
        raise AssertionError(f"no {kind.__name__}")


def main(tests):
    wanted = sys.argv[1] if len(sys.argv) > 1 else ""
    failed, ran = [], 0
    for name, test in list(tests.items()):
        if name.startswith("test_") and inspect.isfunction(test) and wanted in name:
            ran += 1
            try:
                test()
            except BaseException:  # noqa: BLE001: a failing test must not hide the others
                failed.append(name)
                print(f"FAILED {name}\n{traceback.format_exc()}", flush=True)
    print(f"{ran - len(failed)} of {ran} passed" + (f"; failed: {', '.join(failed)}" if failed else ""), flush=True)
    sys.exit(1 if failed else 0)
