"""How the peers' programs are found, or built from what is here."""
from __future__ import annotations

import os
import pathlib
import re
import shutil
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
TLSLITE = "tlslite-ng==0.9.0b2"
SSLYZE = "sslyze==6.3.1"


class Missing(Exception):
    """Why a program is not there."""


def run(*command: str | pathlib.Path, folder: pathlib.Path | None = None) -> str:
    done = subprocess.run([str(each) for each in command], cwd=folder, stdin=subprocess.DEVNULL, capture_output=True,
                          text=True)
    if done.returncode != 0:
        said = (done.stderr or done.stdout).strip()[-2000:]
        raise Missing(f"{pathlib.Path(command[0]).name} {command[1]} fails: {said}")
    return done.stdout


def need(*programs: str) -> None:
    if absent := [program for program in programs if not shutil.which(program)]:
        raise Missing(f"{', '.join(absent)} not found")


def is_newer(made: pathlib.Path, sources: list[pathlib.Path]) -> bool:
    return made.exists() and all(made.stat().st_mtime > source.stat().st_mtime for source in sources)


def openssl(_: pathlib.Path) -> list[str]:
    need("openssl")
    return ["openssl"]


def new_openssl(_: pathlib.Path) -> list[str]:
    return [os.environ["TLSOCK_INTEROP_OPENSSL"]]


def gnutls(_: pathlib.Path) -> list[str]:
    need("gnutls-cli", "gnutls-serv")
    return []


def go(build: pathlib.Path) -> list[str]:
    need("go")
    run("go", "build", "-o", build / "go_peer", ".", folder=HERE / "go")
    return [str(build / "go_peer")]


def rustls(build: pathlib.Path) -> list[str]:
    need("cargo")
    oldest = re.search(r'rust-version = "([\d.]+)"', (HERE / "rust/Cargo.toml").read_text())[1]
    there = re.search(r"cargo ([\d.]+)", run("cargo", "--version"))[1]
    if numbers(there) < numbers(oldest):
        raise Missing(f"cargo is {there}, {oldest} is needed")
    run("cargo", "build", "--quiet", "--locked", "--release", "--target-dir", build / "rust", folder=HERE / "rust")
    return [str(build / "rust/release/peer")]


def numbers(version: str) -> list[int]:
    return [int(each) for each in version.split(".")]


def java(build: pathlib.Path) -> list[str]:
    need("java", "javac", "jar")
    jar, archive, sources = build / "java_peer.jar", build / "java_peer.jsa", list((HERE / "java").glob("*.java"))
    start = ["java", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xlog:disable", "-cp", str(jar)]
    if not is_newer(archive, sources):
        run("javac", "-d", build / "java", *sources)
        run("jar", "--create", "--file", jar, "-C", build / "java", ".")
        run(*start, f"-XX:ArchiveClassesAtExit={archive}", "Peer", "prepare")  # which halves the time to start
    return [*start, f"-XX:SharedArchiveFile={archive}", "Peer"]


def erlang(build: pathlib.Path) -> list[str]:
    need("erl", "erlc")
    (build / "erlang").mkdir(exist_ok=True)  # erlc makes none
    sources = list((HERE / "erlang").glob("*.erl"))
    if not all(is_newer(build / "erlang" / f"{source.stem}.beam", [source]) for source in sources):
        run("erlc", "-o", build / "erlang", *sources)
    run("erl", "-noshell", "-eval", "{ok, _} = application:ensure_all_started(ssl), halt(0).")
    quick = ["+S", "1", "+A", "1"]
    return ["erl", "-noshell", "-noinput", *quick, "-pa", str(build / "erlang"), "-run", "tls_end", "main", "-extra"]


def tlslite(build: pathlib.Path) -> list[str]:
    return [str(environment(build, TLSLITE, "tlslite")), str(HERE / "misbehaving/main.py")]


def sslyze(build: pathlib.Path) -> list[str]:
    return [str(environment(build, SSLYZE, "sslyze")), "-m", "sslyze"]


def sslscan(_: pathlib.Path) -> list[str]:
    need("sslscan")
    return ["sslscan"]


def environment(build: pathlib.Path, package: str, module: str) -> pathlib.Path:
    """The Python of a virtual environment that has the package; what is there already is not asked for again."""
    folder = build / "python"
    python = folder / "bin/python"
    if not python.exists():
        run(sys.executable, "-m", "venv", folder)
    try:
        run(python, "-c", f"import {module}")
    except Missing:
        run(python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--pre", package)
    return python


FINDERS = {"openssl": openssl, "gnutls": gnutls, "go": go, "rustls": rustls, "java": java, "erlang": erlang,
           "tlslite": tlslite, "sslyze": sslyze, "sslscan": sslscan}


def find_peers(build: pathlib.Path) -> tuple[dict[str, list[str]], dict[str, str]]:
    """Of each peer that is there, how its command begins; of the others, why not."""
    build.mkdir(parents=True, exist_ok=True)
    found, missing = {}, {}
    finders = dict(FINDERS)
    if os.environ.get("TLSOCK_INTEROP_OPENSSL"):
        finders["openssl-new"] = new_openssl
    for peer, find in finders.items():
        try:
            found[peer] = find(build)
        except Missing as reason:
            missing[peer] = str(reason)
    return found, missing
