"""The cases of the interop tests: what each end wants and does, and what must come of it.

A dimension is a function below that adds its cases for one peer and one role of ours.
"""
from __future__ import annotations

from dataclasses import dataclass, field, replace

from broken_rules import broken_rules
from certificates import KEY_FORMS
from endpoint import GROUPS, LINE, OLDER_VERSIONS, POST_QUANTUM, SCHEMES, SUITES, OlderSuite, Settings, older_suites
from peers import ABILITIES, ELLIPTIC, FINITE, GCM_128, GCM_256

KILO = 1024


@dataclass
class Case:
    peer: str
    role: str  # ours
    dimension: str
    name: str
    client: Settings
    server: Settings
    client_steps: list[str]
    server_steps: list[str]
    info: dict = field(default_factory=dict)  # of our connection_info; a set stands for any of its members
    peer_info: dict = field(default_factory=dict)  # of the state that it tells
    error: dict = field(default_factory=dict)  # ours, which has to fail then
    alert_at_peer: str = ""  # the peer has to say that it received this alert
    peer_says: str = ""  # a pattern
    same_export: bool = False
    quick: bool = False

    def __str__(self) -> str:
        return f"{self.peer}, we are the {self.role}: {self.dimension}: {self.name}"


# What a peer that tells its connection state calls what we call so.
TOLD = {
    "go": {"hello_retry": "hello_retry", "selected_group": "group", "alpn": "alpn"},
    "rustls": {"hello_retry": "hello_retry", "selected_group": "group", "alpn": "alpn"},
    "java": {"alpn": "alpn"},
    "erlang": {"alpn": "alpn", "selected_cipher_suite": "cipher"},
}


def seen_by_peer(peer: str, info: dict) -> dict:
    """What the peer tells, where our connection information is this."""
    if names := TOLD.get(peer):
        values = {names[name]: value for name, value in info.items() if name in names}
        if peer == "go" and "group" in values:
            values["group"] = GROUPS[values["group"]][2]
        if "alpn" in values:
            values["alpn"] = values["alpn"] or ""
        return {"peer_info": values}
    if info.get("alpn"):
        return {"peer_says": f"(ALPN protocol|ALPN protocols selected|Application protocol): {info['alpn']}"}
    return {}


class Builder:
    """Builder makes the cases of one peer and one role of ours, from the plain case: a server with a P-256 key."""

    def __init__(self, peer: str, role: str):
        self.peer, self.role = peer, role
        self.abilities = ABILITIES[peer]
        self.is_client = role == "client"
        own_keys = self.abilities.own_keys or self.abilities.keys
        self.server_keys = own_keys if self.is_client else self.abilities.keys
        self.client_keys = self.abilities.keys if self.is_client else own_keys
        self.cases: list[Case] = []
        self.dimension = ""

    def has(self, ability: str) -> bool:
        return ability in self.abilities.has

    def is_one_of(self, *peers: str) -> bool:
        return self.peer in peers

    def add(self, name: str, both: dict | None = None, ours: dict | None = None, theirs: dict | None = None,
            client: dict | None = None, server: dict | None = None, client_steps: list[str] | None = None,
            server_steps: list[str] | None = None, size: int = 2 * KILO, **expected) -> None:
        """Without steps, the client sends bytes, the server echoes them, and the client closes."""
        by_role = {"client": [client, ours if self.is_client else theirs],
                   "server": [server, theirs if self.is_client else ours]}
        plain = {"client": Settings(ca="ca", verify="peer"), "server": Settings(identities=("server-p256",))}
        ends = {}
        for role, changes in by_role.items():
            ends[role] = plain[role]
            for change in [both, *changes]:
                ends[role] = replace(ends[role], **(change or {}))
        if client_steps is None:
            client_steps = [f"ping:{size}", "shutdown", "closed"]
        if server_steps is None:
            server_steps = [f"echo:{size}", "closed"]
        if self.peer == "erlang" and self.is_client and client_steps[-2:] == ["shutdown", "closed"]:
            # It does not answer close_notify, so it has to close first.
            client_steps, server_steps = [*client_steps[:-2], "closed", "shutdown"], [*server_steps[:-1], "shutdown"]
        if not expected.get("error"):
            expected = {**seen_by_peer(self.peer, expected.get("info", {})), **expected}
        is_first = not any(each.dimension == self.dimension for each in self.cases)
        self.cases.append(Case(self.peer, self.role, self.dimension, name, ends["client"], ends["server"], client_steps,
                               server_steps, quick=is_first, **expected))

    def fail(self, name: str, alert: str | set[str], sender: str, **settings) -> None:
        """A handshake that one end refuses: the sender, "client" or "server"."""
        settings.setdefault("client_steps", ["closed"])
        settings.setdefault("server_steps", ["closed"])
        if sender == self.role:
            assert isinstance(alert, str)
            if self.peer == "gnutls" and self.is_client:  # gnutls-serv tells which only so
                settings.setdefault("theirs", {"flags": ("--debug=5",)})
            # Java's server sends on, and then does not look for what we said before we closed.
            # Erlang's client forgets what came after its handshake.
            is_late = self.peer == "erlang" and self.dimension == "client certificates"
            told = "" if is_late or self.peer == "java" and self.is_client else alert
            self.add(name, error={"alert": alert, "origin": "local"}, alert_at_peer=told, **settings)
        else:
            self.add(name, error={"alert": alert, "origin": "peer"}, **settings)


