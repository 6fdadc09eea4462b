"""TlsSocket against itself: what a program does with sockets, over TCP."""

import errno
import gc
import io
import os
import select
import signal
import socket
import tempfile
import threading
import time
import unittest

import tlsock
from support import CLIENT_CERT, TIMEOUT, TestCase, cert, der, read_all, spawn, tcp_pair


class Stream(TestCase):
    def test_send_and_recv(self):
        client, server = self.pair()
        self.assertEqual(5, client.send(b"hello"))
        self.assertEqual(b"hello", server.recv(100))
        server.sendall(memoryview(b"<<and back>>")[2:-2])
        self.assertEqual(b"and", client.recv(3))
        self.assertGreater(client.pending(), 0)
        self.assertEqual(b" back", client.recv(100))
        self.assertEqual(0, client.pending())
        self.assertEqual(b"", client.recv(0))
        self.assertEqual(0, client.send(b""))

    def test_recv_into(self):
        client, server = self.pair()
        client.sendall(b"0123456789")
        room = bytearray(8)
        self.assertEqual(3, server.recv_into(memoryview(room)[4:7]))
        self.assertEqual(b"\0\0\0\x00012\0", room)
        self.assertEqual(2, server.recv_into(room, 2))
        self.assertEqual(5, server.recv_into(room))
        self.assertEqual(b"56789", room[:5])
        with self.assertRaises(ValueError):
            server.recv_into(room, 9)
        with self.assertRaises((TypeError, BufferError)):
            client.sendall(b"x")
            server.recv_into(b"read only")

    def test_big_transfer_both_ways_at_once(self):
        client, server = self.pair()
        data = os.urandom(1 << 20) * 8
        work = [
            spawn(client.sendall, data),
            spawn(server.sendall, data),
            spawn(self.receive, server, len(data)),
            spawn(self.receive, client, len(data)),
        ]
        for done in work[:2]:
            done.result(TIMEOUT)
        for done in work[2:]:
            self.assertEqual(data, done.result(TIMEOUT))

    @staticmethod
    def receive(sock, size):
        room = bytearray(size)
        view = memoryview(room)
        while view:
            count = sock.recv_into(view)
            if not count:
                break
            view = view[count:]
        return room

    def test_end(self):
        client, server = self.pair()
        client.sendall(b"last")
        client.close()
        self.assertEqual(b"last", read_all(server))
        self.assertEqual(b"", server.recv(10))
        with self.assertRaises(OSError) as caught:
            client.recv(10)
        self.assertEqual(errno.EBADF, caught.exception.errno)
        client.close()

    def test_half_close(self):
        client, server = self.pair()
        client.sendall(b"question")
        client.shutdown(socket.SHUT_WR)
        self.assertEqual(b"question", read_all(server))
        server.sendall(b"answer")
        server.close()
        self.assertEqual(b"answer", read_all(client))
        with self.assertRaises(BrokenPipeError) as caught:
            client.send(b"more")
        self.assertIsInstance(caught.exception, tlsock.ClosedError)

    def test_truncation(self):
        client, server = self.pair()
        client.sendall(b"cut")
        os.close(client.detach())
        self.assertEqual(b"cut", server.recv(10))
        with self.assertRaises(tlsock.TruncatedError):
            server.recv(10)

    def test_truncation_suppressed(self):
        client_end, server_end = tcp_pair()
        server = spawn(lambda: self.server_context().wrap_socket(server_end, suppress_ragged_eofs=True))
        client = self.client_context().wrap_socket(client_end)
        server = self.closing(server.result(TIMEOUT))
        os.close(client.detach())
        self.assertEqual(b"", server.recv(10))

    def test_garbage_after_data(self):
        client, server = self.pair()
        client.sendall(b"good")
        fd = client.detach()
        os.write(fd, b"\x17\x03\x03\x00\x20" + bytes(32))
        self.assertEqual(b"good", server.recv(10))
        with self.assertRaises(tlsock.AlertError) as caught:
            server.recv(10)
        self.assertEqual(("bad_record_mac", "local"), (caught.exception.alert, caught.exception.origin))
        with self.assertRaises(OSError):
            server.send(b"x")
        os.close(fd)

    def test_makefile(self):
        client, server = self.pair()
        with client.makefile("rwb") as file:
            client.close()  # The file keeps the connection.
            file.write(b"one\ntwo\n")
            file.flush()
            with server.makefile("r", newline="\n") as lines:
                self.assertEqual(["one\n", "two\n"], [lines.readline(), lines.readline()])
            server.sendall(b"back\n")
            self.assertEqual(b"back\n", file.readline())
        self.assertEqual(b"", server.recv(1))

    def test_sendfile(self):
        client, server = self.pair()
        with tempfile.TemporaryFile() as file:
            file.write(b"0123456789" * 10000)
            file.seek(0)
            sending = spawn(client.sendfile, file, 5)
            self.assertEqual((b"0123456789" * 10000)[5:], Stream.receive(server, 99995))
            self.assertEqual(99995, sending.result(TIMEOUT))
        sending = client.sendfile(io.BytesIO(b"from memory"))
        self.assertEqual(b"from memory", server.recv(100))

    def test_update_keys(self):
        client, server = self.pair()
        client.update_keys("read_write")
        client.sendall(b"x")
        self.assertEqual(b"x", server.recv(1))
        server.sendall(b"y")
        self.assertEqual(b"y", client.recv(1))
        self.assertEqual({"sent": 1, "received": 1}, client.connection_info()["key_updates"])

    def test_unwrap(self):
        client, server = self.pair()
        client.sendall(b"over and out")
        self.assertEqual(b"over and out", server.recv(100))
        other = spawn(server.unwrap)
        plain = self.closing(client.unwrap())
        plain_server = self.closing(other.result(TIMEOUT))
        self.assertEqual(TIMEOUT, plain.gettimeout())
        self.assertEqual(-1, client.fileno())
        plain.sendall(b"in the clear")
        self.assertEqual(b"in the clear", plain_server.recv(100))
        # And up again, on the same stream.
        again = spawn(lambda: self.server_context().wrap_socket(plain_server))
        client = self.closing(self.client_context().wrap_socket(plain))
        server = self.closing(again.result(TIMEOUT))
        client.sendall(b"x")
        self.assertEqual(b"x", server.recv(1))

    def test_unwrap_over_data(self):
        client, server = self.pair()
        server.sendall(b"unread")
        with self.assertRaises(tlsock.TlsError) as caught:
            client.unwrap()
        self.assertEqual("state", caught.exception.status)
        self.assertEqual(b"unread", client.recv(100))

    def test_bytes_read_before(self):
        client_end, server_end = tcp_pair()
        client = spawn(lambda: self.client_context().wrap_socket(client_end))
        first = server_end.recv(100)
        server = self.closing(self.server_context().wrap_socket(server_end, initial_data=first))
        client = self.closing(client.result(TIMEOUT))
        client.sendall(b"x")
        self.assertEqual(b"x", server.recv(1))

    def test_what_a_stream_has_not(self):
        client, _ = self.pair()
        for call in (
            client.dup,
            lambda: client.recvfrom(1),
            lambda: client.sendto(b"x", ("127.0.0.1", 1)),
            lambda: client.recvmsg(1),
            lambda: client.sendmsg([b"x"]),
        ):
            with self.assertRaises(NotImplementedError):
                call()
        with self.assertRaises(ValueError):
            client.recv(1, socket.MSG_PEEK)
        with self.assertRaises(ValueError):
            client.send(b"x", socket.MSG_OOB)


