"""Rules that a server can break."""
from tlslite.constants import CipherSuite, ContentType, ExtensionType, GroupName, HandshakeType
from tlslite.extensions import ALPNExtension, HRRKeyShareExtension, KeyShareEntry, ServerKeyShareExtension, TLSExtension
from tlslite.messages import Message
from tlslite.tlsconnection import TLS_1_3_HRR

from connection import Connection


def is_retry(hello) -> bool:
    return hello.random == TLS_1_3_HRR


def in_server_hello(c: Connection, change) -> None:
    """Handshakes with a changed ServerHello; HelloRetryRequest, which has the same type, stays as it is."""
    c.change(HandshakeType.server_hello, lambda hello: None if is_retry(hello) else change(hello))
    c.shake()


def in_retry(c: Connection, change) -> None:
    c.settings.keyShares, c.settings.eccCurves = ["secp256r1"], ["secp256r1"]
    c.change(HandshakeType.server_hello, lambda hello: change(hello) if is_retry(hello) else None)
    c.shake()


def in_extensions(c: Connection, change) -> None:
    c.change(HandshakeType.encrypted_extensions, lambda message: change(message.extensions))
    c.shake()


def replace(hello, extension) -> None:
    hello.extensions = [extension if each.extType == extension.extType else each for each in hello.extensions]


def without(hello, extension_type: int) -> None:
    hello.extensions = [each for each in hello.extensions if each.extType != extension_type]


def extension(number: int, data: bytes = b"") -> TLSExtension:
    return TLSExtension(extType=number).create(bytearray(data))


def share(group: int, data: bytes) -> ServerKeyShareExtension:
    return ServerKeyShareExtension().create(KeyShareEntry().create(group, bytearray(data)))


def alpn(*names: bytes) -> ALPNExtension:
    return ALPNExtension().create([bytearray(name) for name in names])


# ServerHello.

def unoffered_suite(c: Connection) -> None:
    def change(hello) -> None:
        hello.cipher_suite = CipherSuite.TLS_AES_128_GCM_SHA256

    in_server_hello(c, change)


def suite_of_tls_1_2(c: Connection) -> None:
    def change(hello) -> None:
        hello.cipher_suite = CipherSuite.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256

    in_server_hello(c, change)


def changed_session_id(c: Connection) -> None:
    def change(hello) -> None:
        hello.session_id = bytearray(32)

    in_server_hello(c, change)


def compression(c: Connection) -> None:
    def change(hello) -> None:
        hello.compression_method = 1

    in_server_hello(c, change)


def unoffered_version(c: Connection) -> None:
    in_server_hello(c, lambda hello: replace(hello, extension(ExtensionType.supported_versions, b"\3\5")))


def old_version_as_selected(c: Connection) -> None:
    in_server_hello(c, lambda hello: replace(hello, extension(ExtensionType.supported_versions, b"\3\2")))


def no_key_share(c: Connection) -> None:
    in_server_hello(c, lambda hello: without(hello, ExtensionType.key_share))


def key_share_of_an_unoffered_group(c: Connection) -> None:
    in_server_hello(c, lambda hello: replace(hello, share(GroupName.x448, b"\5" * 56)))


def key_share_of_a_group_without_ours(c: Connection) -> None:
    in_server_hello(c, lambda hello: replace(hello, share(GroupName.secp256r1, b"\4" + bytes(64))))


def zero_key_share(c: Connection) -> None:
    in_server_hello(c, lambda hello: replace(hello, share(GroupName.x25519, bytes(32))))


def short_key_share(c: Connection) -> None:
    in_server_hello(c, lambda hello: replace(hello, share(GroupName.x25519, b"\5" * 31)))


def unoffered_extension_in_server_hello(c: Connection) -> None:
    in_server_hello(c, lambda hello: hello.extensions.append(extension(0xFAFA)))


def alpn_in_server_hello(c: Connection) -> None:
    in_server_hello(c, lambda hello: hello.extensions.append(alpn(b"h2")))


def trailing_byte_in_server_hello(c: Connection) -> None:
    in_server_hello(c, lambda hello: [Message(ContentType.handshake, longer(hello.write()))])


def longer(message: bytearray) -> bytearray:
    length = int.from_bytes(message[1:4], "big") + 1
    return message[:1] + length.to_bytes(3, "big") + message[4:] + b"\0"


def message_split_at_the_key_change(c: Connection) -> None:
    """RFC 8446 §5.1: a message of the next keys begins in the record of ServerHello."""
    c.change(HandshakeType.encrypted_extensions, lambda _: c.end_here(has_keys=True))
    in_server_hello(c, lambda hello: c.send_with_more(hello, b"\x08\0"))


# HelloRetryRequest.

def same_group_in_retry(c: Connection) -> None:
    in_retry(c, lambda retry: replace(retry, HRRKeyShareExtension().create(GroupName.x25519)))


