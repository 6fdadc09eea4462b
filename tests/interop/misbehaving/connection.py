"""A connection of tlslite-ng whose messages can be changed before they are sent, and hashed as they were sent."""
from __future__ import annotations

from typing import Callable

from tlslite.api import HandshakeSettings, TLSConnection, X509CertChain, parsePEMKey
from tlslite.constants import AlertDescription, ContentType
from tlslite.errors import TLSRemoteAlert
from tlslite.messages import Alert, Message


class Answered(Exception):
    """An alert came, while a handshake was on."""


class Connection(TLSConnection):
    def __init__(self, stream, role: str, wanted: dict[str, str]):
        super().__init__(stream)
        self.is_client, self.wanted = role == "client", wanted
        self.changes: dict[int, Callable] = {}
        self.settings = HandshakeSettings()
        self.settings.minVersion = self.settings.maxVersion = (3, 4)
        self.settings.versions = [(3, 4)]
        self.settings.keyShares = ["x25519"]
        self.settings.eccCurves = ["x25519", "secp256r1"]
        self.settings.dhGroups = []
        self.settings.use_heartbeat_extension = False
        self.settings.ticket_count = 0
        self.alpn = [each.encode() for each in wanted["alpn"].split(",")] if "alpn" in wanted else None

    def change(self, handshake_type: int, change: Callable) -> None:
        """The change gets the message, and may give what to send in its place: a list of messages."""
        self.changes[handshake_type] = change

    def shake(self) -> None:
        chain, key = self.identity()
        if self.is_client:
            self.handshakeClientCert(chain, key, serverName="localhost", settings=self.settings, alpn=self.alpn)
        else:
            self.handshakeServer(certChain=chain, privateKey=key, settings=self.settings, alpn=self.alpn,
                                 reqCert=self.wanted["verify"] != "none")

    def identity(self) -> tuple:
        if "chain" not in self.wanted:
            return None, None
        chain = X509CertChain()
        chain.parsePemList(open(self.wanted["chain"]).read())
        return chain, parsePEMKey(open(self.wanted["key"]).read(), private=True)

    def exchange(self, length: int = 1000) -> None:
        """Sends bytes and takes them back, or the reverse, and closes."""
        if self.is_client:
            sent = bytes(length)
            self.write(sent)
            assert self.read(length, length) == sent
        else:
            self.write(self.read(length, length))
        self.send(ContentType.alert, bytes((1, AlertDescription.close_notify)))

    def send(self, content_type: int, data: bytes) -> None:
        """Sends a record under the present keys."""
        for _ in self._recordLayer.sendRecord(Message(content_type, bytearray(data))):
            pass
        self.sock.flush()

    def send_with_more(self, message, more: bytes) -> list:
        """Sends a message of the handshake with bytes after it in its record, which are not hashed yet."""
        data = message.write()
        self._handshake_hash.update(data)
        self.send(ContentType.handshake, data + more)
        return []

    def send_raw(self, content_type: int, data: bytes, version: int = 0x0303, length: int | None = None) -> None:
        """Sends a record as it is: not protected, with a wrong length perhaps."""
        length = len(data) if length is None else length
        self.sock.flush()
        self.sock.socket.sendall(bytes((content_type, *version.to_bytes(2, "big"), *length.to_bytes(2, "big"))) + data)

    def alert_after(self, conversation: Callable) -> str:
        """The name of the alert that comes in the end."""
        try:
            conversation(self)
            return self.next_alert()
        except Answered as answer:
            return str(answer)
        except TLSRemoteAlert as alert:
            return AlertDescription.toStr(alert.description)

    def next_alert(self) -> str:
        while True:
            header, parser = next(each for each in self._getNextRecord() if each not in (0, 1))
            if header.type == ContentType.alert:
                return AlertDescription.toStr(Alert().parse(parser).description)

    def end_here(self, has_keys: bool = False) -> None:
        """No more of the handshake is sent; the answer comes under the keys of the handshake, or in plain text."""
        if has_keys and not self.is_client:
            self._changeReadState()
        raise Answered(self.next_alert())

    def _sendMsg(self, msg, randomizeFirstBlock=True, update_hashes=True):
        for each in self.changed(msg):
            yield from super()._sendMsg(each, False, update_hashes)

    def _queue_message(self, msg):
        for each in self.changed(msg):
            super()._queue_message(each)

    def changed(self, msg) -> list:
        change = self.changes.get(getattr(msg, "handshakeType", None))
        instead = change(msg) if change else None
        return [msg] if instead is None else instead
