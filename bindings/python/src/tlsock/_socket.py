"""TlsSocket: a socket of Python's with TLS on it. Python's socket carries the bytes and does all the waiting."""

import contextlib
import errno
import json
import math
import os
import select
import socket
import threading
import time
from collections.abc import Callable, Generator, Iterable, Mapping
from typing import TYPE_CHECKING, Any, Literal, NoReturn, TypeVar, cast

from . import _certificate, _errors
from . import _tlsswig as _native
from ._connection import Connection, Status

if TYPE_CHECKING:
    from typing_extensions import Buffer

    from ._context import Context

__all__ = ["TlsSocket"]

Taken = TypeVar("Taken", bytes, int)

# What one read asks the kernel for: four full records.
_READ = 65536
# After a fatal alert of ours: how long to look, and how much to read, so that a reset does not overtake it.
_LINGER = 0.1
_LINGER_BYTES = 1 << 20

_VERSIONS = {"tlsv1.3": "TLSv1.3", "tlsv1.2": "TLSv1.2", "tlsv1.1": "TLSv1.1", "tlsv1": "TLSv1"}

# Below TLS. The descriptor never blocks: a call tries, and then waits for what it needs with its own deadline.
_raw_recv = socket.socket.recv
_raw_send = socket.socket.send


class TlsSocket(socket.socket):
    """A connected (or listening) stream socket with TLS, made by Context.wrap_socket or connect.

    It is used as any socket: time-outs, non-blocking mode, makefile, `with`, select on fileno(). One thread may send
    while another receives; more of them take turns. A non-blocking one raises WantRead and WantWrite, which are
    BlockingIOErrors; before waiting with select, see whether pending() has data already.

    Since 1.0.
    """

    context: "Context"
    server_side: bool
    server_hostname: str | None

    def __init__(
        self,
        sock: socket.socket,
        context: "Context",
        server_hostname: str | None,
        do_handshake_on_connect: bool,
        suppress_ragged_eofs: bool,
        initial_data: "Buffer",
        options: Mapping[str, Any],
    ) -> None:
        # Before the descriptor is taken over, so that wrong options leave the caller his socket.
        listening = sock.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN) != 0
        connected = not listening and _is_connected(sock)
        if connected and do_handshake_on_connect and sock.gettimeout() == 0:
            raise ValueError("a socket that does not block needs do_handshake_on_connect=False")
        connection = None if listening else Connection(context, **options)
        timeout = sock.gettimeout()
        super().__init__(sock.family, sock.type, sock.proto, sock.detach())
        super().setblocking(False)
        self.context = context
        self.server_side = context.role == "server"
        self.server_hostname = server_hostname
        self._timeout = timeout
        self._do_handshake_on_connect = do_handshake_on_connect
        self._suppress_ragged_eofs = suppress_ragged_eofs
        self._options = options
        self._conn = connection
        self._connected = False  # by TCP
        self._done = False  # the handshake
        self._handshake_end: float | None = None  # by option handshake_timeout
        self._in = bytes(initial_data)  # of the peer, not yet taken by the connection
        self._out = b""  # for the peer, not yet taken by the kernel; under _write_lock
        self._sealed: bytes | None = None  # data that a send had to leave without saying so
        self._surplus = b""
        self._recv_turn = threading.Lock()
        self._send_turn = threading.Lock()
        self._write_lock = threading.Lock()  # never held while waiting
        if connected:
            self._begin()

    def _begin(self) -> None:
        self._connected = True
        limit = self._options.get("handshake_timeout", self.context._handshake_timeout)
        if isinstance(limit, int):
            self._handshake_end = time.monotonic() + limit / 1000
        if self.family in (socket.AF_INET, socket.AF_INET6):
            # Whole flights and records are written: there is nothing to gather, and much to delay.
            self.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, bool(self._options.get("nodelay", True)))
        try:
            if self._do_handshake_on_connect:
                self.do_handshake()
        except BaseException:
            self.close()
            raise

    # ---- making connections ----

    def connect(self, address: Any) -> None:
        """Connects, then does the handshake (unless do_handshake_on_connect is False).

        Raises what socket.connect raises, and what do_handshake does. Since 1.0.
        """
        if self.server_side:
            raise ValueError("connect is for clients")
        if self._connected:
            raise OSError(errno.EISCONN, os.strerror(errno.EISCONN))
        super().settimeout(self._timeout)
        try:
            super().connect(address)
        except BlockingIOError:
            # Under way: the handshake comes with do_handshake, or with the first recv or send.
            self._connected = True
            raise
        finally:
            super().setblocking(False)
        self._begin()

    def connect_ex(self, address: Any) -> int:
        """As connect, with an errno in place of an OSError that has one. Since 1.0."""
        try:
            self.connect(address)
        except OSError as error:
            if error.errno is None:
                raise
            return error.errno
        return 0

    def accept(self) -> tuple["TlsSocket", Any]:
        """Accepts a connection and does its handshake (unless do_handshake_on_connect is False).

        Gives a TlsSocket that may block, and the peer's address. A handshake that fails raises here, and the listener
        is as good as before. With do_handshake_on_connect=False the first recv or send of the new socket does the
        handshake, which keeps a slow peer out of the thread that accepts.
        Raises TimeoutError, WantRead, and what do_handshake raises. Since 1.0.
        """
        deadline = self._deadline()
        while True:
            try:
                accepted, address = super().accept()
                break
            except BlockingIOError:
                self._wait(select.POLLIN, deadline, _errors.want_read)
        with accepted:
            accepted.setblocking(True)
            wrapped = TlsSocket(
                accepted,
                self.context,
                None,
                self._do_handshake_on_connect,
                self._suppress_ragged_eofs,
                b"",
                self._options,
            )
        return wrapped, address

    def do_handshake(self) -> None:
        """Does the handshake, if it is not done. The socket's timeout, and option handshake_timeout, bound all of it.

        Callables given as options run here, in this thread; what one raises comes out here, and the peer gets the alert
        internal_error. recv and send call this when it is due.
        Raises AlertError, CertificateError, TruncatedError, OptionsError (of an answer), TimeoutError, WantRead,
        WantWrite, and what the socket raises. Since 1.0.
        """
        connection = self._connection()
        if not self._connected:
            raise OSError(errno.ENOTCONN, os.strerror(errno.ENOTCONN))
        deadline = self._deadline()
        if self._handshake_end is not None:
            deadline = self._handshake_end if deadline is None else min(deadline, self._handshake_end)
        with self._turn(self._recv_turn, deadline, _errors.want_read):
            with self._turn(self._send_turn, deadline, _errors.want_write):
                if not self._done:
                    self._handshake(connection, deadline)
                    self._done = True

    def _handshake(self, connection: Connection, deadline: float | None) -> None:
        while True:
            try:
                status = connection.handshake()
                if status == Status.OK:
                    break
                if status == Status.WAIT:
                    connection.ask()
                    continue
                if status == Status.TIMED_OUT:
                    raise TimeoutError("the handshake timed out")
                flushed = self._flush(connection)
                if self._fill(connection):
                    continue
            except BaseException as error:
                self._give_up(connection, error)
                raise
            if flushed:
                self._wait(select.POLLIN, deadline, _errors.want_read)
            else:
                self._wait(select.POLLIN | select.POLLOUT, deadline, _errors.want_write)
        self._flush_all(connection, deadline)

    def _give_up(self, connection: Connection, error: BaseException) -> None:
        """The handshake has failed: the peer gets to know why."""
        if not isinstance(error, (_errors.AlertError, _errors.TruncatedError)):
            # A callable raised, and the connection makes the alert now; or there was none to answer.
            with contextlib.suppress(_errors.TlsError):
                if connection.handshake() == Status.WAIT:
                    connection.handshake_cancel()
        self._flush_quietly(connection)
        with contextlib.suppress(OSError):
            super().shutdown(socket.SHUT_WR)
            if not isinstance(error, OSError) or isinstance(error, _errors.TlsError) and error.origin != "peer":
                self._linger()

    def _linger(self) -> None:
        """Closing over unread data sends a reset, which may overtake our alert."""
        end = time.monotonic() + (0 if self._timeout == 0 else _LINGER)
        size = 0
        poller = select.poll()
        poller.register(self.fileno(), select.POLLIN)
        while size < _LINGER_BYTES and poller.poll(max(0.0, (end - time.monotonic()) * 1000)):
            data = _raw_recv(self, _READ)
            if not data:
                return
            size += len(data)

    # ---- data ----

    def recv(self, bufsize: int, flags: int = 0) -> bytes:
        """Receives up to `bufsize` bytes; empty when the peer has ended its side with close_notify.

        Raises TruncatedError if the peer just went (empty then, with suppress_ragged_eofs), AlertError, TimeoutError,
        WantRead, and what the socket raises. Since 1.0.
        """
        _no_flags(flags)
        if bufsize < 0:
            raise ValueError("negative buffersize in recv")
        if bufsize == 0:
            return b""
        connection = self._ready()
        return self._receive(connection, lambda: connection.recv(bufsize), b"")

    def recv_into(self, buffer: "Buffer", nbytes: int | None = None, flags: int = 0) -> int:
        """As recv, into a writable buffer (its first `nbytes` bytes, if given); gives how many bytes there were.

        Raises as recv. Since 1.0.
        """
        _no_flags(flags)
        view = memoryview(buffer).cast("B")
        if nbytes:
            if not 0 < nbytes <= len(view):
                raise ValueError("nbytes does not fit the buffer")
            view = view[:nbytes]
        if not view:
            return 0
        connection = self._ready()
        return self._receive(connection, lambda: connection.recv_into(view), 0)

    def _receive(self, connection: Connection, take: Callable[[], tuple[Status, Taken]], nothing: Taken) -> Taken:
        deadline = self._deadline()
        failure: Exception | None = None
        with self._turn(self._recv_turn, deadline, _errors.want_read):
            while True:
                try:
                    status, taken = take()
                except _errors.TruncatedError:
                    if self._suppress_ragged_eofs:
                        return nothing
                    raise
                except _errors.TlsError:
                    self._flush_quietly(connection)
                    raise
                # Receiving may have made output: the answer to a KeyUpdate.
                flushed = self._flush_quietly(connection)
                if taken:
                    return taken
                if status == Status.CLOSED:
                    return nothing
                if failure is not None:
                    raise failure
                try:
                    filled = self._fill(connection)
                except _errors.TlsError as error:
                    # Data that came before what is wrong is given first.
                    self._flush_quietly(connection)
                    failure, filled = error, True
                if not filled:
                    self._wait(
                        select.POLLIN if flushed else select.POLLIN | select.POLLOUT, deadline, _errors.want_read
                    )

    def pending(self) -> int:
        """How many bytes recv would give at once, without the kernel. Since 1.0."""
        connection = self._connection()
        waiting = connection.pending()[1]
        if waiting == 0 and self._in and self._done and self._recv_turn.acquire(blocking=False):
            try:
                with contextlib.suppress(_errors.TlsError):
                    self._fill(connection)
                waiting = connection.pending()[1]
            finally:
                self._recv_turn.release()
        return waiting

    def send(self, data: "Buffer", flags: int = 0) -> int:
        """Sends data; gives how many bytes were taken, at least one unless there are none.

        Taken bytes go out whatever happens next: with this call, or with the socket's next ones. After WantWrite, call
        again with the same data, as with Python's ssl.
        Raises ClosedError, AlertError, TimeoutError, WantWrite, and what the socket raises. Since 1.0.
        """
        _no_flags(flags)
        view = memoryview(data).cast("B")
        connection = self._ready()
        deadline = self._deadline()
        with self._turn(self._send_turn, deadline, _errors.want_write):
            return self._send(connection, view, deadline)

    def sendall(self, data: "Buffer", flags: int = 0) -> None:
        """Sends all of the data; the socket's timeout bounds the whole call. After an error nobody knows how much went.

        Raises as send. Since 1.0.
        """
        _no_flags(flags)
        view = memoryview(data).cast("B")
        connection = self._ready()
        deadline = self._deadline()
        with self._turn(self._send_turn, deadline, _errors.want_write):
            while view:
                view = view[self._send(connection, view, deadline) :]
            self._flush_all(connection, deadline)

    def _send(self, connection: Connection, view: memoryview, deadline: float | None) -> int:
        self._flush_all(connection, deadline)
        sealed, self._sealed = self._sealed, None
        if sealed is not None and view[: len(sealed)] == sealed:
            return len(sealed)
        status, taken = connection.send(view)
        if status == Status.CLOSED:
            raise _errors.closed()
        try:
            self._flush_all(connection, deadline)
        except TimeoutError:
            pass  # The bytes are taken, and go out with the next call.
        except BaseException:
            # The bytes are taken, but the caller gets no count: he will come with them again.
            self._sealed = bytes(view[:taken])
            raise
        return taken

    def sendfile(self, file: Any, offset: int = 0, count: int | None = None) -> int:
        """Sends a binary file's content; gives how many bytes. Raises as sendall. Since 1.0."""
        return cast(int, self._sendfile_use_send(file, offset, count))  # type: ignore[attr-defined]

    def update_keys(self, direction: Literal["write", "read_write"] = "write") -> None:
        """Changes the own traffic key; with "read_write" asks the peer to change its as well (RFC 8446 §4.6.3).

        Raises as send. Since 1.0.
        """
        connection = self._ready()
        deadline = self._deadline()
        with self._turn(self._send_turn, deadline, _errors.want_write):
            self._flush_all(connection, deadline)
            if connection.update_keys(direction) == Status.CLOSED:
                raise _errors.closed()
            self._flush_all(connection, deadline)

    # ---- ending ----

    def shutdown(self, how: int) -> None:
        """Ends a direction: SHUT_WR sends close_notify and half-closes the stream; receiving goes on.

        Raises TimeoutError, WantWrite, and what the socket raises. Since 1.0.
        """
        connection = self._connection()
        if how in (socket.SHUT_WR, socket.SHUT_RDWR) and self._done:
            deadline = self._deadline()
            with self._turn(self._send_turn, deadline, _errors.want_write):
                self._flush_all(connection, deadline)
                connection.shutdown("write")
                self._flush_all(connection, deadline)
        if how in (socket.SHUT_RD, socket.SHUT_RDWR) and self._done:
            connection.shutdown("read")
        super().shutdown(how)

    def unwrap(self) -> socket.socket:
        """Ends TLS and gives the stream back as a plain socket: sends close_notify and waits for the peer's.

        What the peer sent behind its close_notify, and was read with it, is in `surplus`. This object is closed then.
        Raises TlsError (status "state") if the peer has sent data that nobody has received, TruncatedError,
        TimeoutError, WantRead, WantWrite (call again), and what the socket raises. Since 1.0.
        """
        connection = self._ready()
        deadline = self._deadline()
        with self._turn(self._recv_turn, deadline, _errors.want_read):
            with self._turn(self._send_turn, deadline, _errors.want_write):
                self._flush_all(connection, deadline)
                connection.shutdown("write")
                self._flush_all(connection, deadline)
                while True:
                    status, _ = connection.put(b"")
                    if status == Status.CLOSED:
                        break
                    if status == Status.OK or connection.pending()[1]:
                        raise _errors.state("the peer has sent data that nobody has received")
                    if not self._fill(connection, one_record=True):
                        self._wait(select.POLLIN, deadline, _errors.want_read)
                self._surplus = self._in
                timeout = self._timeout
                plain = socket.socket(fileno=self.detach())
                plain.settimeout(timeout)
                return plain

    @property
    def surplus(self) -> bytes:
        """After unwrap: bytes of the plain stream that came together with the end of TLS. Since 1.0."""
        return self._surplus

    def detach(self) -> int:
        """Gives the descriptor away and forgets the TLS connection, with nothing sent. Since 1.0."""
        if self.fileno() >= 0:
            super().setblocking(True)
        fd = super().detach()
        connection, self._conn = self._conn, None
        if connection is not None:
            connection.close()
        return fd

    def _real_close(self) -> None:  # socket.socket.close calls it once no makefile() is open
        connection, self._conn = getattr(self, "_conn", None), None
        if connection is not None and self.fileno() >= 0:
            if self._done:
                with contextlib.suppress(OSError):
                    connection.shutdown("write")
            self._flush_quietly(connection)
            if self._recv_turn.locked() or self._send_turn.locked():
                # Somebody waits for the socket in another thread: this wakes him.
                with contextlib.suppress(OSError):
                    super().shutdown(socket.SHUT_RDWR)
        if connection is not None:
            connection.close()
        super()._real_close()  # type: ignore[misc]

    # ---- what is known ----

    def connection_info(self, items: Iterable[str] | None = None) -> dict[str, Any]:
        """What is known of the connection, as {"protocol": "tlsv1.3", "selected_group": …}.

        items: the names wanted; all but the effective options and the secrets without it.
        Raises OptionsError for an unknown name. Since 1.0.
        """
        return self._connection().connection_info(items)

    def explain(self) -> dict[str, Any]:
        """Why the connection is as it is: see Connection.explain. Since 1.0."""
        return self._connection().explain()

    def getpeercert(self, binary_form: bool = False) -> dict[str, Any] | bytes | None:
        """The peer's certificate; None if it has shown none.

        binary_form: as DER. Else as the dict that Python's ssl gives, which is empty if the certificate was not
            verified.
        Raises ValueError before the handshake's end. Since 1.0.
        """
        connection = self._connection()
        if not self._done:
            raise ValueError("handshake not done yet")
        chain = connection.peercert()
        if not chain:
            return None
        if binary_form:
            return chain[0]
        verified = connection.connection_info(["verified"]).get("verified", False)
        return _certificate.as_dict(chain[0]) if verified else {}

    def get_unverified_chain(self) -> list[bytes]:
        """The certificates that the peer has shown, its own first, in DER. Since 1.0."""
        return self._connection().peercert()

    def version(self) -> str | None:
        """ "TLSv1.3"; None before it is known. Since 1.0."""
        protocol = self.connection_info(["protocol"]).get("protocol")
        return _VERSIONS.get(protocol, protocol) if protocol else None

    def cipher(self) -> tuple[str, str, int] | None:
        """The cipher suite's name, the protocol, and the key's size in bits; None before it is known. Since 1.0."""
        suite = self.connection_info(["selected_cipher_suite"]).get("selected_cipher_suite")
        if not suite:
            return None
        bits = 128 if "128" in suite["cipher"] else 256
        return _native.suite_to_str(json.dumps(suite)), self.version() or "", bits

    def selected_alpn_protocol(self) -> str | None:
        """The application protocol that was agreed on, or None. Since 1.0."""
        protocol: str | None = self.connection_info(["alpn"]).get("alpn")
        return protocol

    def export_key_material(self, label: str, length: int, context: bytes | None = None) -> bytes:
        """Derives a secret from the connection (RFC 8446 §7.5).

        Raises OptionsError, TlsError (status "state") before the handshake's end. Since 1.0.
        """
        wanted: dict[str, Any] = {"label": label, "length": length}
        if context is not None:
            wanted["context"] = context
        return self.export_key_materials([wanted])[0]

    def export_key_materials(self, labels: Iterable[Mapping[str, Any]], *, consume: bool = False) -> list[bytes]:
        """Derives several secrets: see Connection.export_key_materials. Since 1.0."""
        return self._connection().export_key_materials(labels, consume=consume)

    # ---- time ----

    def settimeout(self, value: float | None) -> None:
        """How long a call may take: seconds, 0 for non-blocking, None for ever. Since 1.0."""
        if value is not None and value < 0:
            raise ValueError("Timeout value out of range")
        self._timeout = None if value is None else float(value)

    def gettimeout(self) -> float | None:
        """The timeout in seconds, or None. Since 1.0."""
        return self._timeout

    @property
    def timeout(self) -> float | None:
        """As gettimeout(). Since 1.0."""
        return self._timeout

    def setblocking(self, flag: bool) -> None:
        """True is settimeout(None), False settimeout(0). Since 1.0."""
        self._timeout = None if flag else 0.0

    def getblocking(self) -> bool:
        """False for a non-blocking socket. Since 1.0."""
        return self._timeout != 0

    def _deadline(self) -> float | None:
        return time.monotonic() + self._timeout if self._timeout else None

    @contextlib.contextmanager
    def _turn(
        self, lock: threading.Lock, deadline: float | None, want: Callable[[], Exception]
    ) -> Generator[None, None, None]:
        """Waits until nobody else uses this direction."""
        if not lock.acquire(blocking=False):
            if self._timeout == 0:
                raise want()
            if not lock.acquire(timeout=-1 if deadline is None else max(0.0, deadline - time.monotonic())):
                raise TimeoutError("timed out")
        try:
            yield
        finally:
            lock.release()

    def _wait(self, events: int, deadline: float | None, want: Callable[[], Exception]) -> None:
        """Waits until the descriptor is ready. The one place where this class waits for the peer: Ctrl-C gets in."""
        if self._timeout == 0:
            raise want()
        poller = select.poll()
        poller.register(self._open_fileno(), events)
        if not poller.poll(None if deadline is None else max(0, math.ceil((deadline - time.monotonic()) * 1000))):
            raise TimeoutError("timed out")

    # ---- bytes ----

    def _connection(self) -> Connection:
        if self._conn is None:
            self._open_fileno()
            raise OSError(errno.ENOTCONN, os.strerror(errno.ENOTCONN))
        return self._conn

    def _ready(self) -> Connection:
        if not self._done:
            self.do_handshake()
        return self._connection()

    def _open_fileno(self) -> int:
        fd = self.fileno()
        if fd < 0:
            raise OSError(errno.EBADF, os.strerror(errno.EBADF))
        return fd

    def _fill(self, connection: Connection, one_record: bool = False) -> bool:
        """Feeds what has come from the peer; False if nothing has. For the holder of the receive turn."""
        if not self._in:
            try:
                self._in = _raw_recv(self, self._record_rest() if one_record else _READ)
            except BlockingIOError:
                return False
            if not self._in:
                connection.eof()
                return True
        status, taken = connection.put(self._in)
        self._in = self._in[taken:]
        return True

    def _record_rest(self) -> int:
        """How much to read so as not to read beyond the next record, if nothing of it was read yet."""
        header = _raw_recv(self, 5, socket.MSG_PEEK)
        return 5 + int.from_bytes(header[3:5], "big") if len(header) == 5 else max(1, len(header))

    def _flush(self, connection: Connection) -> bool:
        """Writes what there is for the peer; False if the kernel does not take it all now. Never waits."""
        with self._write_lock:
            while True:
                if not self._out:
                    size = connection.pending()[0]
                    if not size:
                        return True
                    self._out = connection.get(size)
                try:
                    sent = _raw_send(self, self._out)
                except BlockingIOError:
                    return False
                except OSError as error:
                    self._why_not_sent(connection, error)
                self._out = self._out[sent:]

    def _flush_all(self, connection: Connection, deadline: float | None) -> None:
        while not self._flush(connection):
            self._wait(select.POLLOUT, deadline, _errors.want_write)

    def _flush_quietly(self, connection: Connection) -> bool:
        try:
            return self._flush(connection)
        except OSError:
            return True  # The error will come again where it matters.

    def _why_not_sent(self, connection: Connection, error: OSError) -> NoReturn:
        """The peer is gone for writing. If it has said why, by an alert, that is the error."""
        if self._recv_turn.acquire(blocking=False):
            try:
                self._drain(connection)
            finally:
                self._recv_turn.release()
        elif not self._done:
            self._drain(connection)  # do_handshake has the turn, and is in this thread
        raise error

    def _drain(self, connection: Connection) -> None:
        with contextlib.suppress(BlockingIOError, ConnectionError):
            while True:
                data = self._in or _raw_recv(self, _READ)
                if not data:
                    return
                self._in = data
                _, taken = connection.put(data)
                self._in = data[taken:]
                if not taken:
                    return

    # ---- what a stream of TLS has not ----

    def _not_here(self, *_: Any, **__: Any) -> NoReturn:
        raise NotImplementedError("a TlsSocket has recv, recv_into, send, sendall and sendfile")

    dup = recvfrom = recvfrom_into = recvmsg = recvmsg_into = sendto = sendmsg = sendmsg_afalg = _not_here


def _no_flags(flags: int) -> None:
    if flags != 0:
        raise ValueError("a TlsSocket takes no flags")


def _is_connected(sock: socket.socket) -> bool:
    try:
        sock.getpeername()
    except OSError as error:
        if error.errno != errno.ENOTCONN:
            raise
        return False
    return True
