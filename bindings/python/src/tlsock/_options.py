"""Options, questions and answers between Python's values and the C API's JSON."""

import base64
import json
import os
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ._context import Context

Fun = Callable[[dict[str, Any]], Any]

# Options that take a callable: the value that makes the library ask, and the kind of its question.
_FUNS = {
    "customize_hostname_check": ("wait", "hostname"),
    "handshake": ("hello", "hello"),
    "partial_chain": ("wait", "partial_chain"),
    "sni_fun": ("wait", "sni"),
    "verify_fun": ("wait", "verify"),
}


def _plain(value: Any, name: str) -> Any:
    """The value in the types that JSON has."""
    if value is None or isinstance(value, (str, int, float)):
        return value
    if isinstance(value, (bytes, bytearray, memoryview)):
        return {"base64": base64.b64encode(value).decode()}
    if isinstance(value, os.PathLike):
        return os.fsdecode(value)
    if isinstance(value, Mapping):
        return {str(key): _plain(member, name) for key, member in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(member, name) for member in value]
    if callable(value):
        raise TypeError(f"option {name} takes no callable")
    raise TypeError(f"option {name}: a {type(value).__name__} is no value of an option")


def encode(options: Mapping[str, Any]) -> tuple[str, dict[str, Fun]]:
    """Options as JSON, and the callables among them by the kind of question that they answer.

    An option that is None counts as not given. "config" may be a Context.
    """
    plain: dict[str, Any] = {}
    funs: dict[str, Fun] = {}
    for name, value in options.items():
        if value is None:
            continue
        if name == "config" and hasattr(value, "_funs"):
            context: Context = value
            plain[name] = context.handle
            funs = context._funs | funs
        elif name in _FUNS and callable(value):
            plain[name], kind = _FUNS[name]
            funs[kind] = value
        else:
            plain[name] = _plain(value, name)
    return json.dumps(plain, allow_nan=False), funs


def decode_question(text: str) -> dict[str, Any]:
    """A question of the library; certificates and extension values in it are bytes."""
    question: dict[str, Any] = json.loads(text)
    if "certificate" in question:
        question["certificate"] = base64.b64decode(question["certificate"])
    if "chain" in question:
        question["chain"] = [base64.b64decode(certificate) for certificate in question["chain"]]
    if "value" in question.get("extension", {}):
        question["extension"]["value"] = base64.b64decode(question["extension"]["value"])
    return question


def encode_answer(answer: Any) -> tuple[str, dict[str, Fun]]:
    """An answer as JSON, and the callables of options in it."""
    if hasattr(answer, "_funs"):
        return encode({"config": answer})
    if not isinstance(answer, Mapping):
        return json.dumps(answer), {}
    trusted = answer.get("trusted_ca")
    if isinstance(trusted, (bytes, bytearray, memoryview)):
        return json.dumps({**answer, "trusted_ca": base64.b64encode(trusted).decode()}), {}
    return encode(answer)
