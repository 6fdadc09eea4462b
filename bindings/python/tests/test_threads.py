"""Threads: the GIL is given up, two directions at once, closing under a waiting thread, many connections."""

import os
import threading
import time
import unittest

from support import TIMEOUT, TestCase, read_all, spawn


class Threads(TestCase):
    def test_waiting_leaves_the_interpreter_to_others(self):
        client, server = self.pair()
        waiting = spawn(client.recv, 10)
        time.sleep(0.1)
        server.sendall(b"late")  # by this thread: impossible if the other one kept the GIL
        self.assertEqual(b"late", waiting.result(TIMEOUT))

    def test_the_library_works_without_the_gil(self):
        """Another thread makes its steps in pure Python while the library seals and opens in this one."""
        client, server = self.pair()
        steps = 0
        stop = threading.Event()

        def count():
            nonlocal steps
            while not stop.is_set():
                steps += 1

        counting = spawn(count)
        draining = spawn(read_all, server)
        before = steps
        client.sendall(bytes(16 << 20))
        self.assertGreater(steps - before, 1000)
        client.close()
        stop.set()
        counting.result(TIMEOUT)
        self.assertEqual(16 << 20, len(draining.result(TIMEOUT)))

    def test_one_sends_one_receives_with_key_updates(self):
        client, server = self.pair()
        data = os.urandom(100_000)

        def send(sock):
            for _ in range(30):
                sock.sendall(data)
                sock.update_keys("read_write")
            sock.shutdown(1)

        work = [spawn(read_all, client), spawn(read_all, server), spawn(send, client), spawn(send, server)]
        results = [done.result(TIMEOUT) for done in work]
        self.assertEqual([data * 30, data * 30], results[:2])

    def test_many_senders_take_turns(self):
        client, server = self.pair()
        receiving = spawn(read_all, server)
        senders = [spawn(client.sendall, bytes([letter]) * 200_000) for letter in b"abcd"]
        for sender in senders:
            sender.result(TIMEOUT)
        client.close()
        received = receiving.result(TIMEOUT)
        # Whole messages, in some order: sendall keeps its turn to the end.
        self.assertEqual(800_000, len(received))
        pieces = {received[at : at + 200_000] for at in range(0, 800_000, 200_000)}
        self.assertEqual({bytes([letter]) * 200_000 for letter in b"abcd"}, pieces)

    def test_a_second_receiver_waits_within_its_time(self):
        client, server = self.pair()
        first = spawn(client.recv, 10)
        time.sleep(0.1)
        client.settimeout(0.2)
        with self.assertRaises(TimeoutError):
            client.recv(10)
        server.sendall(b"x")
        self.assertEqual(b"x", first.result(TIMEOUT))

    def test_close_wakes_who_waits(self):
        client, server = self.pair()
        client.settimeout(None)
        waiting = spawn(client.recv, 10)
        time.sleep(0.1)
        client.close()
        try:
            self.assertEqual(b"", waiting.result(TIMEOUT))
        except OSError:
            pass
        self.assertEqual(b"", server.recv(1))

    def test_many_connections(self):
        server_context, client_context = self.server_context(), self.client_context()
        from support import tcp_pair

        def talk(number):
            client_end, server_end = tcp_pair()
            serving = spawn(lambda: server_context.wrap_socket(server_end))
            with client_context.wrap_socket(client_end) as client, serving.result(TIMEOUT) as server:
                message = str(number).encode() * 1000
                client.sendall(message)
                client.shutdown(1)
                return read_all(server) == message

        talks = [spawn(talk, number) for number in range(20)]
        self.assertTrue(all(done.result(TIMEOUT) for done in talks))


class Ends(unittest.TestCase):
    def test_a_process_may_end_with_everything_open(self):
        import subprocess
        import sys

        script = (
            "import sys; sys.path.insert(0, sys.argv[1])\n"
            "import socket, tlsock, threading\n"
            "from support import *\n"
            "tlsock.set_log(print)\n"
            "ends = tcp_pair()\n"
            "context = tlsock.Context('server', **SERVER, sni_fun=lambda question: 'default')\n"
            "server = spawn(lambda: context.wrap_socket(ends[1]))\n"
            "client = tlsock.Context('client', **CLIENT).wrap_socket(ends[0])\n"
            "server = server.result(10)\n"
            "def talk():\n"
            "    while True: client.send(b'x' * 10000)\n"
            "def listen():\n"
            "    while True: server.recv(10)\n"
            "for work in talk, listen, listen, lambda: client.recv(1):\n"
            "    threading.Thread(target=work, daemon=True).start()\n"
        )
        here = os.path.dirname(os.path.abspath(__file__))
        done = subprocess.run([sys.executable, "-c", script, here], timeout=60, capture_output=True, text=True)
        self.assertEqual((0, ""), (done.returncode, done.stderr))


if __name__ == "__main__":
    unittest.main()
