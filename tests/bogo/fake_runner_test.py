#!/usr/bin/env python3
"""Tests of the shim by a small runner: it starts the shim as the real one does, and Python's ssl module is its peer."""
import contextlib
import pathlib
import socket
import ssl
import struct
import subprocess
import sys
import tempfile
import time
import unittest

SHIM_ID = 0x0123456789ABCDEF
SECONDS = 30
FATAL = 2
UNEXPECTED_MESSAGE, DECODE_ERROR, HANDSHAKE_FAILURE = 10, 50, 40

shim = ""  # the path, from the command line


def run_shim(*flags: str) -> subprocess.CompletedProcess:
    return subprocess.run([shim, *flags], capture_output=True, text=True, timeout=SECONDS, check=False)


def make_certificate(folder: pathlib.Path) -> None:
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
                    "-subj", "/CN=runner", "-days", "2", "-addext", "keyUsage=critical,digitalSignature,keyCertSign",
                    "-keyout", folder / "key.pem", "-out", folder / "cert.pem"], check=True, capture_output=True)


class Case(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory(prefix="tlsock-bogo-")
        cls.addClassCleanup(folder.cleanup)
        cls.cert, cls.key = f"{folder.name}/cert.pem", f"{folder.name}/key.pem"
        make_certificate(pathlib.Path(folder.name))

    def setUp(self):
        began = time.monotonic()
        self.addCleanup(lambda: print(f"{time.monotonic() - began:.3f} s: {self.id().partition('.')[2]}", flush=True))

    @contextlib.contextmanager
    def started(self, *flags: str):
        """The connection to a shim that was started with `flags`; afterwards self.code and self.stderr are known."""
        with socket.create_server(("127.0.0.1", 0)) as listener:
            listener.settimeout(SECONDS)
            self.listener = listener
            port = listener.getsockname()[1]
            command = [shim, "-port", str(port), "-shim-id", str(SHIM_ID), *flags]
            process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
            try:
                with self.accept() as connection:
                    yield connection
                _, self.stderr = process.communicate(timeout=SECONDS)
            finally:
                process.kill()
                process.wait()
                process.stdout.close()
                process.stderr.close()
        self.code = process.returncode

    def accept(self) -> socket.socket:
        connection, _ = self.listener.accept()
        connection.settimeout(SECONDS)
        self.assertEqual(struct.unpack("<Q", self.take(connection, 8)), (SHIM_ID,))
        return connection

    @staticmethod
    def take(connection, size: int) -> bytes:
        taken = b""
        while len(taken) < size and (more := connection.recv(size - len(taken))):
            taken += more
        return taken

    def context(self, shim_is_server: bool, version: ssl.TLSVersion = ssl.TLSVersion.TLSv1_3) -> ssl.SSLContext:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT if shim_is_server else ssl.PROTOCOL_TLS_SERVER)
        context.minimum_version = context.maximum_version = version
        if shim_is_server:
            context.check_hostname = False
            context.load_verify_locations(self.cert)
        else:
            context.load_cert_chain(self.cert, self.key)
            context.num_tickets = 0
        return context

    def peer(self, connection: socket.socket, shim_is_server: bool) -> ssl.SSLSocket:
        return self.context(shim_is_server).wrap_socket(connection, server_side=not shim_is_server)

    def echoes(self, tls: ssl.SSLSocket) -> None:
        message = bytes(range(256)) * 5
        tls.sendall(message)
        self.assertEqual(self.take(tls, len(message)), bytes(byte ^ 0xFF for byte in message))
        tls.unwrap().close()

    def role(self, shim_is_server: bool) -> list:
        return ["-server", "-cert-file", self.cert, "-key-file", self.key] if shim_is_server else []

    def exchange(self, *flags: str, shim_is_server: bool = False) -> None:
        with self.started(*self.role(shim_is_server), *flags) as connection:
            self.echoes(self.peer(connection, shim_is_server))
        self.assertEqual((self.code, self.stderr), (0, ""))

    def resume(self, *flags: str, shim_is_server: bool, reused: bool = True) -> None:
        """Two connections of TLS 1.2, the second of which should go on from the first one's session."""
        context = self.context(shim_is_server, ssl.TLSVersion.TLSv1_2)
        with self.started(*self.role(shim_is_server), "-resume-count", "1", *flags) as connection:
            tls = context.wrap_socket(connection, server_side=not shim_is_server)
            session = tls.session if shim_is_server else None
            self.assertFalse(tls.session_reused)
            self.echoes(tls)
            tls = context.wrap_socket(self.accept(), server_side=not shim_is_server, session=session)
            self.assertEqual(tls.session_reused, reused)
            self.echoes(tls)
        self.assertEqual((self.code, self.stderr), (0, ""))

    def assert_failed(self, reason: str) -> None:
        self.assertEqual(self.code, 1)
        self.assertIn(f":{reason}:", self.stderr)
        self.assertTrue(self.stderr.endswith("--- DONE ---\n"))