def groups_and_suites(b: Builder) -> None:
    for group in b.abilities.groups:
        has_all = group == "x25519" if b.abilities.is_slow else group in ELLIPTIC
        for suite in b.abilities.suites if has_all else b.abilities.suites[:1]:
            b.add(f"{group} {suite}", both={"groups": (group,), "suites": (suite,)},
                  info={"selected_group": group, "selected_cipher_suite": SUITES[suite][1], "hello_retry": False})


def schemes_of(key: str) -> set[str]:
    return {scheme for scheme, (of_key, _) in SCHEMES.items() if of_key == key}


def groups_and_keys(b: Builder) -> None:
    told = "signature_scheme" if b.is_client else "own_signature_scheme"
    for key in b.server_keys:
        for group in groups_with_keys(b):
            b.add(f"{group} {key}", both={"groups": (group,)}, server={"identities": (f"server-{key}",)},
                  info={"selected_group": group, told: schemes_of(key)})


def groups_with_keys(b: Builder) -> tuple[str, ...]:
    if b.abilities.is_slow:
        return b.abilities.groups[:1]
    return tuple(group for group in b.abilities.groups if group not in FINITE)


def schemes(b: Builder) -> None:
    told = "signature_scheme" if b.is_client else "own_signature_scheme"
    for scheme, (key, _) in SCHEMES.items():
        if key in b.server_keys:
            b.add(scheme, both={"schemes": (scheme,)}, server={"identities": (f"server-{key}",)}, info={told: scheme})


def best_certificate(b: Builder) -> None:
    """A server with several certificates takes one that the client's schemes allow."""
    if b.is_client or not b.has("pick-schemes"):
        return
    every = ("server-rsa", "server-p256", "server-ed25519", "server-p384")
    for scheme in ("rsa_pss_rsae_sha256", "ecdsa_secp256r1_sha256", "ed25519", "ecdsa_secp384r1_sha384"):
        b.add(scheme, server={"identities": every}, client={"schemes": (scheme,), "verify": "none"},
              info={"own_signature_scheme": scheme})


def client_certificates(b: Builder) -> None:
    told = "own_signature_scheme" if b.is_client else "signature_scheme"
    required = {"verify": "require", "ca": "ca"}
    for key in b.client_keys:
        b.add(f"{key} sent", server=required, client={"identities": (f"client-{key}",)}, info={told: schemes_of(key)})
    b.add("with intermediates", server=required, client={"identities": ("client-chain",)})
    b.add("asked for and sent", server={"verify": "request", "ca": "ca"}, client={"identities": ("client-p256",)},
          info={told: "ecdsa_secp256r1_sha256"})
    b.add("asked for and not there", server={"verify": "request", "ca": "ca"})
    b.add("not asked for", client={"identities": ("client-p256",)})
    if not b.is_client:
        b.fail("required and not there", "certificate_required", "server", server=required)
        b.fail("of another authority", "unknown_ca", "server", server={**required, "options": no_names},
               client={"identities": ("client-other",)})
        b.fail("expired", "certificate_expired", "server", server=required, client={"identities": ("client-expired",)})
        b.fail("without its intermediates", "unknown_ca", "server", server={**required, "options": no_names},
               client={"identities": ("client-incomplete",)})
    else:
        refusals = {"required and not there": ((), {"certificate_required"}),
                    "of another authority": (("client-other",), {"unknown_ca"}),
                    "expired": (("client-expired",), {"certificate_expired"})}
        for name, (identities, alerts) in refusals.items():
            if identities and b.is_one_of("gnutls"):
                alerts = {"access_denied"}  # gnutls-serv's own for whatever its verification finds
            if b.is_one_of("java"):
                alerts = {"certificate_unknown" if identities else "bad_certificate"}
            b.fail(name, alerts, "server", server=required, client={"identities": identities})


