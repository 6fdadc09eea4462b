"""What the tests share: certificates, pairs of sockets, work in threads."""

import concurrent.futures
import contextlib
import socket
import ssl
import threading
import unittest
from pathlib import Path

import tlsock

CERTS = Path(__file__).resolve().parents[3] / "tests" / "vectors" / "certs"
TIMEOUT = 20  # seconds after which a test that hangs has failed


def cert(name):
    return str(CERTS / name)


SERVER = {"certfile": cert("server.pem"), "keyfile": cert("server-key.pem")}
CLIENT = {"cacertfile": cert("ca.pem"), "server_name_indication": "localhost"}
CLIENT_CERT = {"certfile": cert("client.pem"), "keyfile": cert("client-key.pem")}


def der(name):
    return ssl.PEM_cert_to_DER_cert(Path(cert(name)).read_text())


def spawn(function, *arguments):
    """Runs the function in a thread; .result(TIMEOUT) gives what it returned or raised."""
    future = concurrent.futures.Future()

    def run():
        try:
            future.set_result(function(*arguments))
        except BaseException as error:
            future.set_exception(error)

    threading.Thread(target=run, daemon=True).start()
    return future


def tcp_pair(timeout=TIMEOUT):
    with socket.create_server(("127.0.0.1", 0)) as listener:
        client = socket.create_connection(listener.getsockname(), timeout)
        server, _ = listener.accept()
    server.settimeout(timeout)
    return client, server


def read_all(sock):
    parts = []
    while part := sock.recv(65536):
        parts.append(part)
    return b"".join(parts)


class TestCase(unittest.TestCase):
    def setUp(self):
        self.stack = contextlib.ExitStack()
        self.addCleanup(self.stack.close)

    def closing(self, *things):
        for thing in things:
            self.stack.callback(thing.close)
        return things[0] if len(things) == 1 else things

    def server_context(self, **options):
        return self.closing(tlsock.Context("server", **{**SERVER, **options}))

    def client_context(self, **options):
        return self.closing(tlsock.Context("client", **{**CLIENT, **options}))

    def pair(self, client=(), server=()):
        """A client and a server of ours, connected, the handshake done."""
        client_end, server_end = tcp_pair()
        accepting = spawn(lambda: self.server_context(**dict(server)).wrap_socket(server_end))
        client_end = self.client_context(**dict(client)).wrap_socket(client_end)
        return self.closing(client_end, accepting.result(TIMEOUT))

    def failing_pair(self, client=(), server=()):
        """What the two sides of a handshake raise. The client's may come with its first recv."""
        client_end, server_end = tcp_pair()

        def serve():
            with self.server_context(**dict(server)).wrap_socket(server_end) as sock:
                sock.recv(1)

        def call():
            with self.client_context(**dict(client)).wrap_socket(client_end) as sock:
                sock.recv(1)

        serving = spawn(serve)
        calling = spawn(call)
        return calling.exception(TIMEOUT), serving.exception(TIMEOUT)
