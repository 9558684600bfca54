"""Proxy: an HTTP and SOCKS proxy on loopback that knows where the names of the tests are, and remembers what it was asked for."""

import base64
import socket
import threading


class Proxy:
    """`hosts` maps a name to a port of loopback. With `refuses`, a status, it lets nobody pass; with `wants`, "NAME:PASSWORD",
    only who gives it. asked: ["CONNECT vendor.test:443", "POST http://...", "SOCKS vendor.test:80", ...]."""

    def __init__(self, hosts, refuses=0, wants=""):
        self.hosts, self.refuses, self.wants = hosts, refuses, wants
        self.asked = []
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self.accept, daemon=True).start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.listener.close()

    def accept(self):
        while True:
            try:
                client, _ = self.listener.accept()
            except OSError:
                return
            threading.Thread(target=self.serve, args=(client,), daemon=True).start()

    def serve(self, client):
        try:
            if client.recv(1, socket.MSG_PEEK) == b"\x05":
                return self.socks(client)
            head = b""
            while b"\r\n\r\n" not in head:
                head += client.recv(65536)
            self.http(client, head)
        except (OSError, KeyError):  # the client has gone, or wants a name that is not known here
            client.close()

    def http(self, client, head):
        line, _, rest = head.partition(b"\r\n")
        method, target, _ = line.decode().split(" ")
        self.asked.append(f"{method} {target}")
        login = b"proxy-authorization: basic " + base64.b64encode(self.wants.encode())
        is_welcome = not self.wants or login.lower() in rest.lower()
        status = self.refuses or (0 if is_welcome else 407)
        if status:
            return client.sendall(f"HTTP/1.1 {status} No\r\nContent-Length: 3\r\nConnection: close\r\n\r\nno\n".encode()) or client.close()
        if method == "CONNECT":
            host, port = target.rsplit(":", 1)
            server = self.connect(host, int(port))
            client.sendall(b"HTTP/1.1 200 Connection established\r\nX-Proxy: yes\r\n\r\n")
        else:
            host, _, path = target.split("://", 1)[1].partition("/")
            server = self.connect(host.split(":")[0], 80)
            server.sendall(f"{method} /{path} HTTP/1.1\r\n".encode() + rest)
        join(client, server)

    def socks(self, client):
        """RFC 1928, without authentication, names resolved here."""
        count = client.recv(2)[1]
        client.recv(count)
        client.sendall(b"\x05\x00")
        kind = client.recv(4)[3]
        assert kind == 3, "the client resolved the name itself"
        host = client.recv(client.recv(1)[0]).decode()
        port = int.from_bytes(client.recv(2), "big")
        self.asked.append(f"SOCKS {host}:{port}")
        server = self.connect(host, port)
        client.sendall(b"\x05\x00\x00\x01\x7f\x00\x00\x01\x00\x00")
        join(client, server)

    def connect(self, host, _):
        return socket.create_connection(("127.0.0.1", self.hosts[host]))


def join(one, other):
    """Carries bytes both ways until either side ends."""
    def carry(source, target):
        try:
            while data := source.recv(65536):
                target.sendall(data)
        except OSError:
            pass
        for end in (source, target):
            try:
                end.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass
    threading.Thread(target=carry, args=(other, one), daemon=True).start()
    carry(one, other)