# A client that is told whom the server trusts keeps a certificate of others to itself.
no_names = {"certificate_authorities": False}


def all_together(b: Builder) -> None:
    """Client certificate × HelloRetryRequest × ALPN × KeyUpdate."""
    certificates = {"no client certificate": ({}, {}),
                    "client certificate": ({"verify": "require", "ca": "ca"}, {"identities": ("client-p384",)}),
                    "client certificate not there": ({"verify": "request", "ca": "ca"}, {})}
    updates = ["no update", "we update"]
    if b.has("server-update" if b.is_client else "client-update"):
        updates += ["peer updates"]
    for certificate, (server, client) in certificates.items():
        for retry in (False, True):
            for alpn in (retry,) if b.abilities.is_slow else (False, True):
                for update in updates:
                    name = [certificate, "retry" if retry else "no retry", "ALPN" if alpn else "no ALPN", update]
                    b.add(", ".join(name),
                          server={**server, "groups": ("secp384r1",)} if retry else server, client=client,
                          both={"alpn": ("h2", "http/1.1")} if alpn else {}, **update_steps(b, update),
                          info={"hello_retry": retry, "alpn": "h2" if alpn else None, **updates_seen(update)})


def update_steps(b: Builder, update: str, how: str = "read_write") -> dict:
    client = ["ping:1024", "ping:1024", "ping:1024", "shutdown", "closed"]
    server = ["echo:1024", "echo:1024", "echo:1024", "closed"]
    updating = {"no update": [], "we update": [b.role], "peer updates": [other(b.role)],
                "both update": ["client", "server"]}[update]
    for role, steps in (("client", client), ("server", server)):
        if role in updating:
            steps[1:1] = [f"update:{how}"]
    return {"client_steps": client, "server_steps": server}


def updates_seen(update: str, how: str = "read_write") -> dict:
    """Who is asked for an update sends one too."""
    ours, theirs = update in ("we update", "both update"), update in ("peer updates", "both update")
    answered = how == "read_write"
    if update == "both update" and answered:
        return {}  # RFC 8446 §4.6.3: requests that cross may share an answer, or not
    sent, received = ours + (theirs and answered), theirs + (ours and answered)
    return {"key_updates": {"sent": sent, "received": received}}


def other(role: str) -> str:
    return "server" if role == "client" else "client"


def key_updates(b: Builder) -> None:
    can = b.has("server-update" if b.is_client else "client-update")
    for update in ["we update", *(["peer updates", "both update"] if can else [])]:
        both_ways = update == "we update" or b.has("silent-update")
        for how in ("write", "read_write") if both_ways else ("read_write",):
            b.add(f"{update}, {how}", **update_steps(b, update, how), info=updates_seen(update, how))
    many = 5 if b.peer == "gnutls" else 20  # GnuTLS takes at most eight in a second
    pings, echoes = [], []
    for _ in range(many):
        pings += ["ping:1024"]
        echoes += ["echo:1024"]
        (pings if b.is_client else echoes).append("update:read_write")
    # A client may have written its ping before it read our last update. It has read it when it writes the one after.
    b.add(f"{many} of ours", client_steps=[*pings, "ping:64", "ping:64", "shutdown", "closed"],
          server_steps=[*echoes, "echo:64", "echo:64", "closed"],
          # rustls answers several requests that it reads at once by one (RFC 8446 §4.6.3 allows it).
          info={} if b.peer == "rustls" else {"key_updates": {"sent": many, "received": many}})
    if b.peer == "gnutls" and b.is_client:
        command = ["say:**REHANDSHAKE**", "hear:Successfully executed command"]
        b.add("peer updates", client_steps=["ping:1024", *command, "ping:1024", "shutdown", "closed"],
              info=updates_seen("peer updates"))
    b.add("by volume", ours={"options": {"key_update_at": 20000}}, size=256 * KILO)


