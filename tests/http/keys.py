"""--keys: stored, listed, used, removed; checked against a vendor that knows its keys."""

import os
import stat
import time

from provider import Provider

RIGHT = "sk-proj-0123456789abcdefghij"


def of(provider):
    return {"OPENAI_BASE_URL": provider.base + "/v1"}


def path_of(room):
    return os.path.join(room.home, ".config", "open-interpreter", "keys")


def test_keys_are_checked_before_they_are_stored_and_then_used(room):
    with Provider([{"text": "Good day."}], models=["gpt-5"], keys=[RIGHT]) as provider:
        refused = room.run("--keys", "add", "openai", stdin="sk-proj-wrong0123456789", env=of(provider))
        assert refused.code == 1 and refused.err.count("\n") == 1 and "401" in refused.err and "wrong0" not in refused.err, refused
        assert not os.path.exists(path_of(room))
        stored = room.run("--keys", "add", stdin=RIGHT + "\n", env=of(provider))
        assert stored.code == 0 and "sk-proj-...ghij for openai" in stored.out and RIGHT not in stored.out + stored.err, stored
        assert stat.S_IMODE(os.stat(path_of(room)).st_mode) == 0o600
        listed = room.run("--keys", env={"GROQ_API_KEY": "gsk_0123456789abcdef"})
        assert "sk-proj-...ghij" in listed.out and "variable GROQ_API_KEY" in listed.out and RIGHT not in listed.out, listed
        said = room.run("-m", "openai/gpt-5", "hi", env=of(provider))
        assert said.out == "Good day.\n" and provider.requests[-1]["headers"]["authorization"] == "Bearer " + RIGHT, said
        recorded = room.run("-m", "openai/gpt-5", "--record", "record", "-v", "hi", env=of(provider))
        with open(os.path.join(room.folder, "record"), encoding="utf-8") as file:
            assert RIGHT not in file.read() + recorded.err and recorded.code == 0
        doctor = room.run("--doctor", "-m", "openai/gpt-5", env=of(provider))
        assert "stored" in doctor.out and RIGHT not in doctor.out, doctor
        removed = room.run("--keys", "remove", "openai")
        assert removed.code == 0 and "No key is stored" in room.run("--keys").out, removed
        gone = room.run("--keys", "remove", "openai")
        assert gone.code == 1 and "no key for openai is stored" in gone.err, gone


def test_a_stored_key_goes_to_no_other_server(room):
    with Provider([{"text": "ok"}], keys=[RIGHT], models=["gpt-5"]) as theirs, Provider([{"text": "ok"}]) as other:
        assert room.run("--keys", "add", "openai", stdin=RIGHT, env=of(theirs)).code == 0
        for arguments, env in ((("-ab", other.base + "/v1"), {}), ((), of(other))):
            assert room.run("-m", "openai/gpt-5", *arguments, "hi", env=env).code == 0
        assert len(other.requests) == 2 and RIGHT not in str(other.entries), other.entries


def test_wrong_uses_of_keys_are_one_line(room):
    for arguments, stdin, words in ((("--keys", "dance"), "", "--keys dance: not understood"), (("--keys", "add", "opnai"), "x", "did you mean openai?"),
                                    (("--keys", "add"), "0123456789abcdef0123", "does not say whose it is"),
                                    (("--keys", "add", "openai"), "", "stdin holds no key"), (("--keys=remove",), "", "not understood"),
                                    (("--setup",), "", "needs a terminal")):
        result = room.run(*arguments, stdin=stdin)
        assert result.code == 2 and words in result.err and result.err.count("\n") == 1, (arguments, result)


def test_a_vendor_out_of_reach_keeps_nothing(room):
    result = room.run("--keys", "add", "groq", stdin="gsk_0123456789abcdef", env={"https_proxy": "http://127.0.0.1:9"})
    assert result.code == 1 and "the proxy http://127.0.0.1:9" in result.err and not os.path.exists(path_of(room)), result


def test_a_malformed_file_is_named_with_its_line(room):
    os.makedirs(os.path.dirname(path_of(room)))
    with open(path_of(room), "w", encoding="utf-8") as file:
        file.write("openai\n")
    result = room.run("--keys")
    assert result.code == 2 and "/keys:1: a line is VENDOR KEY" in result.err, result


def test_a_bus_without_a_key_store_fails_fast(room):
    """The key goes into the file, and the start is not held up."""
    with Provider([{"text": "ok"}], models=["gpt-5"]) as provider:
        begin = time.monotonic()
        env = {**of(provider), "DBUS_SESSION_BUS_ADDRESS": "unix:path=/nowhere/bus", "DISPLAY": ":none"}
        stored = room.run("--keys", "add", "openai", stdin=RIGHT, env=env)
        assert stored.code == 0 and path_of(room) in stored.out, stored
        assert time.monotonic() - begin < 5
