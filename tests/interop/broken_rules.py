"""The rules that tlslite-ng breaks on purpose, and how we answer: the alert that the RFC names, and our reason.

Each name is that of a conversation in misbehaving/, with blanks. Sections are those of RFC 8446.
"""
from __future__ import annotations

from peers import GCM_256

BY_EITHER = {
    # §4.4.3, §4.4.4
    "bad finished": ("decrypt_error", "DIGEST_CHECK_FAILED"),
    "bad certificate verify": ("decrypt_error", "BAD_SIGNATURE"),
    "unoffered signature scheme": ("illegal_parameter", "WRONG_SIGNATURE_TYPE"),
    "no certificate verify": ("unexpected_message", "UNEXPECTED_MESSAGE"),
    "trailing byte in finished": ("decode_error", "DECODE_ERROR"),
    "data before finished": ("unexpected_message", "UNEXPECTED_RECORD"),
    # §5, §5.1
    "plaintext after the keys": ("unexpected_message", "INVALID_OUTER_RECORD_TYPE"),
    "plaintext data after the keys": ("bad_record_mac", "DECRYPTION_FAILED_OR_BAD_RECORD_MAC"),
    "change cipher spec after the handshake": ("unexpected_message", "BAD_CHANGE_CIPHER_SPEC"),
    "interleaved records": ("unexpected_message", "INTERLEAVED_HANDSHAKE"),
    "more after key update": ("unexpected_message", "EXCESS_HANDSHAKE_DATA"),
    "empty handshake record": ("unexpected_message", "EMPTY_FRAGMENT"),
    "unknown record type": ("unexpected_message", "UNEXPECTED_RECORD"),
    "heartbeat not negotiated": ("unexpected_message", "UNEXPECTED_RECORD"),
    # §5.1, §5.2, §5.4
    "record too long": ("record_overflow", "ENCRYPTED_LENGTH_TOO_LONG"),
    "plaintext too long": ("record_overflow", "DATA_LENGTH_TOO_LONG"),
    "only padding": ("unexpected_message", "UNEXPECTED_RECORD"),
    "changed record": ("bad_record_mac", "DECRYPTION_FAILED_OR_BAD_RECORD_MAC"),
    # §4, §4.6.3, §6
    "key update with a bad value": ("illegal_parameter", "BAD_KEY_UPDATE"),
    "key update without a value": ("decode_error", "DECODE_ERROR"),
    "unknown message": ("unexpected_message", "UNEXPECTED_MESSAGE"),
    "finished again": ("unexpected_message", "UNEXPECTED_MESSAGE"),
    "warning alert": ("decode_error", "BAD_ALERT"),
}