def of_the_same_kind(group: str) -> str:
    """A group because of which Java, which sends a share for the first of each kind, sends none for this one."""
    if group in ("x25519", "x448"):
        return "x448" if group == "x25519" else "x25519"
    first, second = ("secp256r1", "secp384r1") if group in ELLIPTIC else ("ffdhe2048", "ffdhe3072")
    return second if group == first else first


def retries(b: Builder) -> None:
    """HelloRetryRequest: the server wants a group for which it got no share."""
    every = b.abilities.groups
    for group in every:
        first = "secp256r1" if group == "x25519" else "x25519"
        if b.peer == "java":
            first = of_the_same_kind(group)
        both = {"groups": (first, group)}
        shares = {"psk_groups": [first]}
        if b.is_client:
            b.add(f"{group}", ours={"options": shares}, both=both, server={"groups": (group,)},
                  info={"selected_group": group, "hello_retry": True})
            continue
        if b.peer == "go" and group in POST_QUANTUM + ["x25519"]:
            continue  # Go sends shares for all of its preferred ones
        if b.peer == "openssl-new" and group in POST_QUANTUM:
            continue
        for cookie in (True, False) if group in ELLIPTIC else (True,):
            b.add(f"{group}, {'with' if cookie else 'without'} cookie", both=both,
                  theirs={"flags": ("--single-key-share",)} if b.peer == "gnutls" else {},
                  server={"groups": (group,), "options": {"cookie": cookie}},
                  info={"selected_group": group, "hello_retry": True})
    if not b.is_client:
        return
    b.add("no share at all", ours={"options": {"psk_groups": []}}, info={"hello_retry": True})
    rare = "secp521r1" if "secp521r1" in every else "secp384r1"
    b.add(f"default shares, server wants {rare}", server={"groups": (rare,)},
          info={"selected_group": rare, "hello_retry": True})


def alpn(b: Builder) -> None:
    b.add("first of both", both={"alpn": ("h2", "http/1.1")}, info={"alpn": "h2"})
    b.add("the only common one", client={"alpn": ("x", "http/1.1")}, server={"alpn": ("y", "http/1.1")},
          info={"alpn": "http/1.1"})
    server_chooses = not b.is_client or b.peer != "gnutls"
    b.add("order", client={"alpn": ("a", "b")}, server={"alpn": ("b", "a")},
          info={"alpn": "b" if server_chooses else "a"})
    b.add("client has none", server={"alpn": ("h2",)}, info={"alpn": None})
    b.add("server has none", client={"alpn": ("h2",)}, info={"alpn": None})
    fatal = ("--alpn-fatal",) if b.is_client and b.peer == "gnutls" else ()
    b.fail("nothing in common", "no_application_protocol" if not b.is_client else {"no_application_protocol"}, "server",
           client={"alpn": ("x",)}, server={"alpn": ("y",), "flags": fatal})


def server_names(b: Builder) -> None:
    if not b.is_client:
        b.add("sent", info={"sni_hostname": "localhost"})
        b.add("not sent", client={"name": "", "verify": "none", "ca": ""}, info={"sni_hostname": None})
        by_name = {"sni_hosts": {"localhost": {"certfile": "{server-p384.chain}", "keyfile": "{server-p384.key}"}}}
        b.add("chooses the certificate", server={"options": by_name},
              info={"own_signature_scheme": "ecdsa_secp384r1_sha384"})
        b.add("chooses no certificate", server={"options": by_name, "identities": ("server-wildcard",)},
              client={"name": "a.example.org"}, info={"own_signature_scheme": "ecdsa_secp256r1_sha256"})
        return
    by_host = {"options": {"server_name_indication": None}}
    b.add("sent", info={"sni_hostname": "localhost"})
    b.add("not sent, host checked", ours={"host": "localhost", "name": ""}, info={"sni_hostname": None})
    b.add("of the host", ours={**by_host, "host": "localhost"}, info={"sni_hostname": "localhost"})
    b.add("none for an address", ours=by_host, info={"sni_hostname": None})
    b.add("wildcard", ours={"name": "a.example.org"}, server={"identities": ("server-wildcard",)})
    if b.is_one_of("openssl", "openssl-new"):
        second = ("-servername", "localhost", "-cert2", "{server-p384.chain}", "-key2", "{server-p384.key}")
        b.add("chooses the certificate", theirs={"flags": second}, info={"signature_scheme": "ecdsa_secp384r1_sha384"})


