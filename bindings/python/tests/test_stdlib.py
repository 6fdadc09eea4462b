"""Against Python's own ssl module, both ways, and under the modules of the library that use sockets."""

import contextlib
import http.client
import http.server
import os
import socket
import ssl
import threading
import unittest

import tlsock
from support import CLIENT_CERT, TIMEOUT, TestCase, cert, der, read_all, spawn, tcp_pair


def their_server(certificate="server", alpn=None, client_ca=None):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(cert(certificate + ".pem"), cert(certificate + "-key.pem"))
    if alpn:
        context.set_alpn_protocols(alpn)
    if client_ca:
        context.verify_mode = ssl.CERT_REQUIRED
        context.load_verify_locations(cert(client_ca))
    return context


def their_client(alpn=None, client_cert=False, ca="ca.pem"):
    context = ssl.create_default_context(cafile=cert(ca))
    if alpn:
        context.set_alpn_protocols(alpn)
    if client_cert:
        context.load_cert_chain(CLIENT_CERT["certfile"], CLIENT_CERT["keyfile"])
    return context


class Peers(TestCase):
    def our_client(self, their_context, **options):
        """(ours, theirs): our client at their server."""
        client_end, server_end = tcp_pair()
        serving = spawn(lambda: their_context.wrap_socket(server_end, server_side=True))
        ours = self.client_context(**options).wrap_socket(client_end)
        return self.closing(ours, serving.result(TIMEOUT))

    def our_server(self, their_context, **options):
        """(ours, theirs): their client at our server."""
        client_end, server_end = tcp_pair()
        calling = spawn(lambda: their_context.wrap_socket(client_end, server_hostname="localhost"))
        ours = self.server_context(**options).wrap_socket(server_end)
        return self.closing(ours, calling.result(TIMEOUT))

    def each(self):
        for name, make in (
            ("our client", lambda: self.our_client(their_server())),
            ("our server", lambda: self.our_server(their_client())),
        ):
            with self.subTest(name):
                yield make()

    def test_data(self):
        for ours, theirs in self.each():
            self.assertEqual("TLSv1.3", theirs.version())
            self.assertEqual(theirs.cipher(), ours.cipher())
            ours.sendall(b"from us")
            self.assertEqual(b"from us", theirs.recv(100))
            theirs.sendall(b"from them")
            self.assertEqual(b"from them", ours.recv(100))

    def test_big_transfers(self):
        data = os.urandom(1 << 20) * 10
        for ours, theirs in self.each():
            for source, target in ((ours, theirs), (theirs, ours)):
                sending = spawn(source.sendall, data)
                room = memoryview(bytearray(len(data)))
                left = room
                while left:
                    left = left[target.recv_into(left) :]
                sending.result(TIMEOUT)
                self.assertEqual(data, room)

    def test_both_directions_at_once(self):
        # Theirs is one thread's at a time, so an echo in pieces: both sides' buffers fill all the same.
        data = os.urandom(1 << 20)
        for ours, theirs in self.each():

            def echo(sock=theirs):
                while piece := sock.recv(10000):
                    sock.sendall(piece)
                sock.unwrap()

            echoing = spawn(echo)
            receiving = spawn(read_all, ours)
            ours.sendall(data)
            ours.shutdown(socket.SHUT_WR)
            self.assertEqual(data, receiving.result(TIMEOUT))
            with contextlib.suppress(OSError):
                echoing.result(TIMEOUT)

    def test_certificates(self):
        for name in ("server", "server-rsa", "server-ed25519"):
            with self.subTest(name):
                ours, theirs = self.our_client(their_server(name))
                self.assertEqual(der(name + ".pem"), ours.getpeercert(True))
                files = {"certfile": cert(name + ".pem"), "keyfile": cert(name + "-key.pem")}
                ours, theirs = self.our_server(their_client(), **files)
                self.assertEqual(der(name + ".pem"), theirs.getpeercert(True))
                # The same certificate, the same dict.
                ours_dict = self.our_client(their_server(name))[0].getpeercert()
                theirs_dict = theirs.getpeercert()
                self.assertEqual(theirs_dict, {key: ours_dict[key] for key in theirs_dict})

    def test_alpn(self):
        ours, theirs = self.our_client(their_server(alpn=["http/1.1", "h2"]), alpn_advertised_protocols=["h2"])
        self.assertEqual(("h2", "h2"), (ours.selected_alpn_protocol(), theirs.selected_alpn_protocol()))
        ours, theirs = self.our_server(their_client(alpn=["h2", "http/1.1"]), alpn_preferred_protocols=["http/1.1"])
        self.assertEqual(("http/1.1", "http/1.1"), (ours.selected_alpn_protocol(), theirs.selected_alpn_protocol()))

    def test_client_certificate(self):
        ours, theirs = self.our_client(their_server(client_ca="ca.pem"), **CLIENT_CERT)
        ours.sendall(b"x")
        self.assertEqual(b"x", theirs.recv(1))
        self.assertEqual(der("client.pem"), theirs.getpeercert(True))
        wanted = {"verify": "verify_peer", "cacertfile": cert("ca.pem")}
        ours, theirs = self.our_server(their_client(client_cert=True), **wanted)
        self.assertEqual(der("client.pem"), ours.getpeercert(True))

    def test_no_client_certificate(self):
        ours, _ = self.our_client_fails(their_server(client_ca="ca.pem"))
        self.assertEqual(("certificate_required", "peer"), (ours.alert, ours.origin))
        wanted = {"verify": "verify_peer", "cacertfile": cert("ca.pem")}
        ours, theirs = self.our_server_fails(their_client(), **wanted)
        self.assertEqual(("certificate_required", "local"), (ours.alert, ours.origin))
        self.assertIn("certificate required", str(theirs).replace("_", " ").lower())

    def test_unknown_authority(self):
        ours, theirs = self.our_client_fails(their_server(), cacertfile=cert("other-ca.pem"))
        self.assertIsInstance(ours, tlsock.CertificateError)
        self.assertIn("unknown ca", str(theirs).replace("_", " ").lower())
        ours, theirs = self.our_server_fails(their_client(ca="other-ca.pem"))
        self.assertEqual(("unknown_ca", "peer"), (ours.alert, ours.origin))
        self.assertIsInstance(theirs, ssl.SSLCertVerificationError)

    def our_client_fails(self, their_context, **options):
        def serve(sock):
            with their_context.wrap_socket(sock, server_side=True) as wrapped:
                wrapped.recv(1)

        def call(sock):
            with self.client_context(**options).wrap_socket(sock) as wrapped:
                wrapped.recv(1)

        client_end, server_end = tcp_pair()
        serving, calling = spawn(serve, server_end), spawn(call, client_end)
        return calling.exception(TIMEOUT), serving.exception(TIMEOUT)

    def our_server_fails(self, their_context, **options):
        def call(sock):
            with their_context.wrap_socket(sock, server_hostname="localhost") as wrapped:
                wrapped.recv(1)

        def serve(sock):
            with self.server_context(**options).wrap_socket(sock) as wrapped:
                wrapped.recv(1)

        client_end, server_end = tcp_pair()
        calling, serving = spawn(call, client_end), spawn(serve, server_end)
        return serving.exception(TIMEOUT), calling.exception(TIMEOUT)

    def test_only_tls12(self):
        context = their_server()
        context.maximum_version = ssl.TLSVersion.TLSv1_2
        ours, _ = self.our_client_fails(context)
        self.assertEqual("protocol_version", ours.alert)

    def test_hello_retry(self):
        # Our one key share is of a group that OpenSSL's default list has, but it is not asked for here.
        ours, theirs = self.our_client(their_server(), supported_groups=["x448", "secp521r1"], psk_groups=[])
        self.assertTrue(ours.connection_info()["hello_retry"])

    def test_half_close(self):
        for ours, theirs in self.each():
            ours.sendall(b"request")
            ours.shutdown(socket.SHUT_WR)
            self.assertEqual(b"request", read_all(theirs))
            theirs.sendall(b"reply after the other side's close_notify")
            self.assertEqual(b"reply after", ours.recv(11))

    def test_their_unwrap(self):
        for ours, theirs in self.each():
            unwrapping = spawn(theirs.unwrap)
            plain = self.closing(ours.unwrap())
            back = unwrapping.result(TIMEOUT)
            plain.sendall(b"in the clear")
            self.assertEqual(b"in the clear", back.recv(100))

    def test_sudden_end(self):
        for ours, theirs in self.each():
            theirs.sendall(b"cut")
            socket.socket(fileno=theirs.detach()).close()
            self.assertEqual(b"cut", ours.recv(10))
            with self.assertRaises(ConnectionError):
                ours.recv(10)


