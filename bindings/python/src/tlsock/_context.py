"""Context: options that were parsed, with certificates read and keys imported, for any number of sockets."""

import socket
from types import TracebackType
from typing import TYPE_CHECKING, Any, Literal, Self

from . import _options
from . import _tlsswig as _native
from ._socket import TlsSocket

if TYPE_CHECKING:
    from typing_extensions import Buffer

__all__ = ["Context", "connect"]


class Context:
    """What TLS sockets have in common: a role and options.

    role: "client" or "server".
    options: the C API's, by name: certfile, keyfile, cacertfile, verify, alpn_advertised_protocols, … Bytes may stand
        wherever it takes base64, a path object for a path. `config` may be another Context, to start from.
        A callable for verify_fun, sni_fun, partial_chain, customize_hostname_check or handshake is asked in the course
        of each handshake: it gets the question as a dict, and returns one of the answers of its kind. For sni_fun and
        handshake that may also be a Context.

    May be used by any thread, for any number of sockets. Raises OptionsError, TlsError (status "unsupported"),
    TypeError for a value that is none of an option. Since 1.0.
    """

    __slots__ = ("__weakref__", "_funs", "_handle", "_handshake_timeout", "_role")

    def __init__(self, role: Literal["client", "server"] = "client", **options: Any) -> None:
        self._handle = 0
        self._role = role
        text, self._funs = _options.encode(options)
        self._handle = _native.config_create(role, text)
        # The library sees to it when it is called; who waits for a socket has to know when to call.
        base = options.get("config")
        inherited = base._handshake_timeout if isinstance(base, Context) else None
        self._handshake_timeout: Any = options.get("handshake_timeout", inherited)

    @property
    def role(self) -> Literal["client", "server"]:
        """ "client" or "server". Since 1.0."""
        return self._role

    @property
    def handle(self) -> int:
        """The C API's handle; 0 once closed. Since 1.0."""
        return self._handle

    def wrap_socket(
        self,
        sock: socket.socket,
        server_side: bool | None = None,
        server_hostname: str | None = None,
        do_handshake_on_connect: bool = True,
        suppress_ragged_eofs: bool = False,
        *,
        initial_data: "Buffer" = b"",
        **options: Any,
    ) -> TlsSocket:
        """Puts TLS on a stream socket, which the result takes over: `sock` is detached, its timeout stays.

        sock: connected; or a server's listening one, whose accept() then gives TlsSockets; or a client's that is not
            connected yet.
        server_side: as the context's role, which it may name; there is no need for it.
        server_hostname: whom a client means: the certificate is checked against it, and a server with several names is
            told. A DNS name or an IP address.
        do_handshake_on_connect: now, or with the first recv or send, or by do_handshake.
        suppress_ragged_eofs: an end without close_notify counts as an end, not as an error. What was received may have
            been cut by somebody else then.
        initial_data: bytes of the peer that were read from the socket before.
        options: to add to the context's, for this socket.

        Raises ValueError, OptionsError, and what do_handshake raises. On ValueError and OptionsError the socket stays
        the caller's; else it is closed. Since 1.0.
        """
        server = self._role == "server"
        if server_side is not None and server_side != server:
            raise ValueError(f"server_side={server_side} does not fit a context for a {self._role}")
        if isinstance(sock, TlsSocket):
            raise ValueError("TLS within TLS is done with Connection")
        if sock.type != socket.SOCK_STREAM:
            raise NotImplementedError("only stream sockets are supported")
        if server_hostname is not None:
            if server:
                raise ValueError("server_hostname is for clients")
            options.setdefault("server_name_indication", _ascii(server_hostname))
        return TlsSocket(
            sock, self, server_hostname, do_handshake_on_connect, suppress_ragged_eofs, initial_data, options
        )

    def connect(self, host: str, port: int, *, timeout: float | None = None, **options: Any) -> TlsSocket:
        """Connects by TCP, does the handshake, and checks the certificate against `host`.

        timeout: the socket's, in seconds, from the start; None waits for ever.
        options: to add to the context's.
        Raises what socket.create_connection and wrap_socket raise. Since 1.0.
        """
        sock = socket.create_connection((host, port), timeout)
        try:
            return self.wrap_socket(sock, server_hostname=host, **options)
        finally:
            sock.close()  # No descriptor is left in it, unless wrap_socket refused it.

    def reload(self) -> None:
        """Reads all files again, for sockets that are made later: all of them, or on OptionsError none. Since 1.0."""
        _native.config_reload(self._handle)

    def close(self) -> None:
        """Lets go of the options; sockets that have them live on. Done by itself in the end. Since 1.0."""
        handle, self._handle = self._handle, 0
        if handle:
            _native.close(handle)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def __del__(self) -> None:
        # The interpreter may be half gone, and __init__ may have failed.
        try:
            self.close()
        except Exception:
            pass

    def __repr__(self) -> str:
        return f"<tlsock.Context for a {self._role}>"


def connect(host: str, port: int, *, timeout: float | None = None, **options: Any) -> TlsSocket:
    """A TLS connection to a server, as a socket: Context("client", **options).connect(host, port).

    The certificate is checked against `host` and the system's trust store, or `cacertfile`.
    Raises OptionsError, CertificateError, AlertError, TimeoutError, OSError. Since 1.0.
    """
    with Context("client", **options) as context:
        return context.connect(host, port, timeout=timeout)


def _ascii(host: str) -> str:
    if host.isascii():
        return host
    try:
        return host.encode("idna").decode("ascii")
    except UnicodeError as error:
        raise ValueError(f"server_hostname is no host name: {error}") from None