def record_sizes(b: Builder) -> None:
    size = 16 * KILO

    def steps(limit: int) -> dict:
        if b.peer != "gnutls" or b.is_client:
            return {"size": size}
        pings = 20 if limit > LINE else 0  # gnutls-cli loses what it cannot send in one record
        return {"client_steps": [*["ping:64"] * pings, f"receive:{size}", "shutdown", "closed"],
                "server_steps": [*["echo:64"] * pings, f"send:{size}", "closed"]}

    for length in (512, 1024, 2048, 4096) if b.has("max_fragment_length") else ():
        if b.is_client:
            ends = {"ours": {"options": {"max_fragment_length": length}}, "info": {"max_fragment_length": length}}
        elif b.peer == "gnutls":  # it offers both extensions, and ours takes the newer
            ends = {"theirs": {"flags": (f"--recordsize={length}",)}, "info": {"record_size_limit": length + 1}}
        else:
            ends = {"theirs": {"flags": ("-maxfraglen", str(length))}, "info": {"max_fragment_length": length}}
        b.add(f"max_fragment_length {length}", **ends, **steps(length))
    for limit in (64, 512, 1000, 4097, 16385):
        b.add(f"record_size_limit {limit}", ours={"options": {"record_size_limit": limit}},
              theirs={"priority": ":%ALLOW_SMALL_RECORDS"}, **steps(limit))
    if b.is_one_of("openssl", "openssl-new"):
        b.add("small records from the peer", size=size, theirs={"flags": ("-max_send_frag", "512")})
        for block in (64, 4096, 16384):
            b.add(f"padded to {block}", size=size, theirs={"flags": ("-record_padding", str(block))})
    for chunk in (1, 100, 20000):
        size = 512 if chunk == 1 else 64 * KILO
        ours, theirs = [f"chunk:{chunk}"], []
        client, server = (ours, theirs) if b.is_client else (theirs, ours)
        b.add(f"sent by {chunk}", client_steps=[*client, f"ping:{size}", "shutdown", "closed"],
              server_steps=[*server, f"echo:{size}", "closed"])


def middlebox(b: Builder) -> None:
    session_id = {"on": True, "off": False}
    for mode, is_on in session_id.items():
        # Erlang's client wants the change_cipher_spec that it asked for (RFC 8446 §D.4), and refuses to go without.
        if b.is_one_of("erlang") and not b.is_client and not is_on:
            continue
        for group in ("x25519", "secp384r1"):  # the second by a retry
            b.add(f"ours {mode}, {group}", ours={"middlebox": is_on}, server={"groups": (group,)})
            if b.has("middlebox"):
                b.add(f"both {mode}, {group}", both={"middlebox": is_on}, server={"groups": (group,)})


def bulk(b: Builder) -> None:
    for suite in b.abilities.suites:
        b.add(f"1 MB each way, {suite}", both={"suites": (suite,)}, size=1 << 20,
              info={"selected_cipher_suite": SUITES[suite][1]})


def closing(b: Builder) -> None:
    if b.is_client and b.is_one_of("openssl", "openssl-new"):  # only so does s_server send close_notify first
        b.add("server first", theirs={"flags": ("-rev",)}, client_steps=["say:CLOSE", "closed", "shutdown"],
              server_steps=["closed"])
    elif b.peer != "gnutls" and not (b.peer == "erlang" and not b.is_client):
        b.add("server first", client_steps=["ping:1024", "closed", "shutdown"],
              server_steps=["echo:1024", "shutdown", "closed"])
    elif not b.is_client:  # these clients do not answer it; and gnutls-serv never closes first
        b.add("server first", client_steps=["ping:1024", "closed"], server_steps=["echo:1024", "shutdown"])
    b.add("at once", client_steps=["shutdown", "closed"], server_steps=["closed"])
    if b.is_client:
        ends = {"client_steps": ["ping:1024", "closed"], "server_steps": ["echo:1024", "abort"]}
        b.add("without close_notify by us", client_steps=["ping:1024", "abort"], server_steps=["echo:1024"])
    else:
        ends = {"client_steps": ["ping:1024", "abort"], "server_steps": ["echo:1024", "closed"]}
    if b.peer == "go" and not b.is_client:  # the others take it for a failure, and rightly so
        b.add("without close_notify by us", client_steps=["ping:1024", "closed"], server_steps=["echo:1024", "abort"])
    if not (b.peer == "gnutls" and b.is_client):
        b.add("without close_notify by the peer", **ends, error={"status": "truncated"})


