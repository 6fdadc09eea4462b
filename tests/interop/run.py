#!/usr/bin/env python3
"""Interop tests: our library against OpenSSL, GnuTLS, Go, rustls, Java's JSSE and Erlang's ssl, as client and as
server; against tlslite-ng, which breaks rules on purpose; and its server under the scanners sslyze and sslscan.

Each case is a connection between two programs: tlsock_peer, which is ours, and another. Nothing is printed of a case
that went well; of one that failed, what both ends said. A table of all ends the run.

OpenSSL's s_client and s_server, gnutls-cli and gnutls-serv, erl and sslscan are those of PATH; the peers in Go, Rust
and Java are built, and the Python packages installed, in the folder of --build, where they stay. The environment
variable TLSOCK_INTEROP_OPENSSL names a newer openssl, to be tested as well (ML-KEM, ML-DSA). A peer that is missing is
reported, and fails the run if TLSOCK_INTEROP_REQUIRE_ALL is 1.
"""
from __future__ import annotations

import argparse
import collections
import concurrent.futures
import os
import pathlib
import re
import shlex
import sys
import tempfile
import threading
import time
import traceback
from dataclasses import dataclass

import cases
from cases import Case, all_cases
from certificates import Certificates
from driven import GnuTLS
from endpoint import Endpoint, Outcome, Tools, payload_line
from peers import ABILITIES, KINDS
from processes import Late
from programs import find_peers
from scans import SCANNERS, run_scan
from scripted import Ours

NOISE = re.compile(r"\d{63}$|\s+[0-9a-f]{4} - |\s+\d+ .*session|\s+\d+ (client|server|callback|cache) ")
NOT_RUN = "not run"
COLUMNS = 6  # of a table
SANITIZER = re.compile(rb"Sanitizer|runtime error:")


def run_case(case: Case, tools: Tools, seconds: float) -> list[str]:
    """Runs a case; gives what is wrong, and after it what both ends said."""
    if case.peer in SCANNERS:
        return run_scan(case.peer, tools, seconds)
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
    wrong = differences("the peer's connection state", case.peer_info, theirs.info())
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
        if isinstance(found, dict) and "cipher" in found and isinstance(value, str):
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


def chosen_cases(arguments: argparse.Namespace, peers: list[str]) -> list[Case]:
    chosen = all_cases([peer for peer in peers if peer not in arguments.without])
    if arguments.quick is not None:
        shortened = arguments.quick or peers
        chosen = [case for case in chosen if case.quick or case.peer not in shortened]
    return [case for case in chosen if all(word in str(case) for word in arguments.only)]


@dataclass
class Result:
    case: Case
    wrong: list[str]
    seconds: float


def print_tables(results: list[Result]) -> None:
    columns = list(dict.fromkeys((each.case.peer, each.case.role) for each in results))
    for first in range(0, len(columns), COLUMNS):
        print_table(results, columns[first:first + COLUMNS])
        print()


def print_table(results: list[Result], columns: list[tuple[str, str]]) -> None:
    counts: dict = collections.defaultdict(lambda: [0, 0])
    for each in results:
        for dimension in (each.case.dimension, "all"):
            cell = counts[dimension, each.case.peer, each.case.role]
            cell[bool(each.wrong)] += 1
    print(f"{'':28}" + "".join(f"{'to' if role == 'client' else 'from'} {peer}".rjust(18) for peer, role in columns))
    shown = [each.case.dimension for each in results if (each.case.peer, each.case.role) in columns]
    for dimension in [*dict.fromkeys(shown), "all"]:
        cells = [counts[dimension, *column] for column in columns]
        texts = [f"{good}" + (f", {bad} failed" if bad else "") if good or bad else "-" for good, bad in cells]
        print(f"{dimension:28}" + "".join(f"{text:>18}" for text in texts))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("peer", help="path of tlsock_peer; or the name of a peer: that in its place, to test us")
    parser.add_argument("--build", metavar="FOLDER", help="where to build the peers; otherwise a passing one")
    parser.add_argument("--quick", nargs="*", metavar="PEER",
                        help="one case of each dimension and role: of these peers, or of all")
    parser.add_argument("--jobs", type=int, default=3, help="cases that run at once")
    parser.add_argument("--seconds", type=float, default=30, help="for one case")
    parser.add_argument("--limit", type=float, default=600, help="seconds for all")
    parser.add_argument("--only", action="append", default=[], metavar="WORDS", help="cases whose name has these words")
    parser.add_argument("--without", nargs="*", default=[], metavar="PEER", help="peers that are left out")
    parser.add_argument("--list", action="store_true", help="the names of the cases, without running them")
    arguments = parser.parse_args()
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="tlsock-interop-") as folder:
        # Absolute: compilers run in their sources' folders.
        peers, missing = find_peers(pathlib.Path(arguments.build or folder).resolve())
        chosen = chosen_cases(arguments, list(peers))
        if arguments.list:
            print("\n".join(map(str, chosen)))
            return 0
        newer = peers.get("openssl-new", [None])[0]
        tools = Tools(Certificates(folder, "openssl", newer), arguments.peer, peers)
        results = run_all(chosen, tools, arguments)
    print_tables(results)
    print_by_peer(results)
    skipped = {peer: len(chosen_cases(arguments, [peer])) for peer in missing}
    for peer, reason in missing.items():
        print(f"skipped: {skipped[peer]} cases with {peer}: {reason}")
    failures = sum(bool(each.wrong) for each in results)
    print(f"{len(results)} cases, {failures} failed, {sum(skipped.values())} skipped, {time.monotonic() - began:.0f} s")
    is_incomplete = bool(missing) and os.environ.get("TLSOCK_INTEROP_REQUIRE_ALL") == "1"
    return 1 if failures or is_incomplete or not results else 0


def print_by_peer(results: list[Result]) -> None:
    """What took how long, all cases of a peer added up though some ran at once; and what its table leaves out."""
    seconds: dict = collections.Counter()
    for each in results:
        seconds[each.case.peer] += each.seconds
    for peer in seconds:
        left_out = ABILITIES[peer].left_out
        print(f"{peer}: {seconds[peer]:.0f} s" + (f"; left out: {left_out}" if left_out else ""))


def run_all(chosen: list[Case], tools: Tools, arguments: argparse.Namespace) -> list[Result]:
    began = time.monotonic()

    def run(case: Case) -> Result:
        started = time.monotonic()
        if started - began > arguments.limit:
            return Result(case, [NOT_RUN], 0)
        wrong = run_case(case, tools, arguments.seconds)
        return Result(case, wrong, time.monotonic() - started)

    results = []
    with concurrent.futures.ThreadPoolExecutor(arguments.jobs) as pool:
        for each in pool.map(run, chosen):
            results.append(each)
            if each.wrong and each.wrong != [NOT_RUN]:
                print("FAILED", each.case, *each.wrong, "", sep="\n", flush=True)
    if not_run := sum(each.wrong == [NOT_RUN] for each in results):
        print(f"{not_run} cases were not run: {arguments.limit:.0f} s were over")
    return results


if __name__ == "__main__":
    sys.exit(main())
