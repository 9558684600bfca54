"""The way to the vendor: proxies, certificates, HTTP/2, connections that are kept, lost and closed."""

import json
import os
import signal
import socket
import time

from harness import PROJECT, until
from http2 import Http2Front
from provider import Provider
from proxy import Proxy
from run import ask, one_line

CERTIFICATES = os.path.join(PROJECT, "tests", "provider", "certificates")
AUTHORITY = os.path.join(CERTIFICATES, "authority.pem")
TRUSTED = {"SSL_CERT_FILE": AUTHORITY}
NO_RETRY = ("--retry_for", "0")


def vendor(replies, certificate="vendor.pem"):
    return Provider(replies, flags=["--certificate", os.path.join(CERTIFICATES, certificate)])


def ask_at(room, base, *arguments, env=None):
    return room.run("-m", "gpt-4o", "-ab", base, "-ak", "sk-test-0123456789", *NO_RETRY, *arguments, env=env)


def test_https_goes_through_the_proxy_that_the_environment_names(room):
    calls = [{"language": "shell", "code": "echo hi"}]
    with vendor([{"calls": calls}, {"text": "Through."}]) as provider:
        for variable, scheme in (("HTTPS_PROXY", "http"), ("https_proxy", "http"), ("ALL_PROXY", "http"), ("ALL_PROXY", "socks5h")):
            with Proxy({"vendor.test": provider.port}) as proxy:
                result = ask_at(room, "https://vendor.test/v1", "-y", "go", env={variable: f"{scheme}://127.0.0.1:{proxy.port}", **TRUSTED})
                assert result.code == 0 and "Through." in result.out, (variable, scheme, result)
                assert proxy.asked == [("SOCKS" if scheme == "socks5h" else "CONNECT") + " vendor.test:443"], "one tunnel for both requests"


def test_a_refusal_behind_a_proxy_is_the_vendors(room):
    with vendor([{"status": 401, "error": "Incorrect API key"}]) as provider, Proxy({"vendor.test": provider.port}) as proxy:
        result = ask_at(room, "https://vendor.test/v1", "go", env={"HTTPS_PROXY": f"http://127.0.0.1:{proxy.port}", **TRUSTED})
        one_line(result, 1, "OpenAI: 401 Unauthorized", "Incorrect API key")


def test_plain_http_goes_through_the_proxy_too(room):
    for variable in ("http_proxy", "HTTP_PROXY"):
        with Provider([{"text": "Through."}]) as provider, Proxy({"vendor.test": provider.port}) as proxy:
            result = ask_at(room, "http://vendor.test/v1", "go", env={variable: f"127.0.0.1:{proxy.port}"})
            assert result.code == 0 and "Through." in result.out, (variable, result)
            assert proxy.asked == ["POST http://vendor.test/v1/chat/completions"], proxy.asked


def test_hosts_of_no_proxy_are_reached_without_it(room):
    with Proxy({}) as proxy:
        env = {"HTTPS_PROXY": f"http://127.0.0.1:{proxy.port}", "NO_PROXY": "other.test,vendor.test"}
        one_line(ask_at(room, "https://vendor.test/v1", "go", env=env), 1, "the host vendor.test is not known")
        assert proxy.asked == []


def test_a_proxy_that_refuses_is_named_without_its_password(room):
    for scheme in ("https", "http"):
        for status, words in ((407, ("wants a name and a password", "NAME:PASSWORD")), (403, ("403",)), (502, ("502",))):
            if scheme == "http" and status != 407:
                continue  # looks like the server's own answer
            with Proxy({"vendor.test": 1}, refuses=status) as proxy:
                env = {"ALL_PROXY": f"http://ada:geheim@127.0.0.1:{proxy.port}"}
                result = ask_at(room, f"{scheme}://vendor.test/v1", "go", env=env)
                one_line(result, 1, f"the proxy http://127.0.0.1:{proxy.port}", *words)
                assert "geheim" not in result.err, result


def test_a_proxy_gets_the_password_of_its_address(room):
    with vendor([{"text": "Through."}]) as provider, Proxy({"vendor.test": provider.port}, wants="ada:geheim") as proxy:
        for login, code in (("ada:geheim@", 0), ("", 1)):
            env = {"HTTPS_PROXY": f"http://{login}127.0.0.1:{proxy.port}", **TRUSTED}
            assert ask_at(room, "https://vendor.test/v1", "go", env=env).code == code