def refused_certificates(b: Builder) -> None:
    """The client refuses the server's certificate, and the server sees why."""
    bad = {
        "of another authority": ({"ca": "other-ca"}, "server-p256", "unknown_ca"),
        "for another name": ({}, "server-elsewhere", "bad_certificate"),
        "expired": ({}, "server-expired", "certificate_expired"),
        "signed by itself": ({}, "server-selfsigned", "bad_certificate" if b.is_client else "unknown_ca"),
        "without its intermediates": ({}, "server-incomplete", "unknown_ca"),
        "for clients": ({}, "server-wrong-purpose", "unsupported_certificate"),
    }
    for name, (client, identity, alert) in bad.items():
        if b.is_client:
            b.fail(name, alert, "client", client=client, server={"identities": (identity,)})
            b.add(f"{name}, verify_none", client={"verify": "none"}, server={"identities": (identity,)},
                  info={"verified": False})
        else:
            b.fail(name, alerts_of(b.peer, alert), "client", client=client, server={"identities": (identity,)})


def alerts_of(peer: str, alert: str) -> set[str]:
    """Which alert the peer's client sends where ours would send this one."""
    if peer == "go" or peer == "gnutls":
        return {"bad_certificate"}
    if peer == "java":
        return {"certificate_unknown"}
    if peer == "erlang":
        return {"unknown_ca", "bad_certificate"} if alert == "unknown_ca" else {alert, "handshake_failure"}
    return {alert}


def exporters(b: Builder) -> None:
    for suite in b.abilities.suites[:2] if b.has("exporter") else ():
        for length in (32, 100):
            step = f"export:{length}:EXPORTER-tlsock-interop"
            b.add(f"{length} bytes, {suite}", both={"suites": (suite,)}, same_export=True,
                  client_steps=[step, "ping:64", "shutdown", "closed"], server_steps=[step, "echo:64", "closed"])


def key_files(b: Builder) -> None:
    if b.is_client or not b.is_one_of("openssl"):
        return
    for form in KEY_FORMS:
        b.add(form, server={"identities": (f"server-form-{form}",)})


def chains(b: Builder) -> None:
    b.add("two intermediates", server={"identities": ("server-chain",)})
    if b.is_client and not b.is_one_of("gnutls", "java"):  # which refuse to serve it
        b.add("wrong order and one too many", server={"identities": ("server-shuffled",)})
    for key in b.abilities.authority_keys:
        if b.is_one_of("erlang") and not b.is_client and key == "rsa-pss":  # its client fails by a fault of its own
            continue
        b.add(f"signed by {key}", client={"ca": f"ca-{key}"}, server={"identities": (f"server-by-{key}",)})


def nothing_in_common(b: Builder) -> None:
    # RFC 8446 §4.1.1: handshake_failure or insufficient_security
    refusing = {"handshake_failure", "insufficient_security"}
    ours = "handshake_failure" if not b.is_client else refusing
    of_groups = {"unexpected_message"} if b.is_client and b.peer == "java" else ours
    b.fail("groups", of_groups, "server", client={"groups": ("secp256r1",)}, server={"groups": ("secp384r1",)})
    if b.has("pick-suites"):
        b.fail("suites", ours, "server", client={"suites": (GCM_128,)}, server={"suites": (GCM_256,)})
    if b.has("pick-schemes"):
        b.fail("schemes", ours, "server", client={"schemes": ("ed25519",), "verify": "none"},
               server={"schemes": ("ecdsa_secp256r1_sha256",)})
    if b.has("old-version"):
        old = {"flags": ("-tls1_2",)} if b.peer != "gnutls" else {"priority": ":-VERS-TLS1.3"}
        theirs = {"handshake_failure" if b.peer == "gnutls" else "protocol_version"}
        b.fail("versions", theirs if b.is_client else "protocol_version", "server",
               ours={"options": {"versions": ["tlsv1.3"]}}, theirs=old)


