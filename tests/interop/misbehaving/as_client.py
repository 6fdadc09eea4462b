"""Rules that a client can break."""
from tlslite.constants import ContentType, ExtensionType, GroupName, HandshakeType
from tlslite.extensions import ClientKeyShareExtension, KeyShareEntry, SupportedGroupsExtension
from tlslite.messages import Message

from as_server import extension, longer, replace, without
from connection import Connection


def in_hello(c: Connection, number: int, change) -> None:
    hellos = []

    def change_one(hello):
        hellos.append(hello)
        return change(hello) if len(hellos) == number else None

    c.change(HandshakeType.client_hello, change_one)
    c.shake()


def in_first_hello(c: Connection, change) -> None:
    in_hello(c, 1, change)


def in_second_hello(c: Connection, change) -> None:
    """The server asks for another group, for which no share was sent."""
    in_hello(c, 2, change)


def shares(*entries) -> ClientKeyShareExtension:
    made = [KeyShareEntry().create(group, bytearray(data)) for group, data in entries]
    return ClientKeyShareExtension().create(made)


X25519 = (GroupName.x25519, b"\5" * 32)
PSK = extension(ExtensionType.pre_shared_key, b"\0\x0a\0\4psk0" + bytes(4) + b"\0\x21\x20" + bytes(32))


def extension_twice(c: Connection) -> None:
    in_first_hello(c, lambda hello: hello.extensions.extend([extension(0xFAFA)] * 2))


def key_share_twice(c: Connection) -> None:
    in_first_hello(c, lambda hello: replace(hello, shares(X25519, X25519)))


def key_share_of_a_group_that_is_not_supported(c: Connection) -> None:
    in_first_hello(c, lambda hello: replace(hello, shares((GroupName.x448, b"\5" * 56), X25519)))


def zero_key_share(c: Connection) -> None:
    in_first_hello(c, lambda hello: replace(hello, shares((GroupName.x25519, bytes(32)))))


def short_key_share(c: Connection) -> None:
    in_first_hello(c, lambda hello: replace(hello, shares((GroupName.x25519, b"\5" * 31))))


def point_off_the_curve(c: Connection) -> None:
    point = b"\4" + b"\5" * 64

    def change(hello) -> None:
        replace(hello, SupportedGroupsExtension().create([GroupName.secp256r1]))
        replace(hello, shares((GroupName.secp256r1, point)))

    in_first_hello(c, change)


def no_supported_groups(c: Connection) -> None:
    in_first_hello(c, lambda hello: without(hello, ExtensionType.supported_groups))


def no_signature_algorithms(c: Connection) -> None:
    in_first_hello(c, lambda hello: without(hello, ExtensionType.signature_algorithms))


def no_key_share(c: Connection) -> None:
    in_first_hello(c, lambda hello: without(hello, ExtensionType.key_share))


def only_an_old_version(c: Connection) -> None:
    in_first_hello(c, lambda hello: replace(hello, extension(ExtensionType.supported_versions, b"\2\3\2")))


def compression(c: Connection) -> None:
    def change(hello) -> None:
        hello.compression_methods = [1, 0]

    in_first_hello(c, change)


def no_compression_method(c: Connection) -> None:
    def change(hello) -> None:
        hello.compression_methods = [1]

    in_first_hello(c, change)


def session_id_too_long(c: Connection) -> None:
    def change(hello) -> None:
        hello.session_id = bytearray(33)

    in_first_hello(c, change)


def trailing_byte_in_client_hello(c: Connection) -> None:
    in_first_hello(c, lambda hello: [Message(ContentType.handshake, longer(hello.write()))])


def nothing_but_a_finished(c: Connection) -> None:
    finished = Message(ContentType.handshake, bytearray(b"\x14\0\0\x20" + bytes(32)))
    in_first_hello(c, lambda _: [finished])


def psk_that_is_not_last(c: Connection) -> None:
    """RFC 8446 §4.2.11"""
    in_first_hello(c, lambda hello: hello.extensions.insert(0, PSK))


def psk_without_modes(c: Connection) -> None:
    def change(hello) -> None:
        without(hello, ExtensionType.psk_key_exchange_modes)
        hello.extensions.append(PSK)

    in_first_hello(c, change)


def empty_protocol_in_alpn(c: Connection) -> None:
    in_first_hello(c, lambda hello: hello.extensions.append(extension(ExtensionType.alpn, b"\0\4\0\2h2")))


def empty_server_name(c: Connection) -> None:
    in_first_hello(c, lambda hello: replace(hello, extension(ExtensionType.server_name, b"\0\3\0\0\0")))


def two_messages_where_the_keys_change(c: Connection) -> None:
    in_first_hello(c, lambda hello: c.send_with_more(hello, b"\x14\0"))


def other_record_within_the_hello(c: Connection) -> None:
    def change(hello) -> None:
        c.send_raw(ContentType.handshake, bytes(hello.write()[:50]))
        c.send_raw(ContentType.change_cipher_spec, b"\1")
        c.end_here()

    in_first_hello(c, change)


def hello_record_too_long(c: Connection) -> None:
    def change(_) -> None:
        c.send_raw(ContentType.handshake, b"", length=(1 << 14) + 1)
        c.end_here()

    in_first_hello(c, change)


def change_cipher_spec_first(c: Connection) -> None:
    def change(_) -> None:
        c.send_raw(ContentType.change_cipher_spec, b"\2")
        c.end_here()

    in_first_hello(c, change)


def client_hello_again(c: Connection) -> None:
    c.shake()
    c.send(ContentType.handshake, b"\1\0\0\2\3\3")


# The second ClientHello.

def random_of_the_second_hello_changed(c: Connection) -> None:
    def change(hello) -> None:
        hello.random = bytearray(32)

    in_second_hello(c, change)


def suites_of_the_second_hello_changed(c: Connection) -> None:
    def change(hello) -> None:
        hello.cipher_suites = hello.cipher_suites[1:]

    in_second_hello(c, change)


def share_of_the_second_hello_for_another_group(c: Connection) -> None:
    in_second_hello(c, lambda hello: replace(hello, shares(X25519)))


def two_shares_in_the_second_hello(c: Connection) -> None:
    def change(hello) -> None:
        asked_for = hello.getExtension(ExtensionType.key_share).client_shares[0]
        replace(hello, shares((asked_for.group, asked_for.key_exchange), X25519))

    in_second_hello(c, change)


def cookie_changed(c: Connection) -> None:
    def change(hello) -> None:
        cookie = hello.getExtension(ExtensionType.cookie)
        replace(hello, extension(ExtensionType.cookie, bytes(cookie.extData[:-1]) + bytes((cookie.extData[-1] ^ 1,))))

    in_second_hello(c, change)


def no_cookie(c: Connection) -> None:
    in_second_hello(c, lambda hello: without(hello, ExtensionType.cookie))


# What a client that was asked for a certificate can do wrong.

def no_certificate_message(c: Connection) -> None:
    c.change(HandshakeType.certificate, lambda _: [])
    c.change(HandshakeType.certificate_verify, lambda _: [])
    c.shake()
