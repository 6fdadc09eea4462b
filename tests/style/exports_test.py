#!/usr/bin/env python3
"""Tests of exports.py."""
import unittest

from exports import compare, linkage

SCRIPT = "/* tls_not; */\nTLSOCK_1 {\n  global:\n    tls_send;\n    tls_free;\n  local:\n    *;\n};\n"
HEADER = """
/* TLS_API int tls_no(void); */
#define TLS_API __attribute__((visibility("default")))
TLS_API tls_status tls_send(tls_handle socket, const void *data,
                            size_t length);
typedef int (*tls_answer_fn)(void *context);
TLS_API void tls_free(void *string);
"""
SYMBOLS = """0000000000001000 T tls_send@@TLSOCK_1
0000000000002000 T tls_free@@TLSOCK_1
0000000000000000 A TLSOCK_1
"""
HEADERS = "  GNU_STACK      0x000000 0x0 0x0 0x000000 0x000000 RW  0x10\n  GNU_RELRO      0x1 0x1 0x1 0x1 0x1 R   0x1\n"
DYNAMIC = """ 0x1 (NEEDED)             Shared library: [libstdc++.so.6]
 0x1 (NEEDED)             Shared library: [ld-linux-x86-64.so.2]
 0xe (SONAME)             Library soname: [libtlsock.so.1]
 0x1e (FLAGS)              BIND_NOW
"""


class Exports(unittest.TestCase):
    def bad(self, *changes, symbols=SYMBOLS, script=SCRIPT, header=HEADER):
        self.assertTrue(list(compare(symbols, script, header)))

    def test_same(self):
        self.assertEqual(list(compare(SYMBOLS, SCRIPT, HEADER)), [])

    def test_symbols(self):
        self.bad(symbols=SYMBOLS + "0000000000003000 T sp_256_mul@@TLSOCK_1\n")
        self.bad(symbols=SYMBOLS + "0000000000003000 V _ZTIi\n")
        self.bad(symbols=SYMBOLS.replace("tls_free@@TLSOCK_1", "tls_free"))
        self.bad(symbols=SYMBOLS.replace("tls_free@@TLSOCK_1", "tls_free@@TLSOCK_2"))
        self.bad(symbols=SYMBOLS.replace("0000000000002000 T tls_free@@TLSOCK_1\n", ""))
        self.bad(symbols=SYMBOLS + "0000000000000000 A TLSOCK_2\n")

    def test_script(self):
        self.bad(script=SCRIPT.replace("tls_free;", ""))
        self.bad(script=SCRIPT.replace("tls_free;", "tls_free; tls_more;"))
        self.bad(script=SCRIPT.replace("tls_free;", "tls_free; tls_free;"))
        self.bad(script=SCRIPT.replace("tls_free;", "tls_*;"))
        self.bad(script=SCRIPT.replace("    *;\n", ""))

    def test_later_node(self):
        later = SCRIPT + "TLSOCK_1_1 {\n  global:\n    tls_more;\n} TLSOCK_1;\n"
        header = HEADER + "TLS_API int tls_more(void);\n"
        symbols = SYMBOLS + "0000000000003000 T tls_more@@TLSOCK_1_1\n0000000000000000 A TLSOCK_1_1\n"
        self.assertEqual(list(compare(symbols, later, header)), [])

    def test_header(self):
        self.bad(header="")
        self.bad(header=HEADER + "TLS_API void tls_other(void);\n")
        self.bad(header=HEADER.replace("TLS_API void tls_free(void *string);", ""))

    def test_linkage(self):
        self.assertEqual(list(linkage(HEADERS, DYNAMIC)), [])
        self.assertTrue(list(linkage(HEADERS.replace("RW ", "RWE"), DYNAMIC)))
        self.assertTrue(list(linkage(HEADERS.replace("GNU_RELRO", "OTHER"), DYNAMIC)))
        self.assertTrue(list(linkage(HEADERS, DYNAMIC.replace("BIND_NOW", ""))))
        self.assertTrue(list(linkage(HEADERS, DYNAMIC + " 0x16 (TEXTREL) 0x0\n")))
        self.assertTrue(list(linkage(HEADERS, DYNAMIC.replace("libstdc++.so.6", "libssl.so.3"))))
        self.assertTrue(list(linkage(HEADERS, DYNAMIC.replace("libtlsock.so.1", "libtlsock.so"))))


if __name__ == "__main__":
    unittest.main()