BY_SERVER = {
    # §4.1.3
    "unoffered suite": ("illegal_parameter", "WRONG_CIPHER_RETURNED"),
    "suite of tls 1 2": ("illegal_parameter", "WRONG_CIPHER_RETURNED"),
    "changed session id": ("illegal_parameter", "SERVER_ECHOED_INVALID_SESSION_ID"),
    "compression": ("illegal_parameter", "UNSUPPORTED_COMPRESSION_ALGORITHM"),
    "trailing byte in server hello": ("decode_error", "TRAILING_DATA"),
    # §4.2, §4.2.1, §4.2.8
    "unoffered version": ("illegal_parameter", "UNSUPPORTED_PROTOCOL"),
    "old version as selected": ("illegal_parameter", "UNSUPPORTED_PROTOCOL"),
    "no key share": ("missing_extension", "MISSING_KEY_SHARE"),
    "key share of an unoffered group": ("illegal_parameter", "WRONG_CURVE"),
    "key share of a group without ours": ("illegal_parameter", "WRONG_CURVE"),
    "zero key share": ("illegal_parameter", "BAD_ECPOINT"),
    "short key share": ("illegal_parameter", "BAD_ECPOINT"),
    "unoffered extension in server hello": ("unsupported_extension", "UNEXPECTED_EXTENSION"),
    "alpn in server hello": ("illegal_parameter", "UNEXPECTED_EXTENSION_IN_MESSAGE"),
    # §5.1
    "message split at the key change": ("unexpected_message", "EXCESS_HANDSHAKE_DATA"),
    # §4.1.4
    "same group in retry": ("illegal_parameter", "WRONG_CURVE"),
    "unoffered group in retry": ("illegal_parameter", "WRONG_CURVE"),
    "retry that changes nothing": ("illegal_parameter", "EMPTY_HELLO_RETRY_REQUEST"),
    "unoffered extension in retry": ("unsupported_extension", "UNEXPECTED_EXTENSION"),
    "empty cookie in retry": ("decode_error", "ERROR_PARSING_EXTENSION"),
    "changed suite after retry": ("illegal_parameter", "WRONG_CIPHER_RETURNED"),
    "other group after retry": ("illegal_parameter", "WRONG_CURVE"),
    "retry again": ("unexpected_message", "SECOND_HELLO_RETRY_REQUEST"),
    # §4.2, §4.3.1; RFC 7301 §3.1
    "unoffered extension": ("unsupported_extension", "UNEXPECTED_EXTENSION"),
    "extension of another message": ("illegal_parameter", "UNEXPECTED_EXTENSION_IN_MESSAGE"),
    "extension twice": ("illegal_parameter", "DUPLICATE_EXTENSION"),
    "alpn that was not offered": ("unsupported_extension", "UNEXPECTED_EXTENSION"),
    "alpn protocol that was not offered": ("illegal_parameter", "INVALID_ALPN_PROTOCOL"),
    "two alpn protocols": ("decode_error", "ERROR_PARSING_EXTENSION"),
    "no encrypted extensions": ("unexpected_message", "UNEXPECTED_MESSAGE"),
    # §4.3.2, §4.4.2
    "empty certificate": ("decode_error", "EMPTY_CERTIFICATE_LIST"),
    "certificate with a context": ("illegal_parameter", "INVALID_CERTIFICATE_CONTEXT"),
    "no certificate": ("unexpected_message", "UNEXPECTED_MESSAGE"),
    "certificate request without schemes": ("missing_extension", "MISSING_EXTENSION"),
    # §5, §4.6
    "key update in the handshake": ("unexpected_message", "UNEXPECTED_MESSAGE"),
    "plaintext instead of encrypted extensions": ("unexpected_message", "INVALID_OUTER_RECORD_TYPE"),
    "ticket without a value": ("decode_error", "DECODE_ERROR"),
    "certificate request that was not allowed": ("unexpected_message", "UNEXPECTED_MESSAGE"),
    "hello request": ("unexpected_message", "NO_RENEGOTIATION"),
}

BY_CLIENT = {
    # §4.1.2
    "compression": ("illegal_parameter", "INVALID_COMPRESSION_LIST"),
    "no compression method": ("illegal_parameter", "INVALID_COMPRESSION_LIST"),
    "session id too long": ("decode_error", "DECODE_ERROR"),
    "trailing byte in client hello": ("decode_error", "TRAILING_DATA"),
    "nothing but a finished": ("unexpected_message", "UNEXPECTED_MESSAGE"),
    "client hello again": ("unexpected_message", "NO_RENEGOTIATION"),
    # §4.2, §9.2
    "extension twice": ("illegal_parameter", "DUPLICATE_EXTENSION"),
    "no supported groups": ("missing_extension", "MISSING_EXTENSION"),
    "no signature algorithms": ("missing_extension", "MISSING_EXTENSION"),
    "no key share": ("missing_extension", "MISSING_KEY_SHARE"),
    "only an old version": ("protocol_version", "UNSUPPORTED_PROTOCOL"),
    # §4.2.8
    "key share twice": ("illegal_parameter", "DUPLICATE_KEY_SHARE"),
    "key share of a group that is not supported": ("illegal_parameter", "INVALID_KEY_SHARES"),
    "zero key share": ("illegal_parameter", "BAD_ECPOINT"),
    "short key share": ("illegal_parameter", "BAD_ECPOINT"),
    "point off the curve": ("illegal_parameter", "BAD_ECPOINT"),
    # §4.2.9, §4.2.11
    "psk that is not last": ("illegal_parameter", "ERROR_PARSING_EXTENSION"),
    "psk without modes": ("missing_extension", "MISSING_EXTENSION"),
    # RFC 7301 §3.1, RFC 6066 §3
    "empty protocol in alpn": ("decode_error", "ERROR_PARSING_EXTENSION"),
    "empty server name": ("decode_error", "ERROR_PARSING_EXTENSION"),
    # §5, §5.1
    "two messages where the keys change": ("unexpected_message", "EXCESS_HANDSHAKE_DATA"),
    "other record within the hello": ("unexpected_message", "BAD_CHANGE_CIPHER_SPEC"),
    "hello record too long": ("record_overflow", "DATA_LENGTH_TOO_LONG"),
    "change cipher spec first": ("unexpected_message", "BAD_CHANGE_CIPHER_SPEC"),
}

