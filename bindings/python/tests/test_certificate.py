"""The dict of a certificate is what Python's own ssl gives."""

import ssl
import unittest

from support import CERTS, der
from tlsock import _certificate


class AsDict(unittest.TestCase):
    KEYS = ("subject", "issuer", "version", "serialNumber", "notBefore", "notAfter", "subjectAltName")

    def test_as_ssl_gives_it(self):
        decode = getattr(getattr(ssl, "_ssl", None), "_test_decode_cert", None)
        if decode is None:
            self.skipTest("this Python's ssl has no decoder for files")
        for file in sorted(CERTS.glob("*.pem")):
            if "BEGIN CERTIFICATE" not in file.read_text():
                continue
            with self.subTest(file.name):
                theirs = decode(str(file))
                ours = _certificate.as_dict(der(file.name))
                self.assertEqual({key: theirs[key] for key in self.KEYS if key in theirs}, ours)

    def test_what_is_no_certificate(self):
        whole = der("server.pem")
        for data in (b"", b"\x30", b"\x30\x03\x02\x01\x05", whole[:40], whole[:-1]):
            with self.subTest(data), self.assertRaises(ValueError):
                _certificate.as_dict(data)


if __name__ == "__main__":
    unittest.main()
