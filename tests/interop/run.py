#!/usr/bin/env python3
"""Interop tests: our library against OpenSSL, GnuTLS and Go, as client and as server.

Each case is a connection between two programs: tlsock_peer, which is ours, and another. Nothing is printed of a case
that went well; of one that failed, what both ends said. A table of all ends the run.

OpenSSL's s_client and s_server, gnutls-cli and gnutls-serv are those of PATH; the environment variable
TLSOCK_INTEROP_OPENSSL names a newer openssl, to be tested as well (ML-KEM, ML-DSA). A peer that is missing is reported,
and fails the run if TLSOCK_INTEROP_REQUIRE_ALL is 1.
"""
from __future__ import annotations

import argparse
import collections
import concurrent.futures
import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
import threading
import time
import traceback

import cases
from cases import Case, all_cases
from certificates import Certificates
from peers import KINDS, Endpoint, GnuTLS, Ours, Outcome, Tools, payload_line
from processes import Late

NOISE = re.compile(r"\d{63}$|\s+[0-9a-f]{4} - |\s+\d+ .*session|\s+\d+ (client|server|callback|cache) ")
NOT_RUN = "not run"
SANITIZER = re.compile(rb"Sanitizer|runtime error:")


def run_case(case: Case, tools: Tools, seconds: float) -> list[str]:
    """Runs a case; gives what is wrong, and after it what both ends said."""
    our, their = KINDS.get(tools.ours, Ours), KINDS[case.peer]
    kinds = {case.role: our, cases.other(case.role): their}
    server = kinds["server"](tools, "server", case.server, case.server_steps)
    client = kinds["client"](tools, "client", case.client, case.client_steps)
    try:
        outcomes = converse(case, client, server, time.monotonic() + seconds)
        ours = outcomes[case.role]
        theirs = outcomes[cases.other(case.role)]
        our_end, their_end = (client, server) if case.role == "client" else (server, client)
        wrong = judge_peer(case, theirs, their_end)
        if isinstance(our_end, Ours):
            wrong += judge_ours(case, ours)
        if case.same_export and (not ours.exported or ours.exported != theirs.exported):
            wrong.append(f"exported: we {ours.exported}, the peer {theirs.exported}")
    except Late:
        wrong = [f"not done within {seconds:.0f} s"]
    except Exception:  # a fault of the case or of this program: told as the case's
        wrong = [traceback.format_exc()]
    finally:
        ends = [each.interrupted() for each in (client, server)]
    return wrong and wrong + [report(each) for each in ends if each]


def converse(case: Case, client: Endpoint, server: Endpoint, deadline: float) -> dict[str, Outcome]:
    server.start(deadline)
    client.start(deadline, server.port())
    problems: list[BaseException] = []

    def serve() -> None:
        try:
            server.do_steps()
        except BaseException as problem:
            problems.append(problem)

    serving = threading.Thread(target=serve, daemon=True)
    serving.start()
    client.do_steps()
    outcomes = {"client": client.finish()}
    if case.alert_at_peer and isinstance(server, GnuTLS):
        server.wait_for_alert(case.alert_at_peer)
    serving.join(max(0.1, deadline - time.monotonic()))
    if problems:
        raise problems[0]
    outcomes["server"] = server.finish()
    return outcomes


def judge_ours(case: Case, ours: Outcome) -> list[str]:
    wrong = []
    if SANITIZER.search(ours.stderr):
        wrong.append("a sanitizer reports")
    if case.error:
        if ours.code != 1:
            wrong.append(f"we ended with {ours.code}, where an error was due")
        wrong += differences("our error", case.error, ours.error())
    elif ours.code != 0 or ours.stderr.strip():
        wrong.append(f"we ended with {ours.code}")
    return wrong + differences("our connection information", case.info, ours.info())


def judge_peer(case: Case, theirs: Outcome, end: Endpoint) -> list[str]:
    wrong = differences("Go's connection state", case.peer_info, theirs.info())
    if not case.error and end.unfinished:
        wrong.append(f"the peer ended in its step {end.unfinished}")
    if not case.error and theirs.code not in (0, None) and "abort" not in end.steps:
        wrong.append(f"the peer ended with {theirs.code}")
    if case.alert_at_peer and not theirs.says(end.alert_text(case.alert_at_peer)):
        wrong.append(f"the peer does not tell of the alert {case.alert_at_peer}")
    if case.peer_says and not theirs.says(case.peer_says):
        wrong.append(f"the peer does not say {case.peer_says}")
    return wrong


def differences(what: str, expected: dict, actual: dict) -> list[str]:
    wrong = []
    for name, value in expected.items():
        found = actual.get(name)
        if isinstance(found, dict) and "cipher" in found:
            found = found["cipher"]
        if found not in value if isinstance(value, set) else found != value:
            wrong.append(f"{what}: {name} is {found}, expected {value}")
    return wrong


def report(outcome: Outcome) -> str:
    def text(output: bytes) -> str:
        lines = output.decode(errors="replace").splitlines()
        shown = [line for line in lines if not NOISE.match(line)]
        if payload := len(payload_line.findall(output)):
            shown.append(f"({payload} lines of payload)")
        return "\n".join("    " + line[:2000] for line in shown[-60:])

    return "\n".join(["  $ " + shlex.join(outcome.command), f"  exit code {outcome.code}", text(outcome.stdout),
                      "  on standard error:", text(outcome.stderr)])