def unoffered_group_in_retry(c: Connection) -> None:
    in_retry(c, lambda retry: replace(retry, HRRKeyShareExtension().create(GroupName.secp521r1)))


def retry_that_changes_nothing(c: Connection) -> None:
    def change(retry) -> None:
        without(retry, ExtensionType.key_share)
        without(retry, ExtensionType.cookie)

    in_retry(c, change)


def unoffered_extension_in_retry(c: Connection) -> None:
    in_retry(c, lambda retry: retry.extensions.append(extension(0xFAFA)))


def empty_cookie_in_retry(c: Connection) -> None:
    in_retry(c, lambda retry: replace(retry, extension(ExtensionType.cookie, b"\0\0")))


def changed_suite_after_retry(c: Connection) -> None:
    c.settings.cipherNames = ["aes256gcm", "aes128gcm"]
    c.settings.keyShares, c.settings.eccCurves = ["secp256r1"], ["secp256r1"]

    def change(hello) -> None:
        hello.cipher_suite = CipherSuite.TLS_AES_128_GCM_SHA256

    in_server_hello(c, change)


def other_group_after_retry(c: Connection) -> None:
    c.settings.keyShares, c.settings.eccCurves = ["secp256r1"], ["secp256r1"]
    in_server_hello(c, lambda hello: replace(hello, share(GroupName.x25519, b"\5" * 32)))


def retry_again(c: Connection) -> None:
    c.settings.keyShares, c.settings.eccCurves = ["secp256r1"], ["secp256r1"]
    retries = []

    def change(hello) -> list:
        retries.append(hello)
        return retries[:1]

    c.change(HandshakeType.server_hello, change)
    c.shake()


# EncryptedExtensions.

def unoffered_extension(c: Connection) -> None:
    in_extensions(c, lambda extensions: extensions.append(extension(0xFAFA)))


def extension_of_another_message(c: Connection) -> None:
    """RFC 8446 §4.2: it is known, and was offered, but it belongs into ServerHello."""
    in_extensions(c, lambda extensions: extensions.append(extension(ExtensionType.supported_versions, b"\3\4")))


def extension_twice(c: Connection) -> None:
    both = [extension(ExtensionType.server_name)] * 2
    in_extensions(c, lambda extensions: extensions.extend(both))


def alpn_that_was_not_offered(c: Connection) -> None:
    in_extensions(c, lambda extensions: extensions.append(alpn(b"h2")))


def alpn_protocol_that_was_not_offered(c: Connection) -> None:
    c.change(HandshakeType.encrypted_extensions, lambda message: replace(message, alpn(b"other")))
    c.shake()


def two_alpn_protocols(c: Connection) -> None:
    c.change(HandshakeType.encrypted_extensions, lambda message: replace(message, alpn(b"h2", b"http/1.1")))
    c.shake()


def no_encrypted_extensions(c: Connection) -> None:
    c.change(HandshakeType.encrypted_extensions, lambda _: [])
    c.shake()


# Certificate and what is about it.

def empty_certificate(c: Connection) -> None:
    c.change(HandshakeType.certificate, lambda _: [Message(ContentType.handshake, bytearray(b"\x0b\0\0\4\0\0\0\0"))])
    c.shake()


def no_certificate(c: Connection) -> None:
    c.change(HandshakeType.certificate, lambda _: [])
    c.shake()


def certificate_request_without_schemes(c: Connection) -> None:
    request = Message(ContentType.handshake, bytearray(b"\x0d\0\0\3\0\0\0"))
    c.change(HandshakeType.certificate, lambda certificate: [request, certificate])
    c.shake()


def key_update_in_the_handshake(c: Connection) -> None:
    update = Message(ContentType.handshake, bytearray(b"\x18\0\0\1\0"))
    c.change(HandshakeType.finished, lambda finished: [update, finished])
    c.shake()


def plaintext_instead_of_encrypted_extensions(c: Connection) -> None:
    def change(_) -> None:
        c.send_raw(ContentType.handshake, b"\x08\0\0\2\0\0")
        c.end_here(has_keys=True)

    c.change(HandshakeType.encrypted_extensions, change)
    c.shake()


# After the handshake.

def ticket_without_a_value(c: Connection) -> None:
    c.shake()
    ticket = b"\0\0\x0e\x10" + bytes(4) + b"\1\0" + b"\0\0" + b"\0\0"
    c.send(ContentType.handshake, b"\4" + len(ticket).to_bytes(3, "big") + ticket)


def certificate_request_that_was_not_allowed(c: Connection) -> None:
    """RFC 8446 §4.6.2: the client sent no post_handshake_auth."""
    c.shake()
    request = b"\1x\0\x08\0\x0d\0\4\0\2\4\3"
    c.send(ContentType.handshake, b"\x0d" + len(request).to_bytes(3, "big") + request)


def hello_request(c: Connection) -> None:
    c.shake()
    c.send(ContentType.handshake, bytes(4))
