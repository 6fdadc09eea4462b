"""The certificates and keys of the interop tests, made by the openssl program in a folder."""
from __future__ import annotations

import concurrent.futures
import pathlib
import subprocess
from dataclasses import dataclass

PASSWORD = "correct horse"

# How `openssl req -newkey` makes a key of each type.
KEYS = {
    "rsa": ["rsa:2048"],
    "rsa-pss": ["rsa-pss", "-pkeyopt", "rsa_keygen_bits:2048"],
    "p256": ["ec", "-pkeyopt", "ec_paramgen_curve:P-256"],
    "p384": ["ec", "-pkeyopt", "ec_paramgen_curve:P-384"],
    "p521": ["ec", "-pkeyopt", "ec_paramgen_curve:P-521"],
    "ed25519": ["ed25519"],
    "ed448": ["ed448"],
}
NEW_KEYS = {f"mldsa{size}": [f"mldsa{size}"] for size in (44, 65, 87)}

# Forms of key files: the type of the key, and how it is written from PKCS#8.
KEY_FORMS = {
    "sec1": ("p256", ["ec"]),
    "sec1-encrypted": ("p256", ["ec", "-aes256", "-passout", f"pass:{PASSWORD}"]),
    "pkcs8-encrypted": ("p256", ["pkcs8", "-topk8", "-v2", "aes-256-cbc", "-passout", f"pass:{PASSWORD}"]),
    "pkcs1": ("rsa", ["rsa", "-traditional"]),
    "pkcs1-encrypted": ("rsa", ["rsa", "-traditional", "-aes128", "-passout", f"pass:{PASSWORD}"]),
    "pkcs8-rsa-encrypted": ("rsa", ["pkcs8", "-topk8", "-v2", "aes-128-cbc", "-passout", f"pass:{PASSWORD}"]),
}

NAMES = "subjectAltName=DNS:localhost,IP:127.0.0.1,IP:::1"
PURPOSE = {"server": "extendedKeyUsage=serverAuth", "client": "extendedKeyUsage=clientAuth"}
CA = ["basicConstraints=critical,CA:TRUE", "keyUsage=critical,keyCertSign,cRLSign", "subjectKeyIdentifier=hash"]

# `openssl ca` alone can set the dates.
CONFIG = """[req]
distinguished_name = name
[name]
[ca]
default_ca = past
[past]
database = {folder}/index.txt
new_certs_dir = {folder}
rand_serial = yes
default_md = sha256
policy = any
unique_subject = no
copy_extensions = copy
[any]
commonName = supplied
"""


@dataclass(frozen=True)
class Identity:
    chain: str  # file: leaf first
    key: str
    password: str | None = None
    others: str | None = None  # file: the chain without the leaf, if there is more