def of_older(peer: str, version: str, suite: OlderSuite, encrypt_then_mac: bool = True) -> dict:
    """What the peer is told, so that it has this version and suite alone."""
    flag, name = OLDER_VERSIONS[version]
    if peer == "gnutls":
        kx = "ECDHE-ECDSA" if suite.key == "p256" else "ECDHE-RSA"
        words = ["-VERS-ALL", f"+{name}", "-CIPHER-ALL", f"+{suite.gnutls[0]}", "-MAC-ALL", f"+{suite.gnutls[1]}",
                 "-KX-ALL", f"+{kx}", "+SIGN-ALL", "%VERIFY_ALLOW_SIGN_WITH_SHA1"]
        words += [] if encrypt_then_mac else ["%NO_ETM"]
        return {"priority": ":" + ":".join(words)}
    flags = [flag, "-cipher", f"{suite.openssl}:@SECLEVEL=0"]
    return {"flags": (*flags, *(() if encrypt_then_mac else ("-no_etm",)))}


def older_versions(b: Builder) -> None:
    if not b.has("old-version"):
        return
    for suite in older_suites():
        if b.peer != "gnutls" and suite.cipher == "3des_ede_cbc":
            continue  # Debian's OpenSSL is built without it
        for version in suite.versions():
            for encrypt_then_mac in (True, False) if suite.mac != "aead" and b.peer == "gnutls" else (True,):
                b.add(f"{version} {suite.openssl}" + ("" if encrypt_then_mac else ", MAC then encrypt"),
                      ours={"options": {"versions": [version], "ciphers": [suite.openssl]}},
                      theirs=of_older(b.peer, version, suite, encrypt_then_mac),
                      server={"identities": (f"server-{suite.key}",)}, size=64 * KILO,
                      info={"protocol": version, "selected_cipher_suite": suite.info()})
    gcm = older_suites()[0]
    for version in OLDER_VERSIONS:
        suite = gcm if version == "tlsv1.2" else next(each for each in older_suites() if each.mac == "sha")
        both = {"ours": {"options": {"versions": [version], "ciphers": [suite.openssl]}},
                "theirs": of_older(b.peer, version, suite)}
        for key in ("rsa", "p256"):
            b.add(f"{version}, a client's certificate: {key}", client={"identities": (f"client-{key}",)},
                  server={"ca": "ca", "verify": "require"}, info={"protocol": version}, **both)
    b.add("1.3 and 1.2 with 1.2 alone", ours={"options": {"versions": ["tlsv1.3", "tlsv1.2"]}},
          theirs=of_older(b.peer, "tlsv1.2", gcm), info={"protocol": "tlsv1.2"})
    b.add("1.2 with all", ours={"options": {"versions": ["tlsv1.2"]}}, info={"protocol": "tlsv1.2"})
    b.add("1.3 and 1.2 with all", ours={"options": {"versions": ["tlsv1.3", "tlsv1.2"]}}, info={"protocol": "tlsv1.3"})


DIMENSIONS = {
    "groups × suites": groups_and_suites,
    "groups × keys": groups_and_keys,
    "signature schemes": schemes,
    "best certificate": best_certificate,
    "client certificates": client_certificates,
    "cert × HRR × ALPN × update": all_together,
    "KeyUpdate": key_updates,
    "HelloRetryRequest": retries,
    "ALPN": alpn,
    "server names": server_names,
    "record sizes": record_sizes,
    "middlebox mode": middlebox,
    "1 MB": bulk,
    "closing": closing,
    "refused certificates": refused_certificates,
    "exporters": exporters,
    "key files": key_files,
    "chains": chains,
    "nothing in common": nothing_in_common,
    "TLS 1.2, 1.1, 1.0": older_versions,
}


def scan(b: Builder) -> None:
    if not b.is_client:
        b.add("the expected report")


OF_ONE_PEER = {"tlslite": {"broken rules": broken_rules}, "sslyze": {"scan": scan}, "sslscan": {"scan": scan}}


def all_cases(peers: list[str]) -> list[Case]:
    cases = []
    for peer in peers:
        dimensions = OF_ONE_PEER.get(peer, DIMENSIONS)
        for role in ("client", "server"):
            builder = Builder(peer, role)
            for builder.dimension, add_cases in dimensions.items():
                add_cases(builder)
            cases += builder.cases
    return cases
