"""TLS 1.3 sockets, as Python's own ssl has them, over the tlsock library, with the options of Erlang's ssl application.

    with tlsock.connect("localhost", 8443, cacertfile="ca.pem", timeout=5) as sock:
        sock.sendall(b"hello\\n")
        print(sock.recv(100), sock.connection_info())

Context makes TlsSockets of Python's sockets, for clients and servers; Connection is TLS with no socket at all. Errors
are TlsErrors, time-outs TimeoutErrors.
"""

from ._catalog import (
    append_cipher_suites,
    cipher_suites,
    clear_pem_cache,
    eccs,
    filter_cipher_suites,
    groups,
    prepend_cipher_suites,
    set_defaults,
    set_log,
    signature_algs,
    str_to_suite,
    suite_to_openssl_str,
    suite_to_str,
    validate_options,
    versions,
)
from ._connection import Connection, Status
from ._context import Context, connect
from ._errors import (
    AlertError,
    CertificateError,
    ClosedError,
    OptionsError,
    TlsError,
    TruncatedError,
    WantRead,
    WantWrite,
)
from ._socket import TlsSocket

__all__ = [
    "AlertError",
    "CertificateError",
    "ClosedError",
    "Connection",
    "Context",
    "OptionsError",
    "Status",
    "TlsError",
    "TlsSocket",
    "TruncatedError",
    "WantRead",
    "WantWrite",
    "append_cipher_suites",
    "cipher_suites",
    "clear_pem_cache",
    "connect",
    "eccs",
    "filter_cipher_suites",
    "groups",
    "prepend_cipher_suites",
    "set_defaults",
    "set_log",
    "signature_algs",
    "str_to_suite",
    "suite_to_openssl_str",
    "suite_to_str",
    "validate_options",
    "versions",
]