class Time(TestCase):
    def test_recv_times_out_and_the_connection_lives(self):
        client, server = self.pair()
        client.settimeout(0.1)
        self.assertEqual(0.1, client.timeout)
        began = time.monotonic()
        with self.assertRaises(TimeoutError):
            client.recv(1)
        self.assertLess(time.monotonic() - began, 5)
        server.sendall(b"late")
        self.assertEqual(b"late", client.recv(10))

    def test_a_trickle_does_not_stretch_the_timeout(self):
        client, server = self.pair()
        server.update_keys()
        client.settimeout(0.3)
        stop = threading.Event()

        def trickle():
            while not stop.wait(0.1):
                server.update_keys()  # bytes on the wire, but nothing to receive

        trickling = spawn(trickle)
        with self.assertRaises(TimeoutError):
            client.recv(1)
        stop.set()
        trickling.result(TIMEOUT)

    def test_send_times_out(self):
        client, server = self.pair()
        client.settimeout(0.2)
        with self.assertRaises(TimeoutError):
            client.sendall(bytes(64 << 20))
        with self.assertRaises(TimeoutError):
            while True:
                client.send(bytes(1 << 16))
        # What was taken is whole: the stream goes on when the peer reads.
        client.settimeout(TIMEOUT)
        draining = spawn(read_all, server)
        client.sendall(b"the end")
        client.close()
        self.assertTrue(draining.result(TIMEOUT).endswith(b"\0the end"))

    def test_handshake_times_out(self):
        client_end, server_end = tcp_pair()
        client_end.settimeout(0.2)
        with self.assertRaises(TimeoutError):
            self.client_context().wrap_socket(client_end)
        self.assertEqual(-1, client_end.fileno())
        server_end.close()

    def test_option_handshake_timeout(self):
        client_end, server_end = tcp_pair()
        began = time.monotonic()
        with self.assertRaises(TimeoutError):
            self.client_context(handshake_timeout=200).wrap_socket(client_end)
        self.assertLess(time.monotonic() - began, 5)
        server_end.close()

    def test_timeout_values(self):
        client, _ = self.pair()
        client.setblocking(False)
        self.assertEqual((0.0, False), (client.gettimeout(), client.getblocking()))
        client.setblocking(True)
        self.assertEqual((None, True), (client.gettimeout(), client.getblocking()))
        with self.assertRaises(ValueError):
            client.settimeout(-1)

    def test_ctrl_c(self):
        client, _ = self.pair()
        client.settimeout(None)

        class Interrupted(Exception):
            pass

        def interrupt(*_):
            raise Interrupted

        before = signal.signal(signal.SIGALRM, interrupt)
        self.addCleanup(signal.signal, signal.SIGALRM, before)
        signal.setitimer(signal.ITIMER_REAL, 0.1)
        with self.assertRaises(Interrupted):
            client.recv(1)


