"""One end of a connection, and what is wanted of it, whichever program it is."""
from __future__ import annotations

import json
import re
from dataclasses import dataclass, field

from certificates import Certificates, Identity
from processes import Process

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
# The versions before TLS 1.3: OpenSSL's flag, and GnuTLS's name.
OLDER_VERSIONS = {"tlsv1.2": ("-tls1_2", "VERS-TLS1.2"), "tlsv1.1": ("-tls1_1", "VERS-TLS1.1"),
                  "tlsv1": ("-tls1", "VERS-TLS1.0")}


@dataclass(frozen=True)
class OlderSuite:
    """A cipher suite of theirs: the key of a server's certificate, OpenSSL's name, GnuTLS's words."""

    key: str
    openssl: str
    gnutls: tuple[str, str]  # cipher and MAC
    cipher: str
    mac: str
    prf: str

    def info(self) -> dict:
        return {"key_exchange": "ecdhe_ecdsa" if self.key == "p256" else "ecdhe_rsa", "cipher": self.cipher,
                "mac": self.mac, "prf": self.prf}

    def versions(self) -> list[str]:
        return list(OLDER_VERSIONS)[: 3 if self.mac == "sha" else 1]


def older_suites() -> list[OlderSuite]:
    suites = []
    for key, name in (("p256", "ECDHE-ECDSA"), ("rsa", "ECDHE-RSA")):
        def add(openssl, gnutls, cipher, mac, prf):
            suites.append(OlderSuite(key, f"{name}-{openssl}", gnutls, cipher, mac, prf))

        add("AES256-GCM-SHA384", ("AES-256-GCM", "AEAD"), "aes_256_gcm", "aead", "sha384")
        add("AES128-GCM-SHA256", ("AES-128-GCM", "AEAD"), "aes_128_gcm", "aead", "sha256")
        add("CHACHA20-POLY1305", ("CHACHA20-POLY1305", "AEAD"), "chacha20_poly1305", "aead", "sha256")
        if key == "p256":
            add("AES256-CCM", ("AES-256-CCM", "AEAD"), "aes_256_ccm", "aead", "default_prf")
            add("AES256-CCM8", ("AES-256-CCM-8", "AEAD"), "aes_256_ccm_8", "aead", "default_prf")
            add("AES128-CCM", ("AES-128-CCM", "AEAD"), "aes_128_ccm", "aead", "default_prf")
            add("AES128-CCM8", ("AES-128-CCM-8", "AEAD"), "aes_128_ccm_8", "aead", "default_prf")
        add("AES256-SHA384", ("AES-256-CBC", "SHA384"), "aes_256_cbc", "sha384", "sha384")
        add("AES128-SHA256", ("AES-128-CBC", "SHA256"), "aes_128_cbc", "sha256", "sha256")
        add("AES256-SHA", ("AES-256-CBC", "SHA1"), "aes_256_cbc", "sha", "default_prf")
        add("AES128-SHA", ("AES-128-CBC", "SHA1"), "aes_128_cbc", "sha", "default_prf")
        add("DES-CBC3-SHA", ("3DES-CBC", "SHA1"), "3des_ede_cbc", "sha", "default_prf")
    return suites


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
    flags: tuple[str, ...] = ()  # words of the peer's own kind
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
    programs: dict[str, list[str]] = field(default_factory=dict)  # of a peer: how its command begins


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
