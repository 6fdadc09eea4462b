"""The programs of the interop tests, each as client and as server, with one way to say what is wanted of them."""
from __future__ import annotations

import base64
import json
import re
from dataclasses import dataclass, field

from certificates import Certificates, Identity
from processes import Late, Process

# Our name of a group: OpenSSL's, GnuTLS's, and Go's number.
GROUPS = {
    "x25519": ("X25519", "GROUP-X25519", 29),
    "x448": ("X448", "GROUP-X448", None),
    "secp256r1": ("P-256", "GROUP-SECP256R1", 23),
    "secp384r1": ("P-384", "GROUP-SECP384R1", 24),
    "secp521r1": ("P-521", "GROUP-SECP521R1", 25),
    "ffdhe2048": ("ffdhe2048", "GROUP-FFDHE2048", None),
    "ffdhe3072": ("ffdhe3072", "GROUP-FFDHE3072", None),
    "ffdhe4096": ("ffdhe4096", "GROUP-FFDHE4096", None),
    "ffdhe6144": ("ffdhe6144", "GROUP-FFDHE6144", None),
    "ffdhe8192": ("ffdhe8192", "GROUP-FFDHE8192", None),
    "x25519mlkem768": ("X25519MLKEM768", None, 4588),
    "secp256r1mlkem768": ("SecP256r1MLKEM768", None, 4587),
    "secp384r1mlkem1024": ("SecP384r1MLKEM1024", None, 4589),
    "mlkem512": ("MLKEM512", None, None),
    "mlkem768": ("MLKEM768", None, None),
    "mlkem1024": ("MLKEM1024", None, None),
}
POST_QUANTUM = [name for name in GROUPS if "mlkem" in name]

# A suite: GnuTLS's name of its cipher, and ours in connection_info.
SUITES = {
    "TLS_AES_128_GCM_SHA256": ("AES-128-GCM", "aes_128_gcm"),
    "TLS_AES_256_GCM_SHA384": ("AES-256-GCM", "aes_256_gcm"),
    "TLS_CHACHA20_POLY1305_SHA256": ("CHACHA20-POLY1305", "chacha20_poly1305"),
    "TLS_AES_128_CCM_SHA256": ("AES-128-CCM", "aes_128_ccm"),
    "TLS_AES_128_CCM_8_SHA256": ("AES-128-CCM-8", "aes_128_ccm_8"),
}

# The schemes with which a key signs in TLS 1.3, and GnuTLS's names.
SCHEMES = {
    "rsa_pss_rsae_sha256": ("rsa", "SIGN-RSA-PSS-RSAE-SHA256"),
    "rsa_pss_rsae_sha384": ("rsa", "SIGN-RSA-PSS-RSAE-SHA384"),
    "rsa_pss_rsae_sha512": ("rsa", "SIGN-RSA-PSS-RSAE-SHA512"),
    "rsa_pss_pss_sha256": ("rsa-pss", "SIGN-RSA-PSS-SHA256"),
    "rsa_pss_pss_sha384": ("rsa-pss", "SIGN-RSA-PSS-SHA384"),
    "rsa_pss_pss_sha512": ("rsa-pss", "SIGN-RSA-PSS-SHA512"),
    "ecdsa_secp256r1_sha256": ("p256", "SIGN-ECDSA-SECP256R1-SHA256"),
    "ecdsa_secp384r1_sha384": ("p384", "SIGN-ECDSA-SECP384R1-SHA384"),
    "ecdsa_secp521r1_sha512": ("p521", "SIGN-ECDSA-SECP521R1-SHA512"),
    "ed25519": ("ed25519", "SIGN-EDDSA-ED25519"),
    "ed448": ("ed448", "SIGN-EDDSA-ED448"),
    "mldsa44": ("mldsa44", None),
    "mldsa65": ("mldsa65", None),
    "mldsa87": ("mldsa87", None),
}

# Alerts: number, GnuTLS's text is by number too, and Go's text.
ALERTS = {
    "handshake_failure": (40, "handshake failure"),
    "bad_certificate": (42, "bad certificate"),
    "unsupported_certificate": (43, "unsupported certificate"),
    "certificate_expired": (45, "expired certificate"),
    "certificate_unknown": (46, "unknown certificate"),
    "illegal_parameter": (47, "illegal parameter"),
    "unknown_ca": (48, "unknown certificate authority"),
    "protocol_version": (70, "protocol version not supported"),
    "insufficient_security": (71, "insufficient security level"),
    "unrecognized_name": (112, "unrecognized name"),
    "certificate_required": (116, "certificate required"),
    "no_application_protocol": (120, "no application protocol"),
}