class NonBlocking(TestCase):
    def test_want_read(self):
        client, server = self.pair()
        client.setblocking(False)
        with self.assertRaises(BlockingIOError) as caught:
            client.recv(1)
        self.assertIsInstance(caught.exception, tlsock.WantRead)
        self.assertEqual(errno.EAGAIN, caught.exception.errno)
        server.sendall(b"x")
        select.select([client], [], [], TIMEOUT)
        self.assertEqual(b"x", client.recv(1))

    def test_want_write_loses_nothing(self):
        client, server = self.pair()
        client.setblocking(False)
        data = os.urandom(1 << 16) * 64
        receiving = None
        left = memoryview(data)
        refused = 0
        while left:
            try:
                left = left[client.send(left) :]
            except tlsock.WantWrite:
                refused += 1
                receiving = receiving or spawn(read_all, server)
                select.select([], [client], [], TIMEOUT)
        self.assertGreater(refused, 0)
        # Every send that gave a count has handed all of its bytes to the kernel.
        client.close()
        self.assertEqual(data, receiving.result(TIMEOUT))

    def test_other_data_after_want_write(self):
        client, server = self.pair()
        client.setblocking(False)
        sent = bytearray()
        with self.assertRaises(tlsock.WantWrite):
            while True:
                sent += bytes(client.send(b"a" * 50000))
        receiving = spawn(read_all, server)
        while True:
            try:
                self.assertEqual(3, client.send(b"bbb"))
                break
            except tlsock.WantWrite:
                select.select([], [client], [], TIMEOUT)
        client.close()
        received = receiving.result(TIMEOUT)
        self.assertTrue(received.endswith(b"abbb"))
        self.assertGreaterEqual(len(received), len(sent) + 3)

    def test_handshake(self):
        ends = tcp_pair()
        contexts = self.client_context(), self.server_context()
        socks = []
        for end, context in zip(ends, contexts):
            end.setblocking(False)
            with self.assertRaises(ValueError):
                context.wrap_socket(end)
            self.assertNotEqual(-1, end.fileno())
            socks.append(self.closing(context.wrap_socket(end, do_handshake_on_connect=False)))
        todo = set(socks)
        for _ in range(100):
            for sock in list(todo):
                try:
                    sock.do_handshake()
                    todo.discard(sock)
                except tlsock.WantRead:
                    pass
                except tlsock.WantWrite:
                    pass
            if not todo:
                break
            select.select(todo, [], [], 0.1)
        self.assertFalse(todo)

    def test_accept(self):
        listener = self.closing(self.server_context().wrap_socket(socket.create_server(("127.0.0.1", 0))))
        listener.setblocking(False)
        with self.assertRaises(BlockingIOError):
            listener.accept()


