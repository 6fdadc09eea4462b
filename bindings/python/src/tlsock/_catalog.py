"""What the library can do: versions, cipher suites, groups, signature schemes; and its settings for the process."""

import atexit
import json
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Literal

from . import _options
from . import _tlsswig as _native

__all__ = [
    "append_cipher_suites",
    "cipher_suites",
    "clear_pem_cache",
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

Suite = dict[str, str]
Suites = Iterable[Mapping[str, str] | str]
Filters = Mapping[str, Any]


def versions() -> dict[str, Any]:
    """The library's version, "ssl_app", and the protocol's: "supported", "available", "implemented". Since 1.0."""
    tell: dict[str, Any] = json.loads(_native.versions())
    return tell


def cipher_suites(
    description: Literal["default", "all", "anonymous", "exclusive", "exclusive_anonymous"] = "default",
    version: str = "tlsv1.3",
    format: Literal["rfc", "openssl"] | None = None,
) -> list[Any]:
    """Cipher suites, in order of preference: dicts, or names with format "rfc" or "openssl".

    Raises OptionsError, TlsError (status "unsupported") for a version that is not done. Since 1.0.
    """
    suites: list[Any] = json.loads(_native.cipher_suites(description, version, format))
    return suites


def filter_cipher_suites(suites: Suites, filters: Filters | None = None) -> list[Any]:
    """The suites for which all parts of the filter hold; without one, those that are supported.

    filters: {"key_exchange": …, "cipher": …, "mac": …, "prf": …}; a part is a list of values, {"not": [values]}, or
        a callable that gets the value and says whether it may stay.
    Raises OptionsError. Since 1.0.
    """
    kept = list(suites)
    plain: dict[str, Any] = {}
    for part, condition in (filters or {}).items():
        if callable(condition):
            kept = [suite for suite in kept if condition(_as_dict(suite).get(part))]
        else:
            plain[part] = condition
    result: list[Any] = json.loads(_native.filter_cipher_suites(json.dumps(kept), json.dumps(plain)))
    return result


def prepend_cipher_suites(preferred: Suites | Filters, suites: Suites) -> list[Any]:
    """Moves suites to the head of a list.

    preferred: suites, or a filter that picks them.
    Raises OptionsError. Since 1.0.
    """
    listed = list(suites)
    result: list[Any] = json.loads(_native.prepend_cipher_suites(_choice(preferred, listed), json.dumps(listed)))
    return result


def append_cipher_suites(deferred: Suites | Filters, suites: Suites) -> list[Any]:
    """Moves suites to the tail of a list.

    deferred: suites, or a filter that picks them.
    Raises OptionsError. Since 1.0.
    """
    listed = list(suites)
    result: list[Any] = json.loads(_native.append_cipher_suites(_choice(deferred, listed), json.dumps(listed)))
    return result


def _choice(choice: Suites | Filters, suites: list[Any]) -> str:
    if not isinstance(choice, Mapping):
        return json.dumps(list(choice))
    if any(callable(condition) for condition in choice.values()):
        return json.dumps(filter_cipher_suites(suites, choice))
    return json.dumps(dict(choice))


def _as_dict(suite: Mapping[str, str] | str) -> Mapping[str, str]:
    return str_to_suite(suite) if isinstance(suite, str) else suite


def suite_to_str(suite: Mapping[str, str]) -> str:
    """A suite's RFC name, as "TLS_AES_256_GCM_SHA384". Raises OptionsError. Since 1.0."""
    return _native.suite_to_str(json.dumps(dict(suite)))


def suite_to_openssl_str(suite: Mapping[str, str]) -> str:
    """A suite's OpenSSL name. Raises OptionsError. Since 1.0."""
    return _native.suite_to_openssl_str(json.dumps(dict(suite)))


def str_to_suite(name: str) -> Suite:
    """The suite of an RFC or OpenSSL name. Raises OptionsError. Since 1.0."""
    suite: Suite = json.loads(_native.str_to_suite(name))
    return suite


def groups(description: Literal["all", "default"] | None = None) -> list[str]:
    """Key exchange groups of TLS 1.3: all, or those of "default". Raises OptionsError. Since 1.0."""
    names: list[str] = json.loads(_native.groups(description))
    return names


def eccs(version: str | None = None) -> list[str]:
    """Curves of TLS 1.2 and before. Raises OptionsError, TlsError (status "unsupported"). Since 1.0."""
    names: list[str] = json.loads(_native.eccs(version))
    return names


def signature_algs(
    description: Literal["default", "all", "exclusive"] = "default", version: str = "tlsv1.3"
) -> list[str]:
    """Signature schemes, in order of preference. Raises OptionsError, TlsError (status "unsupported"). Since 1.0."""
    names: list[str] = json.loads(_native.signature_algs(description, version))
    return names


def validate_options(role: Literal["client", "server"], **options: Any) -> list[dict[str, Any]]:
    """All that is wrong with options, each as the `info` of an OptionsError; an empty list if nothing is. Since 1.0."""
    text, _ = _options.encode(options)
    problems: list[dict[str, Any]] = json.loads(_native.validate_options(role, text))["problems"]
    return problems


def set_defaults(**variables: Any) -> None:
    """Sets Erlang's application variables, for contexts that are made later: all of them or none.

    Raises OptionsError, TlsError (status "unsupported"). Since 1.0.
    """
    text, _ = _options.encode(variables)
    _native.set_defaults(text)


def clear_pem_cache() -> None:
    """Forgets the PEM files that were read. Since 1.0."""
    _native.clear_pem_cache()


def set_log(function: Callable[[dict[str, Any]], object] | None) -> None:
    """Sets where messages for people go; None takes it away. Nothing is ever printed.

    function: gets {"level": "notice", "message": …, …} in the thread and the call where it happened. What it raises
        goes to sys.unraisablehook.
    Since 1.0.
    """
    if function is None:
        _native.set_log(None)
        return
    tell = function
    _native.set_log(lambda text: tell(json.loads(text)))


# Threads may be in the library when the interpreter ends, and must not come back to it for this.
atexit.register(_native.set_log, None)