def test_a_proxy_that_is_not_there_is_named(room):
    with socket.create_server(("127.0.0.1", 0)) as gone:
        port = gone.getsockname()[1]
    for scheme in ("http", "socks5h"):
        env = {"ALL_PROXY": f"{scheme}://127.0.0.1:{port}"}
        one_line(ask_at(room, "https://vendor.test/v1", "go", env=env), 1, f"the proxy {scheme}://127.0.0.1:{port}", "PROXY")


def test_a_proxy_that_hangs_up_is_named(room):
    with Proxy({}) as proxy:
        env = {"HTTPS_PROXY": f"http://127.0.0.1:{proxy.port}"}
        one_line(ask_at(room, "https://vendor.test/v1", "go", env=env), 1, f"the proxy http://127.0.0.1:{proxy.port}", "failed")


def test_an_authority_of_ones_own_is_trusted_when_named(room):
    with vendor([{"text": "Trusted."}]) as provider:
        base = provider.base.replace("http:", "https:") + "/v1"
        one_line(ask_at(room, base, "go"), 1, "certificate", "SSL_CERT_FILE")
        assert provider.requests == []
        for variable in ("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"):
            result = ask_at(room, base, "go", env={variable: AUTHORITY})
            assert result.code == 0 and "Trusted." in result.out, (variable, result)
            one_line(ask_at(room, base, "go", env={variable: "/no/such.pem"}), 1, variable, "/no/such.pem")


def test_certificates_that_are_wrong_say_how(room):
    with vendor([{"text": "never"}], "expired.pem") as expired:
        one_line(ask_at(room, expired.base.replace("http:", "https:"), "go", env=TRUSTED), 1, "expired", "clock")
    with vendor([{"text": "never"}]) as provider, Proxy({"other.test": provider.port}) as proxy:
        env = {"HTTPS_PROXY": f"http://127.0.0.1:{proxy.port}", **TRUSTED}
        one_line(ask_at(room, "https://other.test/v1", "go", env=env), 1, "other.test", "another host's")
        assert provider.requests == []


def test_http2_is_spoken_streams_as_it_comes_and_is_cancelled(room):
    calls = [{"language": "shell", "code": "echo hi"}]
    replies = [{"calls": calls}, {"text": "Twice."}, {"text": "at once, and more", "fault": "stall", "after": "once,"}]
    with Provider(replies) as provider, Http2Front(provider.port, os.path.join(CERTIFICATES, "vendor.pem")) as front:
        result = ask_at(room, front.base + "/v1", "-y", "go", env=TRUSTED)
        assert result.code == 0 and "Twice." in result.out, result
        assert front.negotiated == ["h2"], "both requests on one connection"
        child = room.start("-m", "openai/test", "-ab", front.base + "/v1", "--frontend", "json", "go", env=TRUSTED)
        while json.loads(child.stdout.readline()).get("content") != "at ":
            pass  # the words are here although the reply is not over
        child.send_signal(signal.SIGINT)
        assert child.wait(5) == 130
        child.communicate()
        until(lambda: any(entry.get("closed") for entry in provider.entries), 5, "the end of the stream at the server")
        assert front.negotiated == ["h2", "h2"]


def test_a_kept_connection_that_the_server_closed_loses_nothing(room):
    calls = [{"language": "shell", "code": "sleep 0.1; echo hi"}]
    with Provider([{"calls": calls, "then": "close"}, {"text": "Done."}]) as provider:
        result = ask(room, provider, "-y", *NO_RETRY, "go")
        assert result.code == 0 and "Done." in result.out and result.err == "", result
        assert (len(provider.requests), provider.connections) == (2, 2), provider.requests


def test_ipv6_loopback_is_reached_directly(room):
    with Provider([{"text": "Six."}], flags=["--host", "::1"]) as provider:
        base = provider.base.replace("127.0.0.1", "[::1]") + "/v1"
        result = ask_at(room, base, "go", env={"ALL_PROXY": "http://127.0.0.1:9"})
        assert result.code == 0 and "Six." in result.out, result


def test_a_stop_closes_the_socket_at_once(room):
    with Provider([{"text": "on and on", "fault": "stall", "after": "and"}]) as provider:
        child = room.start("-m", "openai/test", "-ab", provider.base + "/v1", "--frontend", "json", stdin=-1)
        child.stdin.write('{"role":"user","type":"message","content":"go"}\n')
        child.stdin.flush()
        while json.loads(child.stdout.readline()).get("content") != "on ":
            pass
        begin = time.time()
        child.stdin.write('{"role":"user","type":"command","content":"stop"}\n')
        child.stdin.flush()
        closed = lambda: [entry["time"] for entry in provider.entries if entry.get("closed")]
        until(closed, 5, "the server sees the end")
        assert closed()[0] - begin < 0.5, "at once, also on a busy machine"
        child.communicate(timeout=10)