class Making(TestCase):
    def listener(self, handshake=True, **options):
        return self.closing(
            self.server_context(**options).wrap_socket(
                socket.create_server(("127.0.0.1", 0)), do_handshake_on_connect=handshake
            )
        )

    def test_listen_and_connect(self):
        listener = self.listener()
        accepting = spawn(listener.accept)
        host, port = listener.getsockname()
        with tlsock.connect("localhost", port, cacertfile=cert("ca.pem"), timeout=TIMEOUT) as client:
            server, address = accepting.result(TIMEOUT)
            self.closing(server)
            self.assertEqual(client.getsockname(), address)
            self.assertEqual((host, port), client.getpeername())
            self.assertEqual(("localhost", None), (client.server_hostname, server.server_hostname))
            self.assertEqual((False, True), (client.server_side, server.server_side))
            self.assertIsInstance(client, socket.socket)
            client.sendall(b"x")
            self.assertEqual(b"x", server.recv(1))

    def test_connect_by_address(self):
        listener = self.listener()
        accepting = spawn(listener.accept)
        with tlsock.connect(
            "127.0.0.1", listener.getsockname()[1], cacertfile=cert("ca.pem"), timeout=TIMEOUT
        ) as client:
            self.closing(accepting.result(TIMEOUT)[0])
            self.assertEqual("TLSv1.3", client.version())
            self.assertNotIn("sni_hostname", client.connection_info())

    def test_connect_later(self):
        listener = self.listener()
        accepting = spawn(listener.accept)
        client = self.closing(self.client_context().wrap_socket(socket.socket()))
        client.settimeout(TIMEOUT)
        with self.assertRaises(OSError):
            client.recv(1)
        self.assertEqual(0, client.connect_ex(listener.getsockname()))
        self.closing(accepting.result(TIMEOUT)[0])
        with socket.create_server(("127.0.0.1", 0)) as closed:
            address = closed.getsockname()
        other = self.closing(self.client_context().wrap_socket(socket.socket()))
        self.assertEqual(errno.ECONNREFUSED, other.connect_ex(address))

    def test_handshake_by_the_first_use(self):
        listener = self.listener(handshake=False)
        calling = spawn(
            lambda: tlsock.connect("localhost", listener.getsockname()[1], cacertfile=cert("ca.pem"), timeout=TIMEOUT)
        )
        server, _ = listener.accept()
        self.closing(server)
        server.settimeout(TIMEOUT)
        server.sendall(b"first")
        client = self.closing(calling.result(TIMEOUT))
        self.assertEqual(b"first", client.recv(10))

    def test_a_failed_accept_leaves_the_listener(self):
        listener = self.listener()
        address = listener.getsockname()
        for _ in range(2):
            accepting = spawn(listener.accept)
            with socket.create_connection(address, TIMEOUT) as plain:
                plain.sendall(b"GET / HTTP/1.0\r\n\r\n")
                with self.assertRaises(tlsock.AlertError) as caught:
                    accepting.result(TIMEOUT)
                self.assertEqual("HTTP_REQUEST", caught.exception.reason)
                self.assertEqual(0x15, plain.recv(100)[0])  # the alert has come

    def test_arguments(self):
        client, server = self.client_context(), self.server_context()
        sock, other = self.closing(*tcp_pair())
        with self.assertRaises(ValueError):
            client.wrap_socket(sock, server_side=True)
        with self.assertRaises(ValueError):
            server.wrap_socket(sock, server_hostname="localhost")
        with self.assertRaises(tlsock.OptionsError):
            client.wrap_socket(sock, nonsense=1)
        with self.assertRaises(NotImplementedError):
            client.wrap_socket(self.closing(socket.socket(type=socket.SOCK_DGRAM)))
        with self.assertRaises(tlsock.OptionsError):
            # Nobody says who is meant.
            self.closing(tlsock.Context("client", cacertfile=cert("ca.pem"))).wrap_socket(sock)
        self.assertNotEqual(-1, sock.fileno())
        wrapped = self.closing(client.wrap_socket(sock, do_handshake_on_connect=False))
        with self.assertRaises(ValueError):
            client.wrap_socket(wrapped)

    def test_over_a_unix_socket(self):
        ends = socket.socketpair()
        server = spawn(lambda: self.server_context().wrap_socket(ends[1]))
        client = self.closing(self.client_context().wrap_socket(ends[0]))
        server = self.closing(server.result(TIMEOUT))
        client.sendall(b"x")
        self.assertEqual(b"x", server.recv(1))

    def test_wrong_host(self):
        client, server = self.failing_pair({"server_name_indication": "other.test"})
        self.assertIsInstance(client, tlsock.CertificateError)
        self.assertEqual("bad_certificate", client.alert)
        self.assertIsInstance(server, tlsock.AlertError)
        self.assertEqual(("bad_certificate", "peer"), (server.alert, server.origin))

    def test_certificate_wanted(self):
        client, server = self.failing_pair((), {"verify": "verify_peer", "cacertfile": cert("ca.pem")})
        self.assertEqual(("certificate_required", "local"), (server.alert, server.origin))
        self.assertEqual(("certificate_required", "peer"), (client.alert, client.origin))

    def test_expired(self):
        client, _ = self.failing_pair((), {"certfile": cert("expired.pem"), "keyfile": cert("expired-key.pem")})
        self.assertEqual("certificate_expired", client.alert)

    def test_no_warning_for_what_was_closed(self):
        with self.assertNoLogs(), __import__("warnings").catch_warnings(record=True) as warned:
            __import__("warnings").simplefilter("always")
            client, server = self.pair()
            self.stack.close()
            del client, server
            gc.collect()
        self.assertEqual([], [str(warning.message) for warning in warned])


