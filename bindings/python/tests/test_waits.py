"""Callables for what Erlang's options take a fun for, and questions answered by hand."""

import unittest

import tlsock
from support import CLIENT, CLIENT_CERT, SERVER, TIMEOUT, TestCase, cert, der, spawn, tcp_pair
from test_connection import carry
from tlsock import Connection, Status


class Callables(TestCase):
    def test_verify_fun_sees_the_certificates(self):
        seen = []

        def verify(question):
            seen.append((question["event"], question["certificate"]))
            return "unknown" if question["event"] == "extension" else "valid"

        client, _ = self.pair({"verify_fun": verify})
        self.assertIn(("valid_peer", der("server.pem")), seen)
        self.assertTrue(client.connection_info()["verified"])

    def test_verify_fun_refuses(self):
        def verify(question):
            return "unknown" if question["event"] == "extension" else {"fail": "I do not like it"}

        client, server = self.failing_pair({"verify_fun": verify})
        self.assertIsInstance(client, tlsock.AlertError)
        self.assertIn("I do not like it", str(client.info))
        self.assertIsInstance(server, tlsock.AlertError)

    def test_verify_fun_accepts_what_is_unknown(self):
        options = {"cacertfile": cert("other-ca.pem")}
        client, _ = self.failing_pair(options)
        self.assertEqual("unknown_ca", client.alert)
        reasons = []

        def verify(question):
            if question["event"] == "bad_cert":
                reasons.append(question["reason"])
                return "valid"
            return "unknown" if question["event"] == "extension" else "valid"

        client, server = self.pair({**options, "verify_fun": verify})
        self.assertIn("unknown_ca", reasons)
        client.sendall(b"x")
        self.assertEqual(b"x", server.recv(1))

    def test_what_is_no_answer_fails_the_handshake(self):
        for answer in (None, True, {}, "perhaps", 17):
            client, server = self.failing_pair({"verify_fun": lambda question: answer})
            with self.subTest(answer):
                self.assertEqual(("internal_error", "ANSWER_INVALID"), (client.alert, client.reason))
                self.assertEqual(("internal_error", "peer"), (server.alert, server.origin))

    def test_an_exception_fails_the_handshake_and_reaches_the_caller(self):
        def verify(question):
            raise LookupError("no such thing")

        client, server = self.failing_pair({"verify_fun": verify})
        self.assertIsInstance(client, LookupError)
        self.assertEqual(("internal_error", "peer"), (server.alert, server.origin))

    def test_sni_fun(self):
        names = []
        example = tlsock.Context("server", certfile=cert("example.pem"), keyfile=cert("example-key.pem"))
        self.closing(example)

        def sni(question):
            names.append(question["server_name"])
            if question["server_name"] == "www.example.test":
                return example
            if question["server_name"] == "example.test":
                return {"certfile": cert("example.pem"), "keyfile": cert("example-key.pem")}
            return "default" if question["server_name"] == "localhost" else "unrecognized"

        for name, leaf in (("www.example.test", "example"), ("example.test", "example"), ("localhost", "server")):
            client, server = self.pair({"server_name_indication": name}, {"sni_fun": sni})
            self.assertEqual(der(leaf + ".pem"), client.getpeercert(True))
            self.assertEqual(name, server.connection_info()["sni_hostname"])
        client, server = self.failing_pair({"server_name_indication": "nobody.test"}, {"sni_fun": sni})
        self.assertEqual("unrecognized_name", client.alert)
        self.assertEqual(["www.example.test", "example.test", "localhost", "nobody.test"], names)

    def test_options_from_sni_fun_may_have_callables(self):
        seen = []

        def verify(question):
            seen.append(question["event"])
            return "unknown" if question["event"] == "extension" else "valid"

        def sni(question):
            return {"verify": "verify_peer", "cacertfile": cert("ca.pem"), "verify_fun": verify}

        _, server = self.pair(CLIENT_CERT, {"sni_fun": sni})
        self.assertEqual(der("client.pem"), server.getpeercert(True))
        self.assertIn("valid_peer", seen)

    def test_hostname(self):
        asked = []

        def check(question):
            asked.append((question["host"], question["certificate"]))
            return question["host"] == "alias.test"

        client, _ = self.pair({"server_name_indication": "alias.test", "customize_hostname_check": check})
        self.assertEqual([("alias.test", der("server.pem"))], asked)
        client, _ = self.failing_pair({"server_name_indication": "other.test", "customize_hostname_check": check})
        self.assertEqual("bad_certificate", client.alert)

    def test_partial_chain(self):
        server = {"certfile": cert("chain.pem"), "keyfile": cert("chain-key.pem")}
        client = {"cacertfile": cert("other-ca.pem")}
        refused, _ = self.failing_pair({**client, "partial_chain": lambda question: "unknown_ca"}, server)
        self.assertEqual("unknown_ca", refused.alert)
        trusting = {**client, "partial_chain": lambda question: {"trusted_ca": question["chain"][1]}}
        client_end, _ = self.pair(trusting, server)
        self.assertEqual(der("intermediate.pem"), client_end.get_unverified_chain()[1])

    def test_hello(self):
        def server_hello(question):
            self.assertEqual("localhost", question["hello"]["sni"])
            return {"alpn_preferred_protocols": ["http/1.1"]}

        client, server = self.pair({"alpn_advertised_protocols": ["h2", "http/1.1"]}, {"handshake": server_hello})
        self.assertEqual("http/1.1", client.selected_alpn_protocol())
        client, server = self.failing_pair((), {"handshake": lambda question: "cancel"})
        self.assertEqual(("user_canceled", "peer"), (client.alert, client.origin))

    def test_callables_of_a_context_are_its_sockets(self):
        seen = []

        def verify(question):
            seen.append(question["event"])
            return "unknown" if question["event"] == "extension" else "valid"

        context = self.client_context(verify_fun=verify)
        more = self.closing(tlsock.Context("client", config=context))
        for each in context, more:
            seen.clear()
            client_end, server_end = tcp_pair()
            serving = spawn(lambda: self.server_context().wrap_socket(server_end))
            self.closing(each.wrap_socket(client_end), serving.result(TIMEOUT))
            self.assertIn("valid_peer", seen)

    def test_options_in_an_answer_that_are_wrong(self):
        client, server = self.failing_pair((), {"sni_fun": lambda question: {"nonsense": 1}})
        self.assertIsInstance(server, tlsock.OptionsError)
        self.assertEqual("nonsense", server.info["options"][0]["name"])
        self.assertIsInstance(client, tlsock.AlertError)


class ByHand(TestCase):
    def test_answers(self):
        client = self.closing(Connection("client", **CLIENT))
        server = self.closing(Connection("server", **SERVER, handshake="hello", sni_fun="wait"))
        client.handshake()
        kinds = []
        for _ in range(20):
            carry(client, server)
            status = server.handshake()
            while status == Status.WAIT:
                question = server.wait_info()
                kinds.append(question["kind"])
                with self.assertRaises(tlsock.TlsError) as caught:
                    server.answer(question["id"] + 1, "default")
                self.assertEqual("state", caught.exception.status)
                if question["kind"] == "sni":
                    server.answer(question["id"], "default")
                    status = server.handshake()
                else:
                    with self.assertRaises(tlsock.OptionsError):
                        server.handshake_continue(nonsense=1)
                    status = server.handshake_continue(alpn_preferred_protocols=["h2"])
            carry(server, client)
            if (status, client.handshake()) == (Status.OK, Status.OK):
                break
        self.assertEqual({"sni", "hello"}, set(kinds))

    def test_no_callable(self):
        client, server = self.failing_pair({"verify_fun": "wait"})
        self.assertEqual("state", client.status)
        self.assertIsInstance(server, tlsock.AlertError)


if __name__ == "__main__":
    unittest.main()
