"""What the library can do, as it tells Python; options that are wrong."""

import os
import pathlib
import unittest

import tlsock
from support import CLIENT, SERVER, TestCase, cert


class Catalog(unittest.TestCase):
    def test_versions(self):
        versions = tlsock.versions()
        self.assertEqual(
            {
                "ssl_app",
                "supported",
                "supported_dtls",
                "available",
                "available_dtls",
                "implemented",
                "implemented_dtls",
            },
            set(versions),
        )
        self.assertIn("tlsv1.3", versions["supported"])

    def test_cipher_suites(self):
        exclusive = tlsock.cipher_suites("exclusive", "tlsv1.3")
        self.assertEqual(5, len(exclusive))
        names = tlsock.cipher_suites("default", "tlsv1.3", "rfc")
        self.assertEqual("TLS_AES_256_GCM_SHA384", names[0])
        self.assertEqual(names, [tlsock.suite_to_str(suite) for suite in tlsock.cipher_suites()])
        suite = tlsock.str_to_suite("TLS_CHACHA20_POLY1305_SHA256")
        self.assertEqual("any", suite["key_exchange"])
        self.assertEqual("TLS_CHACHA20_POLY1305_SHA256", tlsock.suite_to_openssl_str(suite))
        with self.assertRaises(tlsock.TlsError):
            tlsock.str_to_suite("TLS_NONSENSE")

    def test_filters(self):
        suites = tlsock.cipher_suites()
        small = tlsock.filter_cipher_suites(suites, {"cipher": ["aes_128_gcm"]})
        self.assertEqual(["aes_128_gcm"], [suite["cipher"] for suite in small])
        self.assertEqual(small, tlsock.filter_cipher_suites(suites, {"cipher": lambda cipher: cipher == "aes_128_gcm"}))
        self.assertEqual(suites, tlsock.filter_cipher_suites(suites))
        first = tlsock.prepend_cipher_suites(small, suites)
        self.assertEqual(small[0], first[0])
        self.assertEqual(len(suites), len(first))
        self.assertEqual(first, tlsock.prepend_cipher_suites({"cipher": ["aes_128_gcm"]}, suites))
        self.assertEqual(
            first, tlsock.prepend_cipher_suites({"cipher": lambda cipher: cipher == "aes_128_gcm"}, suites)
        )
        self.assertEqual(small[0], tlsock.append_cipher_suites(small, suites)[-1])

    def test_groups_and_schemes(self):
        self.assertEqual("x25519mlkem768", tlsock.groups("default")[0])
        self.assertLessEqual(set(tlsock.groups("default")), set(tlsock.groups()))
        self.assertIn("ed25519", tlsock.signature_algs())
        with self.assertRaises(tlsock.TlsError):
            tlsock.eccs("tlsv1.3")

    def test_validate_options(self):
        self.assertEqual([], tlsock.validate_options("client", **CLIENT))
        problems = tlsock.validate_options("client", nonsense=1, depth="deep", **CLIENT)
        names = {option["name"] for problem in problems for option in problem["options"]}
        self.assertLessEqual({"nonsense", "depth"}, names)

    def test_defaults(self):
        tlsock.set_defaults(protocol_version=["tlsv1.3"])
        with self.assertRaises(tlsock.OptionsError):
            tlsock.set_defaults(nonsense=1)
        tlsock.clear_pem_cache()


class Options(TestCase):
    def test_unknown(self):
        with self.assertRaises(tlsock.OptionsError) as caught:
            tlsock.Context("client", nonsense=1, **CLIENT)
        error = caught.exception
        self.assertEqual(("options", "unknown"), (error.status, error.reason))
        self.assertEqual("nonsense", error.info["options"][0]["name"])
        self.assertIsInstance(error, OSError)
        self.assertIsInstance(error, ValueError)
        self.assertIn("nonsense", str(error))
        self.assertIsNone(error.errno)

    def test_wrong_type_and_value(self):
        for options in ({"depth": "deep"}, {"depth": 1000}, {"certfile": "no-such-file.pem"}):
            with self.subTest(options), self.assertRaises(tlsock.OptionsError) as caught:
                tlsock.Context("client", **CLIENT, **options)
            self.assertEqual(next(iter(options)), caught.exception.info["options"][0]["name"])

    def test_no_value_of_an_option(self):
        for options in ({"verify": object()}, {"versions": {1, 2}}, {"certfile": lambda question: None}):
            with self.subTest(options), self.assertRaises(TypeError):
                tlsock.Context("client", **CLIENT, **options)

    def test_role(self):
        with self.assertRaises(tlsock.TlsError):
            tlsock.Context("neither")
        with self.assertRaises(ValueError):
            tlsock.Context("client\0")
        with self.assertRaises(TypeError):
            tlsock.Context(1)

    def test_paths_bytes_and_none(self):
        options = {name: pathlib.Path(path) for name, path in SERVER.items()}
        self.closing(tlsock.Context("server", **options, cacertfile=None))
        with open(cert("server.pem"), "rb"), self.assertRaises(tlsock.OptionsError):
            tlsock.Context("server", cert=b"not DER", keyfile=cert("server-key.pem"))

    def test_password_is_never_told(self):
        options = {"certfile": cert("server.pem"), "keyfile": cert("server-key-encrypted.pem")}
        self.closing(tlsock.Context("server", **options, password="secret"))
        self.closing(tlsock.Context("server", **options, password=b"secret"))
        with self.assertRaises(tlsock.OptionsError) as caught:
            tlsock.Context("server", **options, password="guess-4711")
        self.assertNotIn("4711", repr(caught.exception.info))

    def test_unsupported_is_not_unknown(self):
        with self.assertRaises(tlsock.TlsError) as caught:
            tlsock.Context("server", **SERVER, session_tickets="stateless")
        self.assertEqual("unsupported", caught.exception.status)

    def test_config_within_options(self):
        base = self.server_context()
        more = self.closing(tlsock.Context("server", config=base, alpn_preferred_protocols=["h2"]))
        self.assertNotEqual(base.handle, more.handle)
        with self.assertRaises(tlsock.TlsError):
            tlsock.Context("client", config=base)

    def test_closed_context(self):
        context = tlsock.Context("server", **SERVER)
        context.close()
        context.close()
        with self.assertRaises(tlsock.TlsError) as caught:
            context.reload()
        self.assertEqual("handle", caught.exception.status)

    def test_reload(self):
        folder = self.stack.enter_context(__import__("tempfile").TemporaryDirectory())
        files = {name: os.path.join(folder, name) for name in ("cert.pem", "key.pem")}

        def place(stem):
            for target, source in (("cert.pem", stem + ".pem"), ("key.pem", stem + "-key.pem")):
                pathlib.Path(files[target]).write_bytes(pathlib.Path(cert(source)).read_bytes())

        place("server")
        context = self.closing(tlsock.Context("server", certfile=files["cert.pem"], keyfile=files["key.pem"]))
        place("server-rsa")
        context.reload()
        os.unlink(files["key.pem"])
        with self.assertRaises(tlsock.OptionsError):
            context.reload()


if __name__ == "__main__":
    unittest.main()