class Information(TestCase):
    def test_what_is_known(self):
        client, server = self.pair(
            {**CLIENT_CERT, "alpn_advertised_protocols": ["h2"], "ciphers": ["TLS_CHACHA20_POLY1305_SHA256"]},
            {"verify": "verify_peer", "cacertfile": cert("ca.pem"), "alpn_preferred_protocols": ["h2"]},
        )
        for end in client, server:
            self.assertEqual("TLSv1.3", end.version())
            self.assertEqual(("TLS_CHACHA20_POLY1305_SHA256", "TLSv1.3", 256), end.cipher())
            self.assertEqual("h2", end.selected_alpn_protocol())
        self.assertEqual(der("server.pem"), client.getpeercert(True))
        self.assertEqual(der("client.pem"), server.getpeercert(binary_form=True))
        self.assertEqual([der("server.pem")], client.get_unverified_chain()[:1])
        self.assertIn(("DNS", "localhost"), client.getpeercert()["subjectAltName"])
        self.assertEqual(
            client.export_key_material("EXPORTER-x", 32, b"c"), server.export_key_material("EXPORTER-x", 32, b"c")
        )
        self.assertTrue(client.explain()["connected"])

    def test_before_the_handshake(self):
        end, other = self.closing(*tcp_pair())
        client = self.closing(self.client_context().wrap_socket(end, do_handshake_on_connect=False))
        self.assertIsNone(client.version())
        self.assertIsNone(client.cipher())
        self.assertIsNone(client.selected_alpn_protocol())
        with self.assertRaises(ValueError):
            client.getpeercert()
        self.assertEqual(0, client.pending())

    def test_unverified(self):
        client, server = self.pair({"verify": "verify_none"})
        self.assertEqual({}, client.getpeercert())
        self.assertEqual(der("server.pem"), client.getpeercert(True))
        self.assertIsNone(server.getpeercert())


if __name__ == "__main__":
    unittest.main()
