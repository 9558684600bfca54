"""Http2Front: a TLS server that speaks HTTP/2 and hands each request to a plain HTTP/1.1 server on loopback, unbuffered."""

import http.client
import socket
import ssl
import threading

import h2.config
import h2.connection
import h2.events


class Http2Front:
    """negotiated: the protocol of each connection ("h2"); reset: how many streams the client took back."""

    def __init__(self, backend_port, certificate):
        self.backend_port = backend_port
        self.negotiated, self.reset = [], 0
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.context.load_cert_chain(certificate)
        self.context.set_alpn_protocols(["h2", "http/1.1"])
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.base = f"https://127.0.0.1:{self.port}"
        threading.Thread(target=self.accept, daemon=True).start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.listener.close()

    def accept(self):
        while True:
            try:
                raw, _ = self.listener.accept()
            except OSError:
                return
            threading.Thread(target=self.serve, args=(raw,), daemon=True).start()

    def serve(self, raw):
        try:
            client = self.context.wrap_socket(raw, server_side=True)
        except (ssl.SSLError, OSError):
            return
        self.negotiated.append(client.selected_alpn_protocol())
        Http2Connection(self, client).run()


class Http2Connection:
    def __init__(self, front, client):
        self.front, self.client = front, client
        self.h2 = h2.connection.H2Connection(config=h2.config.H2Configuration(client_side=False, header_encoding="utf-8"))
        self.lock = threading.Condition()
        self.heads, self.bodies, self.backends, self.gone = {}, {}, {}, set()

    def flush(self):
        if data := self.h2.data_to_send():
            self.client.sendall(data)

    def run(self):
        self.h2.initiate_connection()
        self.flush()
        try:
            while data := self.client.recv(65536):
                with self.lock:
                    for event in self.h2.receive_data(data):
                        self.take(event)
                    self.flush()
                    self.lock.notify_all()
        except OSError:
            pass
        with self.lock:
            for stream in list(self.backends):
                self.end(stream)
            self.lock.notify_all()

    def take(self, event):
        if isinstance(event, h2.events.RequestReceived):
            self.heads[event.stream_id], self.bodies[event.stream_id] = dict(event.headers), b""
        elif isinstance(event, h2.events.DataReceived):
            self.bodies[event.stream_id] += event.data
            self.h2.acknowledge_received_data(event.flow_controlled_length, event.stream_id)
        elif isinstance(event, h2.events.StreamEnded):
            threading.Thread(target=self.answer, args=(event.stream_id,), daemon=True).start()
        elif isinstance(event, h2.events.StreamReset):
            self.front.reset += 1
            self.end(event.stream_id)

    def end(self, stream):
        self.gone.add(stream)
        if backend := self.backends.pop(stream, None):
            backend.sock.shutdown(socket.SHUT_RDWR)

    def answer(self, stream):
        head = self.heads[stream]
        backend = http.client.HTTPConnection("127.0.0.1", self.front.backend_port)
        backend.connect()
        with self.lock:
            self.backends[stream] = backend
        headers = {name: value for name, value in head.items() if not name.startswith(":")}
        backend.request(head[":method"], head[":path"], self.bodies[stream], headers)
        try:
            reply = backend.getresponse()
            kept = [(name.lower(), value) for name, value in reply.getheaders() if name.lower() not in ("transfer-encoding", "connection")]
            self.send(stream, lambda: self.h2.send_headers(stream, [(":status", str(reply.status)), *kept]))
            while data := reply.read1(16384):
                self.send_data(stream, data)
            self.send(stream, lambda: self.h2.end_stream(stream))
        except (OSError, http.client.HTTPException):
            pass
        with self.lock:
            if self.backends.pop(stream, None):
                backend.close()

    def send(self, stream, act):
        with self.lock:
            if stream in self.gone:
                raise OSError("the stream is gone")
            act()
            self.flush()

    def send_data(self, stream, data):
        while data:
            with self.lock:
                while stream not in self.gone and self.h2.local_flow_control_window(stream) == 0:
                    self.lock.wait()
                if stream in self.gone:
                    raise OSError("the stream is gone")
                size = min(len(data), self.h2.local_flow_control_window(stream), self.h2.max_outbound_frame_size)
                self.h2.send_data(stream, data[:size])
                self.flush()
                data = data[size:]
