"""Connection: TLS with no socket. Bytes of the peer in, bytes for the peer out, and in between what the C API has."""

import base64
import contextlib
import enum
import json
from collections.abc import Iterable, Mapping
from types import TracebackType
from typing import TYPE_CHECKING, Any, Literal, Self, cast

from . import _errors, _options
from . import _tlsswig as _native

if TYPE_CHECKING:
    from typing_extensions import Buffer

    from ._context import Context

__all__ = ["Connection", "Status"]

Role = Literal["client", "server"]


class Status(enum.IntEnum):
    """How a call ended that is no error. Since 1.0."""

    OK = _native.OK
    WANT_READ = _native.WANT_READ  # more bytes of the peer are needed
    WANT_WRITE = _native.WANT_WRITE  # bytes for the peer wait for get()
    WAIT = _native.WAIT  # the handshake has a question: wait_info(), answer()
    CLOSED = _native.CLOSED  # the peer sent close_notify, or it was closed here
    TIMED_OUT = _native.TIMED_OUT
    EARLY_DATA = _native.EARLY_DATA


class _Statuses(dict[int, Status]):
    def __missing__(self, code: int) -> Status:
        # A condition of a later library: an ordinary value that nobody here knows.
        return cast(Status, code)


_STATUS = _Statuses((status.value, status) for status in Status)


