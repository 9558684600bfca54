"""Replies that break half-way, as a person sees them."""

import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
from provider import Provider  # noqa: E402


def test_half_code_is_followed_by_a_line_that_says_so_and_by_the_whole(case):
    calls = [{"language": "shell", "code": "echo once\necho t''wice >> ran"}]
    broken = {"text": "Let me see.", "calls": calls, "split": 10, "fault": "cut", "after": "echo t"}
    with Provider([broken, {"calls": calls}, {"text": "All is done."}]) as provider:
        window = case.terminal("not used", f"--model openai/test -ab {provider.base}/v1 -ak k -y go")
        window.wait("All is done")
        screen = window.screen()
        places = [screen.index(part) for part in ("Let me see.", "\u2502 echo onc", "that code was", "\u2502 echo once\n", "\u250a once", "All is done")]
        assert places == sorted(places), screen
        assert "trying again" not in screen, "the countdown leaves nothing behind"