class CommandLine(Case):
    def test_no_hints(self):
        self.assertEqual(run_shim("-is-handshaker-supported").stdout, "No\n")

    def test_not_implemented(self):
        for flags in (["-no-such-flag"], ["-port"], ["-port", "x"], ["-dtls"], ["-max-version", "768"],
                      ["-no-tls12", "-no-tls1"], ["-on-resume-dtls"], ["-cipher", "[A|B]"], ["-curves", "1"],
                      ["-port", "1", "-enable-early-data"]):
            with self.subTest(flags):
                done = run_shim(*flags)
                self.assertEqual((done.returncode, done.stdout, done.stderr), (89, "", ""))


class Exchange(Case):
    def test_client(self):
        self.exchange()

    def test_client_async(self):
        self.exchange("-async", "-implicit-handshake")

    def test_server(self):
        self.exchange("-server", shim_is_server=True)

    def test_server_async(self):
        self.exchange("-async", "-read-size", "100", "-use-early-callback", shim_is_server=True)

    def test_prefixed_flags(self):
        self.exchange("-on-initial-expect-version", "772", "-on-shim-no-tls1")

    def test_flags_of_other_turns(self):
        self.exchange("-on-resume-expect-version", "771", "-on-retry-expect-version", "771")

    def test_sessions(self):
        for shim_is_server in (False, True):
            for flags in ([], ["-max-version", "771"], ["-max-version", "771", "-no-ticket"]):
                with self.subTest(shim_is_server=shim_is_server, flags=flags):
                    self.resume(*flags, shim_is_server=shim_is_server)

    def test_no_session(self):
        self.resume("-max-version", "771", "-on-resume-no-ticket", "-on-resume-expect-session-miss",
                    shim_is_server=True, reused=False)

    def test_session_expectation(self):
        with self.started(*self.role(True), "-on-initial-expect-no-session-id") as connection:
            self.context(True, ssl.TLSVersion.TLSv1_2).wrap_socket(connection).close()
        self.assertEqual(self.code, 1)
        self.assertIn("no session", self.stderr)

    def test_no_sessions_of_tls13(self):
        with self.started("-resume-count", "1") as connection:
            self.echoes(self.peer(connection, False))
        self.assertEqual((self.code, self.stderr), (89, ""))

    def test_key_updates(self):
        self.exchange("-key-update")

    def test_expectation(self):
        with self.started("-expect-alpn", "h2") as connection:
            self.peer(connection, False).close()
        self.assertEqual(self.code, 1)
        self.assertIn("ALPN", self.stderr)

    def test_refused_certificate(self):
        for flags in ([], ["-async"]):
            with self.subTest(flags):
                with self.started("-verify-peer", "-trust-cert", self.cert, "-verify-fail", *flags) as connection:
                    with self.assertRaises(ssl.SSLError), self.peer(connection, False) as tls:
                        tls.recv(1)
                self.assert_failed("CERTIFICATE_VERIFY_FAILED")


class Misbehaviour(Case):
    def alert(self, connection: socket.socket) -> bytes:
        """What the alert of the shim says; records before it are passed over."""
        while header := self.take(connection, 5):
            body = self.take(connection, struct.unpack(">H", header[3:])[0])
            if header[0] == 21:
                return body
        return b""

    def test_bad_server(self):
        with self.started() as connection:
            connection.sendall(b"\x99\x03\x03\x00\x01\x00")
            self.assertEqual(self.alert(connection), bytes([FATAL, UNEXPECTED_MESSAGE]))
        self.assert_failed("UNEXPECTED_RECORD")

    def test_bad_client(self):
        with self.started("-server", "-async", "-cert-file", self.cert, "-key-file", self.key) as connection:
            connection.sendall(b"\x16\x03\x01\x00\x06\x01\x00\x00\x02\x03\x03")
            self.assertEqual(self.alert(connection), bytes([FATAL, DECODE_ERROR]))
        self.assert_failed("DECODE_ERROR")

    def test_peer_alert(self):
        with self.started() as connection:
            connection.sendall(bytes([21, 3, 3, 0, 2, FATAL, HANDSHAKE_FAILURE]))
        self.assert_failed("HANDSHAKE_FAILURE_ON_CLIENT_HELLO")

    def test_gone_peer(self):
        with self.started() as connection:
            connection.recv(1)
        self.assertEqual(self.code, 1)


if __name__ == "__main__":
    shim = sys.argv.pop(1)
    unittest.main()
