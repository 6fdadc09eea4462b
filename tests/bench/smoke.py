"""Runs a little of tls_bench and looks at the form of what it prints, never at its figures.

usage: smoke.py TLS_BENCH
"""
import json
import subprocess
import sys

UNITS = {"hs13_ecdsa": "handshakes/s", "bulk_aes128_1k": "MB/s", "mem_idle": "bytes"}
COLUMNS = ("ours", "openssl", "rustls", "floor")
APART = ("hs13_ecdsa", "mem_idle")


def check_row(name, row, extra):
    assert set(row) == {*COLUMNS, *extra}, f"{name}: {sorted(row)}"
    for column in COLUMNS:
        assert row[column] is None or isinstance(row[column], (int, float)), f"{name}: {column}: {row[column]!r}"
    assert row["ours"] is not None, f"{name}: nothing of ours"


def main():
    command = [sys.argv[1], "--json", "--seconds", "0.1", "--only", *UNITS]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, f"exit {done.returncode}: {done.stderr}"
    results = json.loads(done.stdout)
    assert list(results) == list(UNITS), f"scenarios: {list(results)}"
    for name, result in results.items():
        apart = ("client", "server") if name in APART else ()
        check_row(name, result, ("unit", *apart))
        assert result["unit"] == UNITS[name], f"{name}: {result['unit']}"
        for side in apart:
            check_row(f"{name}: {side}", result[side], ())
        assert (result["floor"] is None) == (name == "mem_idle"), f"{name}: floor"
    refused = subprocess.run([sys.argv[1], "--only", "no_such_scenario"], capture_output=True)
    assert refused.returncode == 2, f"an unknown scenario: exit {refused.returncode}"


if __name__ == "__main__":
    main()