class Certificates:
    """Certificates has files of identities and of anchors, by name.

    Anchors: ca, other-ca, ca-KEY. Identities: server-KEY and client-KEY, signed by ca; server-by-KEY, signed by ca-KEY;
    client-other, signed by other-ca; server-chain and client-chain with two intermediates, server-shuffled with the
    same in a wrong order and one too many, server-incomplete without them; server-expired, client-expired,
    server-elsewhere for another name, server-wildcard, server-selfsigned; server-form-FORM for each form of key file.
    """

    def __init__(self, folder: str, openssl: str = "openssl", new_openssl: str | None = None):
        self.folder = pathlib.Path(folder)
        self.openssl, self.new_openssl = openssl, new_openssl
        self.key_types = dict(KEYS)
        if new_openssl:
            self.key_types.update(NEW_KEYS)
        self.identities: dict[str, Identity] = {}
        (self.folder / "req.cnf").write_text(CONFIG.format(folder=self.folder))
        (self.folder / "index.txt").touch()
        self.make_all()

    def anchor(self, name: str) -> str:
        return str(self.folder / f"{name}.pem")

    def identity(self, name: str) -> Identity:
        return self.identities[name]

    def make_all(self) -> None:
        for name in ("ca", "other-ca"):
            self.make(name, "p256", extensions=CA)
        with concurrent.futures.ThreadPoolExecutor(2) as pool:
            waiting = [pool.submit(self.make_of_type, key) for key in self.key_types]
            waiting += [pool.submit(make) for make in (self.make_chains, self.make_bad_ones)]
            for each in waiting:
                each.result()
        for form in KEY_FORMS:
            self.make_key_form(form)

    def make_of_type(self, key: str) -> None:
        for role, purpose in PURPOSE.items():
            self.make(f"{role}-{key}", key, "ca", [NAMES, purpose])
        self.make(f"ca-{key}", key, extensions=CA)
        self.make(f"server-by-{key}", "p256", f"ca-{key}", [NAMES, PURPOSE["server"]])

    def make_chains(self) -> None:
        self.make("upper", "p256", "ca", CA)
        self.make("lower", "p256", "upper", CA)
        for role, purpose in PURPOSE.items():
            self.make(f"{role}-incomplete", "p256", "lower", [NAMES, purpose])
            self.combine(f"{role}-chain", f"{role}-incomplete", ["lower", "upper"])
        self.combine("server-shuffled", "server-incomplete", ["other-ca", "upper", "lower"])

    def make_bad_ones(self) -> None:
        self.make("client-other", "p256", "other-ca", [NAMES, PURPOSE["client"]])
        self.make("server-elsewhere", "p256", "ca", ["subjectAltName=DNS:elsewhere.example", PURPOSE["server"]])
        self.make("server-wildcard", "p256", "ca", ["subjectAltName=DNS:*.example.org", PURPOSE["server"]])
        self.make("server-selfsigned", "p256", None, [NAMES, PURPOSE["server"]])
        self.make("server-wrong-purpose", "p256", "ca", [NAMES, PURPOSE["client"]])
        for role, purpose in PURPOSE.items():
            self.make_expired(f"{role}-expired", [NAMES, purpose])

    def make(self, name: str, key: str, issuer: str | None = None, extensions: list[str] = ()) -> None:
        """Makes a key and its certificate; without an issuer it is signed by itself."""
        command = ["req", "-x509", "-config", self.file("req.cnf"), "-nodes", "-days", "30"]
        command += ["-subj", f"/CN=test {name}", "-newkey", *self.key_types[key]]
        command += ["-keyout", self.file(f"{name}.key"), "-out", self.anchor(name)]
        if issuer:
            command += ["-CA", self.anchor(issuer), "-CAkey", self.file(f"{issuer}.key")]
        for extension in extensions:
            command += ["-addext", extension]
        is_new = key in NEW_KEYS or (issuer or "").removeprefix("ca-") in NEW_KEYS
        self.run(command, self.new_openssl if is_new else self.openssl)
        self.identities[name] = Identity(self.anchor(name), self.file(f"{name}.key"))

    def make_expired(self, name: str, extensions: list[str]) -> None:
        request = self.file(f"{name}.csr")
        command = ["req", "-config", self.file("req.cnf"), "-nodes", "-subj", f"/CN=test {name}"]
        command += ["-newkey", *KEYS["p256"], "-keyout", self.file(f"{name}.key"), "-out", request]
        for extension in extensions:
            command += ["-addext", extension]
        self.run(command)
        self.run(["ca", "-config", self.file("req.cnf"), "-batch", "-notext", "-in", request, "-out", self.anchor(name),
                  "-cert", self.anchor("ca"), "-keyfile", self.file("ca.key"),
                  "-startdate", "20200101000000Z", "-enddate", "20210101000000Z"])
        self.identities[name] = Identity(self.anchor(name), self.file(f"{name}.key"))

    def make_key_form(self, form: str) -> None:
        key, writing = KEY_FORMS[form]
        source = self.identity(f"server-{key}")
        out = self.file(f"form-{form}.key")
        self.run([*writing, "-in", source.key, "-out", out])
        self.identities[f"server-form-{form}"] = Identity(source.chain, out, PASSWORD if "encrypted" in form else None)

    def combine(self, name: str, leaf: str, others: list[str]) -> None:
        texts = [pathlib.Path(self.anchor(each)).read_text() for each in [leaf, *others]]
        pathlib.Path(self.anchor(name)).write_text("".join(texts))
        pathlib.Path(self.anchor(f"{name}-others")).write_text("".join(texts[1:]))
        others_file = self.anchor(f"{name}-others")
        self.identities[name] = Identity(self.anchor(name), self.identity(leaf).key, None, others_file)

    def file(self, name: str) -> str:
        return str(self.folder / name)

    def run(self, arguments: list[str], openssl: str | None = None) -> None:
        done = subprocess.run([openssl or self.openssl, *arguments], stdin=subprocess.DEVNULL, capture_output=True)
        if done.returncode != 0:
            raise RuntimeError(f"openssl {' '.join(arguments)}\n{done.stderr.decode()}")
