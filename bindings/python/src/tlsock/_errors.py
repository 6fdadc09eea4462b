"""What goes wrong, as exceptions: a class for each thing that a program may want to catch."""

import errno
import json
from typing import Any

from . import _tlsswig as _native

__all__ = [
    "AlertError",
    "CertificateError",
    "ClosedError",
    "OptionsError",
    "TlsError",
    "TruncatedError",
    "WantRead",
    "WantWrite",
]


class TlsError(OSError):
    """An error of the library, and the base of all that this package raises on its own.

    code: the C API's number, as TLS_E_ALERT. Positive for WantRead, WantWrite and ClosedError, which are conditions
        there.
    info: the whole report, as tls_last_error() gives it; its "message" is what str() gives.

    Time-outs are Python's own TimeoutError, and what the carrying socket raises passes through unchanged.
    Since 1.0.
    """

    code: int
    info: dict[str, Any]
    _errno: int | None = None  # of a class that Python code knows by its errno

    def __init__(self, code: int, info: dict[str, Any]) -> None:
        self.code = code
        self.info = info
        message = info.get("message") or info.get("status") or str(code)
        number = info.get("errno") or self._errno
        if number is None:
            super().__init__(message)
        else:
            super().__init__(number, message)

    def __str__(self) -> str:
        return str(self.args[-1])

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.code, self.info)

    @property
    def status(self) -> str:
        """The kind of error: "tls_alert", "options", "state", "truncated", "system", … Since 1.0."""
        return str(self.info.get("status", ""))

    @property
    def reason(self) -> str | None:
        """The rule that was broken, as "CERTIFICATE_VERIFY_FAILED"; for options "unknown", "value", … Since 1.0."""
        return self.info.get("reason")

    @property
    def detail(self) -> dict[str, Any]:
        """What else is known: which field, certificate or file. Since 1.0."""
        return self.info.get("detail") or {}

    @property
    def alert(self) -> str | None:
        """The alert's name in the RFCs, as "unknown_ca", if one was sent or received. Since 1.0."""
        return self.info.get("alert")

    @property
    def alert_code(self) -> int | None:
        """The alert's number, if one was sent or received. Since 1.0."""
        return self.info.get("alert_code")

    @property
    def origin(self) -> str | None:
        """Who sent the alert: "local" or "peer". Since 1.0."""
        return self.info.get("origin")


class OptionsError(TlsError, ValueError):
    """Options are wrong: `info["options"]` names them. Also a ValueError. Since 1.0."""


class AlertError(TlsError):
    """A fatal alert was sent or received: `alert`, `origin`, `reason`. Since 1.0."""


class CertificateError(AlertError):
    """The peer's certificate was refused here; `detail` says which one and why. Since 1.0."""


class TruncatedError(TlsError, ConnectionError):
    """The peer went without close_notify: what was received may be cut. Also a ConnectionError. Since 1.0."""

    _errno = errno.ECONNRESET


class ClosedError(TlsError, BrokenPipeError):
    """Sending on what was shut down or closed here. Also a BrokenPipeError. Since 1.0."""

    _errno = errno.EPIPE


class WantRead(TlsError, BlockingIOError):
    """A socket that does not block: call again when it can be read. Also a BlockingIOError. Since 1.0."""

    _errno = errno.EAGAIN


class WantWrite(TlsError, BlockingIOError):
    """A socket that does not block: call again, with the same data, when it can be written.

    Also a BlockingIOError. Since 1.0.
    """

    _errno = errno.EAGAIN


def want_read() -> WantRead:
    return WantRead(_native.WANT_READ, {"status": "want_read", "message": "the peer's data has not come yet"})


def want_write() -> WantWrite:
    return WantWrite(_native.WANT_WRITE, {"status": "want_write", "message": "the peer does not take more data now"})


def closed() -> ClosedError:
    return ClosedError(_native.CLOSED, {"status": "closed", "message": "closed for sending"})


def state(message: str) -> TlsError:
    return TlsError(_native.E_STATE, {"status": "state", "message": message})


def _class_of(code: int, info: dict[str, Any]) -> type[TlsError]:
    if code == _native.E_OPTIONS:
        return OptionsError
    if code == _native.E_TRUNCATED:
        return TruncatedError
    if code != _native.E_ALERT:
        return TlsError
    refused = info.get("reason") == "CERTIFICATE_VERIFY_FAILED" and info.get("origin") == "local"
    return CertificateError if refused else AlertError


def _make(code: int, text: str) -> TlsError:
    info = json.loads(text)
    return _class_of(code, info)(code, info)


_native.set_error_factory(_make)
