"""Rules that both roles can break: those of records, and of what follows the handshake."""
from tlslite.constants import ContentType, HandshakeType
from tlslite.messages import Message

from connection import Connection

LARGEST = 1 << 14
KEY_UPDATE = bytes((24, 0, 0, 1))


def flip(data: bytearray) -> bytearray:
    return data[:-1] + bytes((data[-1] ^ 1,))


def bad_finished(c: Connection) -> None:
    def change(finished) -> None:
        finished.verify_data = flip(finished.verify_data)

    c.change(HandshakeType.finished, change)
    c.shake()


def bad_certificate_verify(c: Connection) -> None:
    def change(verify) -> None:
        verify.signature = flip(verify.signature)

    c.change(HandshakeType.certificate_verify, change)
    c.shake()


def certificate_with_a_context(c: Connection) -> None:
    def change(certificate) -> list:
        body = certificate.write()[5:]
        length = (len(body) + 2).to_bytes(3, "big")
        return [Message(ContentType.handshake, bytearray(b"\x0b" + length + b"\1x" + body))]

    c.change(HandshakeType.certificate, change)
    c.shake()


def unoffered_signature_scheme(c: Connection) -> None:
    def change(verify) -> None:
        verify.signatureAlgorithm = (2, 3)  # ecdsa_sha1

    c.change(HandshakeType.certificate_verify, change)
    c.shake()


def no_certificate_verify(c: Connection) -> None:
    c.change(HandshakeType.certificate_verify, lambda _: [])
    c.shake()


def trailing_byte_in_finished(c: Connection) -> None:
    def change(finished) -> None:
        finished.verify_data += b"\0"

    c.change(HandshakeType.finished, change)
    c.shake()


def data_before_finished(c: Connection) -> None:
    def change(_) -> None:
        c.send(ContentType.application_data, b"too early")
        c.end_here(has_keys=True)

    c.change(HandshakeType.finished, change)
    c.shake()


def plaintext_after_the_keys(c: Connection) -> None:
    c.shake()
    c.send_raw(ContentType.handshake, KEY_UPDATE + b"\0")


def plaintext_data_after_the_keys(c: Connection) -> None:
    c.shake()
    c.send_raw(ContentType.application_data, b"in plain sight, and longer than a tag")


def change_cipher_spec_after_the_handshake(c: Connection) -> None:
    c.shake()
    c.send_raw(ContentType.change_cipher_spec, b"\1")


def key_update_with_a_bad_value(c: Connection) -> None:
    c.shake()
    c.send(ContentType.handshake, KEY_UPDATE + b"\2")


def key_update_without_a_value(c: Connection) -> None:
    c.shake()
    c.send(ContentType.handshake, b"\x18\0\0\0")


def more_after_key_update(c: Connection) -> None:
    c.shake()
    c.send(ContentType.handshake, (KEY_UPDATE + b"\0") * 2)


def interleaved_records(c: Connection) -> None:
    c.shake()
    c.send(ContentType.handshake, KEY_UPDATE)
    c.send(ContentType.application_data, b"between two parts of a message")


def unknown_message(c: Connection) -> None:
    c.shake()
    c.send(ContentType.handshake, b"\x63\0\0\1x")


def finished_again(c: Connection) -> None:
    c.shake()
    c.send(ContentType.handshake, b"\x14\0\0\x20" + bytes(32))


def empty_handshake_record(c: Connection) -> None:
    c.shake()
    c.send(ContentType.handshake, b"")


def unknown_record_type(c: Connection) -> None:
    c.shake()
    c.send(99, b"x")


def heartbeat_not_negotiated(c: Connection) -> None:
    c.shake()
    c.send(24, b"\1\0\1x" + bytes(16))


def record_too_long(c: Connection) -> None:
    c.shake()
    c.send_raw(ContentType.application_data, b"", length=LARGEST + 257)


def plaintext_too_long(c: Connection) -> None:
    c.shake()
    c.send(ContentType.application_data, bytes(LARGEST + 1))


def only_padding(c: Connection) -> None:
    c.shake()
    c._recordLayer.padding_cb = None
    c.send(0, bytes(20))


def changed_record(c: Connection) -> None:
    c.shake()
    seal = c._recordLayer._encryptThenSeal
    c._recordLayer._encryptThenSeal = lambda data, content_type: flip(seal(data, content_type))
    c.send(ContentType.application_data, b"x")


def warning_alert(c: Connection) -> None:
    c.shake()
    c.send(ContentType.alert, b"\1\x28" + b"\0")  # an alert has two bytes


# What must be taken.

def other_record_versions(c: Connection) -> None:
    """RFC 8446 §5.1: legacy_record_version is ignored for all purposes."""
    send = c._recordLayer._recordSocket.send

    def with_other_version(message, padding=0):
        if message.contentType == ContentType.application_data:
            return send(message, padding)
        c.send_raw(message.contentType, bytes(message.write()), version=0x0305)
        return iter(())

    c._recordLayer._recordSocket.send = with_other_version
    c.shake()
    c.exchange()


def records_of_one_byte(c: Connection) -> None:
    send = Connection._sendMsgThroughSocket

    def in_pieces(message):
        if message.contentType != ContentType.handshake:
            yield from send(c, message)
            return
        for byte in message.write():
            yield from send(c, Message(message.contentType, bytearray((byte,))))

    c._sendMsgThroughSocket = in_pieces
    c.shake()
    c.exchange()


def padded_and_empty_records(c: Connection) -> None:
    c.shake()
    c._recordLayer.padding_cb = lambda length, content_type, most: bytearray(min(most, 300))
    c.send(ContentType.application_data, b"")
    c.exchange()