LINE = 64
WINDOW = 1 << 15
payload_line = re.compile(rb"0{43}[0-9]{20}\n")  # s_client may print it amid other text


def payload(position: int, length: int) -> bytes:
    """Lines of 63 digits, as peer.c makes them; both numbers are whole lines."""
    lines = range(position // LINE, (position + length) // LINE)
    return b"".join(b"%063d\n" % ((line + 1) * 0x9E3779B97F4A7C15 & (1 << 64) - 1) for line in lines)


@dataclass(frozen=True)
class Settings:
    """What one end wants. None, "" and () leave it to the program."""

    identities: tuple[str, ...] = ()
    ca: str = ""
    verify: str = "none"  # a client's: none, peer; a server's: none, request, require
    name: str = "localhost"  # a client's: the name that it sends and checks; "" for neither
    groups: tuple[str, ...] = ()
    suites: tuple[str, ...] = ()
    schemes: tuple[str, ...] = ()
    alpn: tuple[str, ...] = ()
    middlebox: bool = True
    options: dict = field(default_factory=dict)  # ours alone
    host: str = "127.0.0.1"  # ours alone: the host to connect to
    flags: tuple[str, ...] = ()  # a command line program's alone
    priority: str = ""  # GnuTLS's alone: to be added to its priority string


@dataclass
class Outcome:
    """What became of one end."""

    command: list[str]
    code: int | None  # None: it was stopped, as it never ends by itself
    stdout: bytes
    stderr: bytes
    exported: str | None = None  # hexadecimal

    def objects(self, name: str) -> list:
        found = []
        for line in self.stdout.splitlines():
            try:
                found += [value for key, value in json.loads(line).items() if key == name]
            except (ValueError, AttributeError):
                continue
        return found

    def info(self) -> dict:
        return (self.objects("info") or [{}])[-1]

    def error(self) -> dict:
        try:
            return json.loads(self.stderr.splitlines()[0]).get("error") or {}
        except (ValueError, IndexError):
            return {}

    def says(self, pattern: str) -> bool:
        return re.search(pattern.encode(), self.stdout + b"\n" + self.stderr) is not None


@dataclass(frozen=True)
class Tools:
    """Where the programs are."""

    certificates: Certificates
    ours: str
    go: str = ""
    openssl: str = "openssl"
    new_openssl: str = ""


class Endpoint:
    """Endpoint is one end of a connection: a program, what is wanted of it, and the steps that it shall do."""

    def __init__(self, tools: Tools, role: str, settings: Settings, steps: list[str]):
        self.tools, self.role, self.settings, self.steps = tools, role, settings, steps
        self.process: Process | None = None
        self.unfinished = ""  # the step that could not be done to its end

    def command(self, port: int) -> list[str]:
        raise NotImplementedError

    def start(self, deadline: float, port: int = 0) -> None:
        self.process = Process(self.command(port), deadline)

    def port(self) -> int:
        return self.process.wait_for_port()

    def do_steps(self) -> None:
        """Does the steps, where the program cannot by itself."""

    def finish(self) -> Outcome:
        try:
            code = self.process.wait()
        finally:
            self.process.stop()
        return self.outcome(code)

    def outcome(self, code: int | None) -> Outcome:
        process = self.process
        return Outcome(process.command, code, bytes(process.stdout), bytes(process.stderr), self.exported())

    def exported(self) -> str | None:
        return None

    # What was printed, for a failure's report.
    def interrupted(self) -> Outcome | None:
        if not self.process:
            return None
        self.process.stop()
        return self.outcome(self.process.child.returncode)

    def alert_text(self, alert: str) -> str:
        """A pattern for what the program says when it receives an alert."""
        raise NotImplementedError

    def files(self) -> list[Identity]:
        return [self.tools.certificates.identity(name) for name in self.settings.identities]

    def anchor(self) -> str:
        return self.tools.certificates.anchor(self.settings.ca)

    def filled(self, text: str) -> str:
        """With the files of identities in place of {name.chain} and {name.key}."""
        file = lambda found: getattr(self.tools.certificates.identity(found[1]), found[2])
        return re.sub(r"\{([\w-]+)\.(chain|key)\}", file, text)


class Scripted(Endpoint):
    """Scripted programs do the steps by themselves and tell what they know as JSON: ../peer.c and ../go."""

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
        return [self.tools.go, *where, json.dumps(settings), *self.steps]

    def alert_text(self, alert: str) -> str:
        return f"remote error: tls: {ALERTS[alert][1]}"


class Driven(Endpoint):
    """Driven programs copy between their standard streams and the connection: we do the steps there."""

    update_commands: dict[str, str] = {}

    def start(self, deadline: float, port: int = 0) -> None:
        super().start(deadline, port)
        self.seen = 0  # where in its output the payload that was not taken yet begins
        self.position = 0  # in the payload

    def do_steps(self) -> None:
        for step in self.steps:
            name, _, argument = step.partition(":")
            if not self.do(name, argument):
                self.unfinished = step  # as it has ended
                return

    def do(self, name: str, argument: str) -> bool:
        process = self.process
        if name == "ping":
            return self.ping(int(argument))
        if name == "echo":
            return self.echo(int(argument))
        if name == "receive":
            return self.receive(0, int(argument))
        if name == "send":
            process.write(payload(0, int(argument)))
        elif name == "update":
            process.write_command(self.update_commands[argument])
        elif name == "shutdown":
            self.shut_down()
        elif name == "closed":
            process.wait_for(process.has_ended)
        elif name == "abort":
            process.child.kill()
        return True

    def shut_down(self) -> None:
        self.process.close_input()

    def ping(self, length: int) -> bool:
        # Not all at once: some programs read nothing while they cannot send.
        while length > 0:
            part = min(length, WINDOW)
            self.process.write(payload(self.position, part))
            if not self.receive(self.position, part):
                return False
            self.position += part
            length -= part
        return True

    def receive(self, position: int, length: int) -> bool:
        got = self.process.wait_for(lambda: self.holds(length) and self.take(length // LINE))
        if got is not None and got != payload(position, length):
            raise AssertionError("the payload came changed")
        return got is not None

    def echo(self, length: int) -> bool:
        left = length // LINE
        while left > 0:
            data = self.process.wait_for(lambda: self.take(left))
            if not data:
                return False
            left -= len(data) // LINE
            self.process.write(data)
        return True

    def holds(self, length: int) -> bool:
        """So much of the payload came that was not taken yet."""
        output = self.process.stdout
        return len(output) - self.seen >= length and len(payload_line.findall(output, self.seen)) * LINE >= length

    def take(self, most: int) -> bytes:
        """At most so many lines of the payload that were not taken yet."""
        lines = []
        for found in payload_line.finditer(self.process.stdout, self.seen):
            lines.append(found[0])
            self.seen = found.end()
            if len(lines) == most:
                break
        return b"".join(lines)

    def export_flags(self, label: str, length: str) -> list[str]:
        for step in self.steps:
            if step.startswith("export:"):
                size, text = step.removeprefix("export:").split(":", 1)
                return [label + text, length + size] if label.endswith("=") else [label, text, length, size]
        return []


class OpenSSL(Driven):
    update_commands = {"write": "k", "read_write": "K"}
    program = "openssl"

    def command(self, port: int) -> list[str]:
        s, is_client = self.settings, self.role == "client"
        command = [self.tools.openssl if self.program == "openssl" else self.tools.new_openssl]
        if is_client:
            command += ["s_client", "-connect", f"127.0.0.1:{port}"]
            command += ["-servername", s.name, "-verify_hostname", s.name] if s.name else ["-noservername"]
        else:
            command += ["s_server", "-accept", "127.0.0.1:0", "-naccept", "1"]
        for identity in self.files()[:1]:
            command += ["-cert", identity.chain, "-key", identity.key, "-pass", f"pass:{identity.password}"]
            command += ["-cert_chain", identity.others] if identity.others else []
        for identity in self.files()[1:2]:
            command += ["-dcert", identity.chain, "-dkey", identity.key]
        command += self.verify_flags()
        if s.groups:
            command += ["-groups", ":".join(GROUPS[group][0] for group in s.groups)]
        if s.suites:
            command += ["-ciphersuites", ":".join(s.suites)]
            if "TLS_AES_128_CCM_8_SHA256" in s.suites:  # newer versions put its short tag at level 0
                command += ["-cipher", "DEFAULT:@SECLEVEL=0"]
        if s.schemes:
            command += ["-sigalgs", ":".join(s.schemes)]
        if s.alpn:
            command += ["-alpn", ",".join(s.alpn)]
        if not s.middlebox:
            command += ["-no_middlebox"]
        command += self.export_flags("-keymatexport", "-keymatexportlen")
        return command + [self.filled(flag) for flag in s.flags]

    def verify_flags(self) -> list[str]:
        s = self.settings
        flags = ["-no-CApath", "-no-CAstore", *(["-CAfile", self.anchor()] if s.ca else ["-no-CAfile"])]
        if s.verify != "none":
            flag = {"peer": "-verify", "request": "-verify", "require": "-Verify"}[s.verify]
            flags += [flag, "9", "-verify_return_error"]
        return flags

    def shut_down(self) -> None:
        self.process.close_input() if self.role == "client" else self.process.write_command("Q")

    def exported(self) -> str | None:
        found = re.search(rb"Keying material: ([0-9A-F]+)", bytes(self.process.stdout))
        return found[1].decode().lower() if found else None

    def alert_text(self, alert: str) -> str:
        return rf"SSL alert number {ALERTS[alert][0]}\b"


class NewOpenSSL(OpenSSL):
    program = "new_openssl"


class GnuTLS(Driven):
    update_commands = {"write": "^rekey1^", "read_write": "^rekey^"}

    def command(self, port: int) -> list[str]:
        s, is_client = self.settings, self.role == "client"
        command = ["gnutls-cli" if is_client else "gnutls-serv", "-p", str(port), f"--priority={self.priority()}"]
        if is_client:
            command += ["127.0.0.1", "--inline-commands"]
            command += [f"--sni-hostname={s.name}", f"--verify-hostname={s.name}"] if s.name else ["--disable-sni"]
            if s.verify == "none":
                command += ["--insecure"]
        else:
            command += ["--echo"]
            command += {"none": ["--disable-client-cert"], "request": ["--verify-client-cert"],
                        "require": ["--require-client-cert", "--verify-client-cert"]}[s.verify]
        for identity in self.files():
            command += ["--x509certfile", identity.chain, "--x509keyfile", identity.key]
        if s.ca:
            command += [f"--x509cafile={self.anchor()}"]
        command += [f"--alpn={each}" for each in s.alpn]
        return command + self.export_flags("--keymatexport=", "--keymatexportsize=") + list(s.flags)

    def priority(self) -> str:
        s = self.settings
        parts = ["NORMAL"]
        if s.groups:
            parts += ["-GROUP-ALL", *("+" + GROUPS[group][1] for group in s.groups)]
        if s.suites:
            parts += ["-CIPHER-ALL", *("+" + SUITES[suite][0] for suite in s.suites)]
        if s.schemes:
            parts += ["-SIGN-ALL", *("+" + SCHEMES[scheme][1] for scheme in s.schemes)]
            if s.verify != "none":  # they are those for certificates too: that of our certification authority
                parts += ["+SIGN-ECDSA-SHA256"]
        if not s.middlebox:
            parts += ["%DISABLE_TLS13_COMPAT_MODE"]
        return ":".join(parts) + s.priority

    def do(self, name: str, argument: str) -> bool:
        # The server echoes by itself and never ends.
        if self.role == "server" and name in ("echo", "closed"):
            return True
        return super().do(name, argument)

    def wait_for_alert(self, alert: str) -> None:
        """The server goes on after a failure, so it is given the time to tell of it."""
        try:
            self.process.wait_for_text(self.alert_text(alert), 5)
        except Late:
            pass  # the judge will miss it

    def finish(self) -> Outcome:
        if self.role == "client":
            return super().finish()
        self.process.stop(kill=False)
        return self.outcome(None)

    def exported(self) -> str | None:
        found = re.search(rb"- Key material: ([0-9a-f]+)", bytes(self.process.stdout))
        return found[1].decode() if found else None

    def alert_text(self, alert: str) -> str:
        return rf"[Aa]lert.*\b{ALERTS[alert][0]}\b"


KINDS = {"ours": Ours, "openssl": OpenSSL, "openssl-new": NewOpenSSL, "gnutls": GnuTLS, "go": Go}
