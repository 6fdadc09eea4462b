"""The peers: the program of each, what each can do, and what is left out because it can not."""
from __future__ import annotations

from dataclasses import dataclass, replace

from driven import GnuTLS, NewOpenSSL, OpenSSL
from endpoint import POST_QUANTUM, SUITES
from scripted import Erlang, Go, Java, Ours, Rustls, Tlslite

KINDS = {"ours": Ours, "openssl": OpenSSL, "openssl-new": NewOpenSSL, "gnutls": GnuTLS, "go": Go, "rustls": Rustls,
         "java": Java, "erlang": Erlang, "tlslite": Tlslite}

ELLIPTIC = ("x25519", "x448", "secp256r1", "secp384r1", "secp521r1")
FINITE = ("ffdhe2048", "ffdhe3072", "ffdhe4096", "ffdhe6144", "ffdhe8192")
GCM_128, GCM_256, CHACHA, CCM, CCM_8 = SUITES
CLASSIC_KEYS = ("rsa", "rsa-pss", "p256", "p384", "p521", "ed25519", "ed448")


@dataclass(frozen=True)
class Abilities:
    """What a peer has, beside what all have."""

    groups: tuple[str, ...]
    suites: tuple[str, ...] = tuple(SUITES)
    keys: tuple[str, ...] = CLASSIC_KEYS
    authority_keys: tuple[str, ...] = CLASSIC_KEYS
    own_keys: tuple[str, ...] = ()  # those of which it can have one itself, if they are fewer
    has: frozenset = frozenset()
    is_slow: bool = False  # to start: it gets no case of what others show as well
    left_out: str = ""  # and why


def words(text: str) -> frozenset:
    return frozenset(text.split())


ABILITIES = {
    "openssl": Abilities((*ELLIPTIC, *FINITE), has=words(
        "client-update server-update silent-update exporter max_fragment_length old-version middlebox pick-schemes "
        "pick-suites")),
    "gnutls": Abilities((*ELLIPTIC, *FINITE), has=words(
        "client-update silent-update exporter max_fragment_length record_size_limit old-version middlebox pick-schemes "
        "pick-suites")),
    "go": Abilities(("x25519", "secp256r1", "secp384r1", "secp521r1",
                     "x25519mlkem768", "secp256r1mlkem768", "secp384r1mlkem1024"),
                    suites=(GCM_128, GCM_256, CHACHA), keys=("rsa", "p256", "p384", "p521", "ed25519"),
                    authority_keys=("rsa", "p256", "p384", "p521", "ed25519"), has=words("exporter"),
                    left_out="KeyUpdate by Go and a choice of suites or schemes: its API has none"),
    "rustls": Abilities(("x25519", "secp256r1", "secp384r1",
                         "x25519mlkem768", "secp256r1mlkem768", "mlkem768", "mlkem1024"),
                        suites=(GCM_128, GCM_256, CHACHA), keys=("rsa", "p256", "p384", "p521", "ed25519"),
                        authority_keys=("rsa", "p256", "p384", "p521", "ed25519"),
                        has=words("client-update server-update exporter pick-suites"),
                        left_out="its aws-lc-rs has no x448, secp521r1, ffdhe, CCM, RSASSA-PSS key or Ed448; its "
                                 "API has no choice of schemes, and each KeyUpdate asks for one in return"),
    "java": Abilities((*ELLIPTIC, *FINITE), suites=(GCM_128, GCM_256, CHACHA), is_slow=True,
                      keys=("rsa", "rsa-pss", "p256", "p384", "p521"),
                      authority_keys=("rsa", "rsa-pss", "p256", "p384", "p521", "ed25519", "ed448"),
                      has=words("client-update server-update pick-schemes pick-suites"),
                      left_out="Java 17 has no CCM and no ML-KEM, no Ed25519 or Ed448 signatures in TLS, and no "
                               "exporter; each KeyUpdate asks for one in return"),
    "erlang": Abilities((*ELLIPTIC, *FINITE), is_slow=True,
                        own_keys=("rsa", "p256", "p384", "p521", "ed25519"),
                        has=words("client-update server-update silent-update pick-schemes pick-suites"),
                        left_out="OTP 25 has no ML-KEM and no exporter for TLS 1.3, takes no RSASSA-PSS key of its "
                                 "own, signs by Ed448 with a wrong scheme, and does not answer close_notify, so that "
                                 "it has to close first"),
    "tlslite": Abilities((), left_out="it is there to break rules: broken_rules.py"),
    "sslyze": Abilities((), left_out="it is a scanner: scans.py"),
    "sslscan": Abilities((), left_out="it is a scanner: scans.py"),
}
ABILITIES["openssl-new"] = replace(
    ABILITIES["openssl"], groups=(*ELLIPTIC, *FINITE, *POST_QUANTUM),
    keys=(*CLASSIC_KEYS, "mldsa44", "mldsa65", "mldsa87"),
    authority_keys=(*CLASSIC_KEYS, "mldsa44", "mldsa65", "mldsa87"))
