"""Connection: TLS with no socket, two of them with bytes carried by hand."""

import gc
import pickle
import threading
import unittest

import tlsock
from support import CLIENT, CLIENT_CERT, SERVER, TestCase, cert, der
from tlsock import Connection, Status


def carry(source, target):
    """Takes what one side has for the other there. Gives how many bytes that were."""
    size = 0
    while data := source.get():
        size += len(data)
        while data:
            _, taken = target.put(data)
            data = data[taken:]
    return size


def shake(client, server):
    for _ in range(10):
        states = client.handshake(), server.handshake()
        if states == (Status.OK, Status.OK):
            return
        carry(client, server)
        carry(server, client)
    raise AssertionError(states)


class Memory(TestCase):
    def pair(self, client=(), server=()):
        ends = Connection("client", **{**CLIENT, **dict(client)}), Connection("server", **{**SERVER, **dict(server)})
        self.closing(*ends)
        shake(*ends)
        carry(ends[1], ends[0])
        return ends

    def test_data_both_ways(self):
        client, server = self.pair()
        for source, target in ((client, server), (server, client)):
            for data in (b"bytes", bytearray(b"bytearray"), memoryview(b"a slice of it")[2:7]):
                self.assertEqual((Status.OK, len(data)), source.send(data))
                carry(source, target)
                self.assertEqual((Status.OK, bytes(data)), target.recv())
        self.assertEqual((Status.WANT_READ, b""), client.recv())

    def test_recv_into_a_slice(self):
        client, server = self.pair()
        client.send(b"hello")
        carry(client, server)
        room = bytearray(10)
        self.assertEqual((Status.OK, 5), server.recv_into(memoryview(room)[2:]))
        self.assertEqual(b"\0\0hello\0\0\0", room)

    def test_buffers_that_will_not_do(self):
        client, _ = self.pair()
        with self.assertRaises(TypeError):
            client.send("text")
        with self.assertRaises(BufferError):
            client.recv_into(b"read only")
        with self.assertRaises(BufferError):
            client.send(memoryview(b"abcdef")[::2])
        with self.assertRaises(ValueError):
            client.recv(-1)

    def test_step_and_pending(self):
        client, server = self.pair()
        client.send(b"x" * 1000)
        outgoing, _ = client.pending()
        self.assertGreater(outgoing, 1000)
        room = bytearray(outgoing)
        self.assertEqual(outgoing, client.get_into(room))
        reply = bytearray(1000)
        status, taken, given = server.step(room, reply)
        self.assertEqual((Status.OK, outgoing, 0), (status, taken, given))
        self.assertEqual((0, 1000), server.pending())
        self.assertEqual(b"x" * 1000, server.recv()[1])

    def test_much_data_is_taken_in_part(self):
        client, server = self.pair()
        data, received = b"0123456789" * 500_000, []
        left = memoryview(data)
        while left:
            status, taken = client.send(left)
            self.assertIn(status, (Status.OK, Status.WANT_WRITE))
            left = left[taken:]
            while bytes_out := client.get():
                while bytes_out:
                    _, consumed = server.put(bytes_out)
                    bytes_out = bytes_out[consumed:]
                    while part := server.recv()[1]:
                        received.append(part)
        self.assertEqual(data, b"".join(received))

    def test_close_notify_and_half_close(self):
        client, server = self.pair()
        client.send(b"last words")
        client.shutdown("write")
        carry(client, server)
        self.assertEqual((Status.OK, b"last words"), server.recv())
        self.assertEqual((Status.CLOSED, b""), server.recv())
        self.assertEqual(Status.CLOSED, client.send(b"no more")[0])
        server.send(b"still here")
        carry(server, client)
        self.assertEqual((Status.OK, b"still here"), client.recv())

    def test_truncation(self):
        client, server = self.pair()
        client.send(b"half a mess")
        carry(client, server)
        server.eof()
        self.assertEqual(b"half a mess", server.recv()[1])
        with self.assertRaises(tlsock.TruncatedError) as caught:
            server.recv()
        self.assertIsInstance(caught.exception, ConnectionError)
        self.assertEqual("truncated", caught.exception.status)

    def test_alert(self):
        client = self.closing(Connection("client", **{**CLIENT, "cacertfile": cert("other-ca.pem")}))
        server = self.closing(Connection("server", **SERVER))
        with self.assertRaises(tlsock.CertificateError) as caught:
            shake(client, server)
        error = caught.exception
        self.assertEqual(
            ("tls_alert", "unknown_ca", 48, "local"), (error.status, error.alert, error.alert_code, error.origin)
        )
        self.assertEqual("CERTIFICATE_VERIFY_FAILED", error.reason)
        self.assertIn("Unknown CA", str(error))
        copy = pickle.loads(pickle.dumps(error))
        self.assertEqual((type(error), error.info, str(error)), (type(copy), copy.info, str(copy)))
        with self.assertRaises(tlsock.AlertError) as caught:
            carry(client, server)
            server.handshake()
        self.assertEqual(("unknown_ca", "peer"), (caught.exception.alert, caught.exception.origin))
        self.assertNotIsInstance(caught.exception, tlsock.CertificateError)
        explanation = client.explain()
        self.assertFalse(explanation["connected"])

    def test_nothing_in_common(self):
        client = self.closing(Connection("client", **CLIENT, supported_groups=["x25519"]))
        server = self.closing(Connection("server", **SERVER, supported_groups=["secp384r1"]))
        with self.assertRaises(tlsock.AlertError):
            shake(client, server)
        self.assertEqual("groups", server.explain()["first_empty"])

    def test_information(self):
        client, server = self.pair(
            {"alpn_advertised_protocols": ["h2", "http/1.1"]}, {"alpn_preferred_protocols": ["http/1.1"]}
        )
        for end in client, server:
            info = end.connection_info()
            self.assertEqual("tlsv1.3", info["protocol"])
            self.assertEqual("http/1.1", info["alpn"])
            self.assertEqual({"protocol": "tlsv1.3"}, end.connection_info(["protocol"]))
            with self.assertRaises(tlsock.OptionsError):
                end.connection_info(["nonsense"])
        self.assertEqual(der("server.pem"), client.peercert()[0])
        self.assertEqual([], server.peercert())
        self.assertGreater(client.getstat()["recv_oct"], 0)

    def test_client_certificate(self):
        client, server = self.pair(CLIENT_CERT, {"verify": "verify_peer", "cacertfile": cert("ca.pem")})
        self.assertEqual(der("client.pem"), server.peercert()[0])
        self.assertTrue(server.connection_info()["verified"])

    def test_export_key_materials(self):
        client, server = self.pair()
        labels = [{"label": "EXPORTER-a", "length": 32}, {"label": "EXPORTER-b", "context": b"\0\xff", "length": 20}]
        secrets = client.export_key_materials(labels)
        self.assertEqual([32, 20], [len(secret) for secret in secrets])
        self.assertEqual(secrets, server.export_key_materials(labels))
        client.export_key_materials(labels, consume=True)
        with self.assertRaises(tlsock.TlsError):
            client.export_key_materials(labels)

    def test_update_keys(self):
        client, server = self.pair()
        client.update_keys("read_write")
        client.send(b"under new keys")
        carry(client, server)
        self.assertEqual(b"under new keys", server.recv()[1])
        carry(server, client)
        server.send(b"likewise")
        carry(server, client)
        self.assertEqual(b"likewise", client.recv()[1])
        self.assertEqual({"sent": 1, "received": 1}, client.connection_info()["key_updates"])
        with self.assertRaises(tlsock.TlsError):
            client.update_keys("sideways")

    def test_state(self):
        client = self.closing(Connection("client", **CLIENT))
        for call in (lambda: client.send(b"x"), client.recv, client.update_keys, client.wait_info, client.explain):
            with self.assertRaises(tlsock.TlsError) as caught:
                call()
            self.assertEqual("state", caught.exception.status)
        client.close()
        client.close()
        with self.assertRaises(tlsock.TlsError) as caught:
            client.handshake()
        self.assertEqual("handle", caught.exception.status)

    def test_a_client_needs_a_host(self):
        with self.assertRaises(tlsock.OptionsError) as caught:
            Connection("client", cacertfile=cert("ca.pem"))
        self.assertEqual("server_name_indication", caught.exception.info["options"][0]["name"])
        self.closing(Connection("client", verify="verify_none"))

    def test_cancel(self):
        client, server = self.closing(Connection("client", **CLIENT), Connection("server", **SERVER))
        client.handshake()
        carry(client, server)
        client.handshake_cancel()
        with self.assertRaises(tlsock.TlsError) as caught:
            client.handshake()
        self.assertEqual("user_canceled", caught.exception.alert)

    def test_one_context_for_many(self):
        client_context = self.closing(tlsock.Context("client", cacertfile=cert("ca.pem")))
        server_context = self.server_context()
        for _ in range(3):
            with (
                Connection(client_context, server_name_indication="localhost") as client,
                Connection(server_context) as server,
            ):
                shake(client, server)
        client_context.close()
        with Connection("server", config=server_context) as server:
            self.assertNotEqual(0, server.handle)

    def test_bytearray_cannot_be_resized_under_the_library(self):
        client, server = self.pair()
        data = bytearray(1 << 20)
        stop = threading.Event()
        grown = []

        def grow():
            while not stop.is_set():
                try:
                    data.append(0)
                    grown.append(1)
                except BufferError:
                    pass

        thread = threading.Thread(target=grow)
        thread.start()
        try:
            for _ in range(50):
                client.send(data)
                while client.get():
                    pass
        finally:
            stop.set()
            thread.join()

    def test_forgotten_ones_are_closed(self):
        connection = Connection("server", **SERVER)
        handle = connection.handle
        del connection
        gc.collect()
        with self.assertRaises(tlsock.TlsError) as caught:
            tlsock._connection._native.close(handle)
        self.assertEqual("handle", caught.exception.status)


class Log(TestCase):
    def tearDown(self):
        tlsock.set_log(None)

    def test_alerts_are_told(self):
        told = []
        tlsock.set_log(told.append)
        client, server = self.closing(Connection("client", **CLIENT), Connection("server", **SERVER))
        client.handshake()
        with self.assertRaises(tlsock.TlsError):
            client.put(b"HTTP/1.1 400 Bad Request\r\n\r\n")
        self.assertEqual("notice", told[0]["level"])
        self.assertIn("CLIENT ALERT", told[0]["message"])
        tlsock.set_log(None)
        with self.assertRaises(tlsock.TlsError):
            server.put(b"GET / HTTP/1.1\r\n\r\n")
        self.assertEqual(1, len(told))


if __name__ == "__main__":
    unittest.main()