BY_CLIENT_ASKED_AGAIN = {  # §4.1.2, §4.2.2
    "random of the second hello changed": ("illegal_parameter", "INVALID_SECOND_CLIENT_HELLO"),
    "suites of the second hello changed": ("illegal_parameter", "INVALID_SECOND_CLIENT_HELLO"),
    "share of the second hello for another group": ("illegal_parameter", "WRONG_CURVE"),
    "two shares in the second hello": ("illegal_parameter", "WRONG_CURVE"),
    "cookie changed": ("illegal_parameter", "WRONG_COOKIE"),
    "no cookie": ("illegal_parameter", "WRONG_COOKIE"),
}

BY_CLIENT_ASKED_FOR_A_CERTIFICATE = {  # §4.4.2
    "certificate with a context": ("illegal_parameter", "INVALID_CERTIFICATE_CONTEXT"),
    "no certificate message": ("unexpected_message", "UNEXPECTED_MESSAGE"),
}

# Of a client these make sense only with a certificate.
WITH_CERTIFICATE = ("bad certificate verify", "unoffered signature scheme", "no certificate verify")

WITH_ALPN = ("alpn in server hello", "alpn protocol that was not offered", "two alpn protocols")

# What breaks no rule, however odd it is.
ALLOWED = ("other record versions", "records of one byte", "padded and empty records")


def broken_rules(b) -> None:
    """The cases for one role of ours."""
    rules = {**BY_EITHER, **BY_SERVER} if b.is_client else {**BY_EITHER, **BY_CLIENT}
    for name, answer in rules.items():
        asks = not b.is_client and name in WITH_CERTIFICATE
        both = {"alpn": ("h2", "http/1.1")} if name in WITH_ALPN else None
        add(b, name, answer, both=both, **(with_certificate() if asks else {}))
    if not b.is_client:
        for name, answer in BY_CLIENT_ASKED_AGAIN.items():
            add(b, name, answer, ours={"groups": ("secp256r1",), "options": {"cookie": True}})
        for name, answer in BY_CLIENT_ASKED_FOR_A_CERTIFICATE.items():
            add(b, name, answer, **with_certificate())
    for name in ALLOWED:
        ours = ["ping:1000", "closed", "shutdown"] if b.is_client else ["echo:1000", "closed"]
        b.add(name, **steps(b, name, ours), ours=settings(b), alert_at_peer="close_notify")


def add(b, name: str, answer: tuple[str, str], ours: dict | None = None, **changes) -> None:
    alert, reason = answer
    error = {"alert": alert, "origin": "local", "reason": reason}
    b.add(name, **steps(b, name, ["closed"]), ours={**settings(b, name), **(ours or {})}, error=error,
          alert_at_peer=alert, **changes)


def with_certificate() -> dict:
    return {"ours": {"verify": "require", "ca": "ca"}, "client": {"identities": ("client-p256",)}}


def settings(b, name: str = "") -> dict:
    """Only groups that tlslite-ng has; a share for the first alone, so that it can ask for the other."""
    wanted: dict = {"groups": ("x25519", "secp256r1")}
    if b.is_client:
        wanted["options"] = {"psk_groups": ["x25519"]}
    if name == "unoffered suite":
        wanted["suites"] = (GCM_256,)
    return wanted


def steps(b, name: str, ours: list[str]) -> dict:
    theirs = [name.replace(" ", "_")]
    client, server = (ours, theirs) if b.is_client else (theirs, ours)
    return {"client_steps": client, "server_steps": server}
