"""The programs that were written for these tests: they do the steps by themselves, and tell what they know as JSON."""
from __future__ import annotations

import base64
import json
import re

from certificates import Identity
from endpoint import ALERTS, GROUPS, Endpoint


class Scripted(Endpoint):
    """Scripted programs do the steps by themselves and tell what they know as JSON: ./peer.c and the folders here."""

    def port(self) -> int:
        return self.process.announced_port()

    def exported(self) -> str | None:
        found = re.search(rb'"export":\["([^"]*)"', bytes(self.process.stdout))
        return base64.b64decode(found[1]).hex() if found else None


class Ours(Scripted):
    def command(self, port: int) -> list[str]:
        where = ["client", self.settings.host, str(port)] if self.role == "client" else ["server"]
        return [self.tools.ours, *where, self.filled(json.dumps(self.options())), *self.steps]

    def options(self) -> dict:
        s, is_client = self.settings, self.role == "client"
        options: dict = {"verify": "verify_none" if s.verify == "none" else "verify_peer"}
        if s.ca:
            options["cacertfile"] = self.anchor()
        credentials = [self.credential(each) for each in self.files()]
        if len(credentials) == 1:
            options.update(credentials[0])
        elif credentials:
            options["certs_keys"] = credentials
        for name, values in (("supported_groups", s.groups), ("ciphers", s.suites), ("signature_algs", s.schemes)):
            if values:
                options[name] = list(values)
        if s.schemes:  # for certificates those of the certification authority are allowed still
            options["signature_algs_cert"] = [*s.schemes, "ecdsa_secp256r1_sha256"]
        if s.alpn:
            options["alpn_advertised_protocols" if is_client else "alpn_preferred_protocols"] = list(s.alpn)
        if not s.middlebox:
            options["middlebox_comp_mode"] = False
        if is_client:
            options["server_name_indication"] = s.name or "disable"
        else:
            options["ip"] = "127.0.0.1"
            if s.verify in ("request", "require"):
                options["fail_if_no_peer_cert"] = s.verify == "require"
        options.update(s.options)
        return {name: value for name, value in options.items() if value is not None}

    @staticmethod
    def credential(identity: Identity) -> dict:
        options = {"certfile": identity.chain, "keyfile": identity.key}
        return {**options, "password": identity.password} if identity.password else options

    def alert_text(self, alert: str) -> str:
        return rf'"alert":"{alert}".*"origin":"peer"'


class Go(Scripted):
    def command(self, port: int) -> list[str]:
        s = self.settings
        settings = {"identities": [[each.chain, each.key] for each in self.files()], "ca": s.ca and self.anchor(),
                    "verify": s.verify, "server_name": s.name if self.role == "client" else "",
                    "groups": [GROUPS[group][2] for group in s.groups], "alpn": list(s.alpn)}
        where = ["client", f"127.0.0.1:{port}"] if self.role == "client" else ["server"]
        return [*self.tools.programs["go"], *where, json.dumps(settings), *self.steps]

    def alert_text(self, alert: str) -> str:
        return f"remote error: tls: {ALERTS[alert][1]}"


class Named(Scripted):
    """Named programs get their settings as words NAME=VALUE: what is not there is left to the program.

    chain, key, ca: files. verify: none, peer, request, require. name: a client's, empty for neither sending nor
    checking it. groups, suites, schemes, alpn: with commas. Flags of the case are such words, too.
    """

    program = ""

    def command(self, port: int) -> list[str]:
        where = ["client", str(port)] if self.role == "client" else ["server"]
        words = [f"{name}={value}" for name, value in self.named().items()]
        return [*self.tools.programs[self.program], *where, *words, *self.settings.flags, "--", *self.steps]

    def named(self) -> dict[str, str]:
        s = self.settings
        values = {"verify": s.verify}
        if self.role == "client":
            values["name"] = s.name
        if s.ca:
            values["ca"] = self.anchor()
        for identity in self.files()[:1]:
            values.update(chain=identity.chain, key=identity.key)
        for name in ("groups", "suites", "schemes", "alpn"):
            if chosen := getattr(s, name):
                values[name] = ",".join(chosen)
        return values


class Rustls(Named):
    program = "rustls"

    def exported(self) -> str | None:
        found = re.search(rb'"exported":"([^"]*)"', bytes(self.process.stdout))
        return found[1].decode() if found else None

    def alert_text(self, alert: str) -> str:
        return rf"received alert {ALERTS[alert][0]}\b"


class Java(Named):
    program = "java"

    def named(self) -> dict[str, str]:
        values = super().named()
        has_chain = self.role == "server" or self.settings.verify != "none"
        if "schemes" in values and has_chain:  # they are those for certificates too: that of ours
            values["schemes"] += ",ecdsa_secp256r1_sha256"
        return values

    def alert_text(self, alert: str) -> str:
        return rf"Received fatal alert: {alert}\b"


class Erlang(Named):
    program = "erlang"

    def named(self) -> dict[str, str]:
        values = super().named()
        if "schemes" in values:
            values["schemes"] = re.sub(r"\bed(\d+)", r"eddsa_ed\1", values["schemes"])
            values["certificate_schemes"] = values["schemes"] + ",ecdsa_secp256r1_sha256"
        return values

    def alert_text(self, alert: str) -> str:
        return rf"tls_alert,\{{{alert},.*received"


class Tlslite(Named):
    """Its only step is the conversation in which it breaks a rule."""

    program = "tlslite"

    def alert_text(self, alert: str) -> str:
        return rf'"alert":"{alert}"'