class InTheLibrary(TestCase):
    """Servers and clients of the standard library, with our sockets handed in."""

    def serve_http(self):
        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self):
                body = self.path.encode() * 1000
                self.send_response(200)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_):
                pass

        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        # Clients of HTTP often go without close_notify.
        server.socket = self.server_context().wrap_socket(
            server.socket, do_handshake_on_connect=False, suppress_ragged_eofs=True
        )
        serving = threading.Thread(target=server.serve_forever, daemon=True)
        serving.start()
        self.stack.callback(serving.join)
        self.stack.callback(server.server_close)
        self.stack.callback(server.shutdown)
        return server.server_address[1]

    def test_http_server(self):
        port = self.serve_http()
        for _ in range(2):
            connection = http.client.HTTPSConnection("localhost", port, context=their_client(), timeout=TIMEOUT)
            for path in ("/one", "/two"):
                connection.request("GET", path)
                self.assertEqual(path.encode() * 1000, connection.getresponse().read())
            connection.close()

    def test_http_client(self):
        port = self.serve_http()
        connection = http.client.HTTPConnection("localhost", port, timeout=TIMEOUT)
        connection.sock = tlsock.connect("localhost", port, cacertfile=cert("ca.pem"), timeout=TIMEOUT)
        for path in ("/one", "/two"):
            connection.request("GET", path)
            self.assertEqual(path.encode() * 1000, connection.getresponse().read())
        connection.close()


if __name__ == "__main__":
    unittest.main()