class Connection:
    """A TLS connection whose bytes the application carries: for event loops and transports of its own.

    context: a Context, or the role, "client" or "server".
    options: options to add, by name, as the C API has them; a client needs `server_name_indication`, whom it means,
        unless it gives up the check of the host.

    Nothing here ever waits. One thread may send while another receives. Put the peer's bytes in by put(), and carry
    what get() gives to the peer after each call. Errors are TlsError; conditions are a Status.

    Raises OptionsError, TlsError. Since 1.0.
    """

    __slots__ = ("__weakref__", "_funs", "_handle")

    def __init__(self, context: "Context | Role", **options: Any) -> None:
        self._handle = 0
        if isinstance(context, str):
            role: str = context
        else:
            role = context.role
            options = {"config": context, **options}
        text, self._funs = _options.encode(options)
        self._handle = _native.memory_new(role, text)

    # ---- bytes of the peer ----

    def put(self, data: "Buffer") -> tuple[Status, int]:
        """Feeds bytes of the peer and runs the machine. Empty data runs it alone, as a client does to begin.

        Gives the status and how many bytes were taken: fewer than all when the receive buffer is full; receive first
        then. OK: the handshake is done, or data can be received.
        Raises TlsError; get() still gives the alert then. Since 1.0.
        """
        status, taken = _native.memory_put(self._handle, data)
        return _STATUS[status], taken

    def get(self, size: int = 65536) -> bytes:
        """Takes up to `size` bytes for the peer; empty if there are none. Raises TlsError. Since 1.0."""
        return _native.memory_get_new(self._handle, size)[1]

    def get_into(self, buffer: "Buffer") -> int:
        """As get(), into a buffer. Gives how many bytes there were. Raises TlsError. Since 1.0."""
        return _native.memory_get(self._handle, buffer)[1]

    def step(self, data: "Buffer", buffer: "Buffer") -> tuple[Status, int, int]:
        """put() and get_into() in one call.

        Gives the status, how many bytes were taken from `data` and how many written to `buffer`. Raises TlsError.
        Since 1.0.
        """
        status, taken, given = _native.memory_step(self._handle, data, buffer)
        return _STATUS[status], taken, given

    def eof(self) -> None:
        """Tells that the peer's bytes have ended: recv() then raises TruncatedError without close_notify. Since 1.0."""
        _native.memory_eof(self._handle)

    def pending(self) -> tuple[int, int]:
        """How many bytes wait for the peer, and how many for recv(), as far as it is known. Since 1.0."""
        _, outgoing, incoming = _native.memory_pending(self._handle)
        return outgoing, incoming

    # ---- handshake ----

    def handshake(self, **options: Any) -> Status:
        """Goes on with the handshake; options are taken before its first byte alone.

        Gives OK, WANT_READ, WANT_WRITE or WAIT. Raises TlsError. Since 1.0.
        """
        text = None
        if options:
            text, funs = _options.encode(options)
            self._funs = self._funs | funs
        return _STATUS[_native.handshake(self._handle, text, 0)]

    def handshake_continue(self, **options: Any) -> Status:
        """Goes on after the pause of `handshake="hello"`, with more or other options.

        Status as handshake(). Raises TlsError; OptionsError leaves the pause as it was. Since 1.0.
        """
        text, funs = _options.encode(options)
        status = _native.handshake_continue(self._handle, text, 0)
        self._funs = self._funs | funs
        return _STATUS[status]

    def handshake_cancel(self) -> None:
        """Ends the handshake with the alert user_canceled, which get() gives. Raises TlsError. Since 1.0."""
        _native.handshake_cancel(self._handle)

    def wait_info(self) -> dict[str, Any]:
        """What the handshake asks: {"id": …, "kind": "verify", …}. Certificates in it are bytes.

        Raises TlsError (status "state") if it asks nothing. Since 1.0.
        """
        return _options.decode_question(_native.wait_info(self._handle))

    def answer(self, id: int, answer: Any) -> None:
        """Answers the question `id`; handshake() then goes on.

        answer: one of the answers of its kind; anything else fails the handshake. A Context in place of options, and
            bytes for a certificate, will do.
        Raises TlsError (status "state") for a question that is not asked; OptionsError for options in the answer that
        are wrong, which leaves the question open. Since 1.0.
        """
        text, funs = _options.encode_answer(answer)
        _native.answer(self._handle, id, text)
        self._funs = self._funs | funs

    def ask(self) -> None:
        """Lets the callable that was given as option answer what the handshake asks.

        What it raises is raised here, and has failed the handshake (internal_error). Raises TlsError (status "state")
        if nothing is asked, or no callable is there for it. Since 1.0.
        """
        question = self.wait_info()
        fun = self._funs.get(question["kind"])
        if fun is None:
            raise _errors.state(f"a question of kind {question['kind']} waits for answer(): no callable was given")
        try:
            self.answer(question["id"], fun(question))
        except BaseException:
            # None of the answers: the handshake fails. It may have ended meanwhile, by its time or by close().
            with contextlib.suppress(_errors.TlsError):
                _native.answer(self._handle, question["id"], "null")
            raise

    # ---- data ----

    def send(self, data: "Buffer") -> tuple[Status, int]:
        """Seals data for the peer; get() gives the result.

        Gives the status and how many bytes were taken: fewer than all with WANT_WRITE, when get() has to be called
        first. CLOSED: shut down for sending. Raises TlsError. Since 1.0.
        """
        status, sent = _native.send(self._handle, data, 0)
        return _STATUS[status], sent

    def recv(self, size: int = 65536) -> tuple[Status, bytes]:
        """Receives up to `size` bytes. WANT_READ: none are here yet; CLOSED: the peer has ended.

        Raises TlsError, TruncatedError. Since 1.0.
        """
        status, data, _ = _native.recv_new(self._handle, size, 0, 0)
        return _STATUS[status], data

    def recv_into(self, buffer: "Buffer") -> tuple[Status, int]:
        """As recv(), into a buffer. Raises TlsError, TruncatedError. Since 1.0."""
        status, size, _ = _native.recv(self._handle, buffer, 0, 0)
        return _STATUS[status], size

    def update_keys(self, direction: Literal["write", "read_write"] = "write") -> Status:
        """Changes the own traffic key; with "read_write" asks the peer to change its as well.

        Raises TlsError. Since 1.0.
        """
        return _STATUS[_native.update_keys(self._handle, direction, 0)]

    def shutdown(self, how: Literal["read", "write", "read_write"] = "write") -> Status:
        """Ends a direction; "write" makes the close_notify, for get(). Raises TlsError. Since 1.0."""
        return _STATUS[_native.shutdown(self._handle, how, 0)]

    # ---- what is known ----

    def connection_info(self, items: Iterable[str] | None = None) -> dict[str, Any]:
        """What is known of the connection, as {"protocol": "tlsv1.3", "selected_group": …}.

        items: the names wanted; all but the effective options and the secrets without it.
        Raises OptionsError for an unknown name. Since 1.0.
        """
        names = None if items is None else json.dumps(list(items))
        info: dict[str, Any] = json.loads(_native.connection_info(self._handle, names))
        return info

    def explain(self) -> dict[str, Any]:
        """Why the connection is as it is: for each choice both sides' offers, what they share, what was chosen; after a
        failure the first choice with nothing in common, as "first_empty".

        Raises TlsError (status "state") before there was a hello. Since 1.0.
        """
        explanation: dict[str, Any] = json.loads(_native.explain(self._handle))
        return explanation

    def peercert(self) -> list[bytes]:
        """The certificates that the peer has shown, its own first, in DER; empty if it has shown none. Since 1.0."""
        try:
            chain: list[str] = json.loads(_native.peercert(self._handle))["chain"]
        except _errors.TlsError as error:
            if error.code == _native.E_STATE:
                return []
            raise
        return [base64.b64decode(certificate) for certificate in chain]

    def getstat(self) -> dict[str, int]:
        """Counters of the stream: recv_oct, recv_cnt, send_oct, … Since 1.0."""
        counters: dict[str, int] = json.loads(_native.getstat(self._handle))
        return counters

    def export_key_materials(self, labels: Iterable[Mapping[str, Any]], *, consume: bool = False) -> list[bytes]:
        """Derives secrets from the connection (RFC 8446 §7.5).

        labels: [{"label": "EXPORTER-x", "context": b"…", "length": 32}, …]; the context may be absent.
        consume: nothing can be exported a second time then.
        Raises OptionsError for labels of another form; TlsError (status "state") before the handshake's end. Since 1.0.
        """
        text, _ = _options.encode({"labels": [dict(label) for label in labels], "consume": consume})
        return [base64.b64decode(secret) for secret in json.loads(_native.export_key_materials(self._handle, text))]

    @property
    def handle(self) -> int:
        """The C API's handle; 0 once closed. Since 1.0."""
        return self._handle

    # ---- ending ----

    def close(self) -> None:
        """Lets go of the connection. Nothing is sent: shutdown() makes the close_notify. Since 1.0."""
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