def build_go(folder: str) -> str:
    """The path of the Go peer, or "" and why not on standard error."""
    source = os.path.join(os.path.dirname(os.path.abspath(__file__)), "go")
    out = os.path.join(folder, "go_peer")
    done = subprocess.run(["go", "build", "-o", out, "."], cwd=source, capture_output=True, text=True)
    if done.returncode != 0:
        print(f"the Go peer does not build: {done.stderr.strip()}", file=sys.stderr)
        return ""
    return out


def find_peers(arguments: argparse.Namespace, folder: str) -> tuple[dict[str, str], dict[str, str]]:
    """Peers that are there, with their program; and why others are not."""
    found, missing = {}, {}
    for peer, programs in (("openssl", ["openssl"]), ("gnutls", ["gnutls-cli", "gnutls-serv"]), ("go", ["go"])):
        absent = [program for program in programs if not shutil.which(program)]
        if absent:
            missing[peer] = f"{', '.join(absent)} not found"
        elif peer == "go":
            if path := build_go(arguments.build or folder):
                found[peer] = path
            else:
                missing[peer] = "its Go program does not build (Go 1.26 is needed)"
        else:
            found[peer] = programs[0]
    if newer := os.environ.get("TLSOCK_INTEROP_OPENSSL"):
        found["openssl-new"] = newer
    return found, missing


def chosen_cases(arguments: argparse.Namespace, peers: list[str]) -> list[Case]:
    chosen = all_cases(peers)
    if arguments.quick:
        chosen = [case for case in chosen if case.quick]
    return [case for case in chosen if all(word in str(case) for word in arguments.only)]


def print_table(results: list[tuple[Case, list[str]]]) -> None:
    columns = list(dict.fromkeys((case.peer, case.role) for case, _ in results))
    counts: dict = collections.defaultdict(lambda: [0, 0])
    for case, wrong in results:
        for dimension in (case.dimension, "all"):
            cell = counts[dimension, case.peer, case.role]
            cell[bool(wrong)] += 1
    titles = [f"{'to' if role == 'client' else 'from'} {peer}" for peer, role in columns]
    print(f"{'':28}" + "".join(f"{title:>18}" for title in titles))
    for dimension in [*dict.fromkeys(case.dimension for case, _ in results), "all"]:
        cells = [counts[dimension, *column] for column in columns]
        shown = [f"{good}" + (f", {bad} failed" if bad else "") if good or bad else "-" for good, bad in cells]
        print(f"{dimension:28}" + "".join(f"{cell:>18}" for cell in shown))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("peer", help="path of tlsock_peer; or openssl, gnutls, go: that in its place, to test us")
    parser.add_argument("--build", metavar="FOLDER", help="where to build the Go peer; otherwise a passing one")
    parser.add_argument("--quick", action="store_true", help="one case of each dimension, peer and role")
    parser.add_argument("--jobs", type=int, default=3, help="cases that run at once")
    parser.add_argument("--seconds", type=float, default=30, help="for one case")
    parser.add_argument("--limit", type=float, default=600, help="seconds for all")
    parser.add_argument("--only", action="append", default=[], metavar="WORDS", help="cases whose name has these words")
    parser.add_argument("--list", action="store_true", help="the names of the cases, without running them")
    arguments = parser.parse_args()
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="tlsock-interop-") as folder:
        peers, missing = find_peers(arguments, folder)
        chosen = chosen_cases(arguments, list(peers))
        if arguments.list:
            print("\n".join(map(str, chosen)))
            return 0
        certificates = Certificates(folder, "openssl", peers.get("openssl-new"))
        tools = Tools(certificates, arguments.peer, peers.get("go", ""), "openssl", peers.get("openssl-new", ""))
        results = run_all(chosen, tools, arguments)
    print_table(results)
    skipped = {peer: len(chosen_cases(arguments, [peer])) for peer in missing}
    for peer, reason in missing.items():
        print(f"skipped: {skipped[peer]} cases with {peer}: {reason}")
    failures = sum(bool(wrong) for _, wrong in results)
    print(f"{len(results)} cases, {failures} failed, {sum(skipped.values())} skipped, {time.monotonic() - began:.0f} s")
    is_incomplete = bool(missing) and os.environ.get("TLSOCK_INTEROP_REQUIRE_ALL") == "1"
    return 1 if failures or is_incomplete or not results else 0


def run_all(chosen: list[Case], tools: Tools, arguments: argparse.Namespace) -> list:
    began = time.monotonic()

    def run(case: Case) -> tuple[Case, list[str]]:
        if time.monotonic() - began > arguments.limit:
            return case, [NOT_RUN]
        return case, run_case(case, tools, arguments.seconds)

    results = []
    with concurrent.futures.ThreadPoolExecutor(arguments.jobs) as pool:
        for case, wrong in pool.map(run, chosen):
            results.append((case, wrong))
            if wrong and wrong != [NOT_RUN]:
                print("FAILED", case, *wrong, "", sep="\n", flush=True)
    if not_run := sum(wrong == [NOT_RUN] for _, wrong in results):
        print(f"{not_run} cases were not run: {arguments.limit:.0f} s were over")
    return results


if __name__ == "__main__":
    sys.exit(main())
