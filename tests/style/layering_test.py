#!/usr/bin/env python3
"""Tests of layering.py."""
import pathlib
import tempfile
import unittest

from layering import check, files, main


class Layering(unittest.TestCase):
    def ok(self, path, include):
        self.assertEqual(list(check(path, f"#include {include}\n")), [], (path, include))

    def bad(self, path, include):
        self.assertEqual(len(list(check(path, f"\n#  include {include}\n"))), 1, (path, include))

    def test_down_and_inside(self):
        self.ok("wire/codec.h", '"base/bytes.h"')
        self.ok("capi/socket.cc", '"base/bytes.h"')
        self.ok("channel/tls_channel.cc", '"record/tls_record.h"')
        self.ok("session/cache.h", '"x509/certificate.h"')
        self.ok("handshake/client.cc", '"handshake/flow.h"')
        self.ok("base/bytes.h", "<span>")
        self.ok("capi/tls.cc", '"tlsock/tls.h"')

    def test_up_and_sideways(self):
        self.bad("base/bytes.h", '"wire/codec.h"')
        self.bad("channel/channel.h", '"session/session.h"')
        self.bad("keys/engine.cc", '"x509/pem.h"')
        self.bad("handshake/client.cc", '"connection/connection.h"')

    def test_no_layer(self):
        self.bad("wire/codec.h", '"codec.h"')
        self.bad("wire/codec.h", '"../base/bytes.h"')
        self.bad("wire/codec.h", '"misc/x.h"')
        self.assertEqual(len(list(check("misc/x.h", ""))), 1)
        self.assertEqual(len(list(check("x.h", ""))), 1)

    def test_fenced(self):
        self.ok("crypto/hash.cc", "<wolfssl/wolfcrypt/sha.h>")
        self.ok("crypto/hash_internal.h", "<wolfssl/wolfcrypt/sha.h>")
        self.bad("crypto/hash.h", "<wolfssl/wolfcrypt/sha.h>")
        self.bad("x509/certificate.cc", "<wolfssl/wolfcrypt/asn.h>")
        self.bad("handshake/client.cc", '"wolfssl/wolfcrypt/sha.h"')
        self.ok("handshake/flow.h", "<coroutine>")
        self.bad("handshake/client.cc", "<coroutine>")
        self.bad("base/clock.h", "<sys/time.h>")
        self.ok("socket/transport.cc", "<netinet/tcp.h>")
        self.ok("x509/trust_store.cc", "<sys/stat.h>")
        self.bad("connection/connection.cc", "<poll.h>")
        self.bad("capi/tls.cc", "<unistd.h>")
        self.ok("capi/tls.cc", "<nlohmann/json.hpp>")
        self.bad("handshake/context.h", "<nlohmann/json.hpp>")

    def test_line(self):
        self.assertEqual([n for n, _ in check("base/a.h", '\n\n#include "wire/a.h"\n')], [3])

    def test_repository(self):
        with tempfile.TemporaryDirectory() as folder:
            self.assertEqual(main(folder), 1)  # nothing to look at is not a pass
            root = pathlib.Path(folder)
            for name in ("src/base/bytes.h", "src/wire/codec.cc", "capi/tls.cc"):
                (root / name).parent.mkdir(parents=True, exist_ok=True)
                (root / name).write_text('#include "base/bytes.h"\n')
            self.assertEqual([name for _, name in files(root)], ["base/bytes.h", "wire/codec.cc", "capi/tls.cc"])
            self.assertEqual(main(folder), 0)
            (root / "src/base/bytes.h").write_text('#include "capi/handles.h"\n')
            self.assertEqual(main(folder), 1)


if __name__ == "__main__":
    unittest.main()
