"""Scanners against our server: what they find must be what is committed in scans/, to the last fact.

Our server speaks TLS 1.3 alone here. Then neither scanner can try what ends with TLS 1.2: sslyze's ROBOT, EMS,
renegotiation and compression checks and sslscan's renegotiation say only that a TLS 1.3 server has none of it.
"""
from __future__ import annotations

import json
import pathlib
import re
import time
import traceback
import xml.etree.ElementTree as xml

from endpoint import Tools
from processes import Late, Process

EXPECTED = pathlib.Path(__file__).resolve().parent / "scans"
OPTIONS = {"ip": "127.0.0.1", "versions": ["tlsv1.3"]}


def run_scan(scanner: str, tools: Tools, seconds: float) -> list[str]:
    """What is wrong: each fact that is not as expected."""
    deadline = time.monotonic() + seconds
    identity = tools.certificates.identity("server-p256")
    options = json.dumps({**OPTIONS, "certfile": identity.chain, "keyfile": identity.key})
    server = Process([tools.ours, "serve", options], deadline)
    try:
        command, facts = SCANNERS[scanner]
        scan = Process(command(tools.programs[scanner], server.announced_port()), deadline)
        try:
            code = scan.wait()
        finally:
            scan.stop()
        if code != 0:
            return [f"{scanner} ended with {code}: {scan.stderr.decode(errors='replace')}"]
        return compare(json.loads((EXPECTED / f"{scanner}.json").read_text()), facts(scan.stdout.decode()))
    except Late:
        return [f"not done within {seconds:.0f} s"]
    except Exception:  # a report of another form
        return [traceback.format_exc()]
    finally:
        server.stop()


def compare(expected: dict, found: dict) -> list[str]:
    return [f"{name}: found {json.dumps(found.get(name))}, expected {json.dumps(expected.get(name))}"
            for name in sorted({*expected, *found}) if expected.get(name) != found.get(name)]


SSLYZE_SCANS = ("certinfo sslv2 sslv3 tlsv1 tlsv1_1 tlsv1_2 tlsv1_3 compression fallback heartbleed openssl_ccs reneg "
                "robot elliptic_curves ems")


def sslyze_command(program: list[str], port: int) -> list[str]:
    scans = [f"--{name}" for name in SSLYZE_SCANS.split()]
    return [*program, "--json_out=-", "--mozilla_config=disable", *scans, "--sni=localhost", f"127.0.0.1:{port}"]


def sslyze_facts(text: str) -> dict:
    result = json.loads(text)["server_scan_results"][0]
    found = {name: (value or {}).get("result") for name, value in result["scan_result"].items()}
    facts = {"scan": result["scan_status"], "suites": {}}
    for name, value in found.items():
        if name.endswith("_cipher_suites"):
            accepted = [each["cipher_suite"]["name"] for each in value["accepted_cipher_suites"]]
            facts["suites"][name.removesuffix("_cipher_suites")] = sorted(accepted)
    facts["groups"] = sorted(each["name"] for each in found["elliptic_curves"]["supported_curves"])
    for name in ("tls_compression", "openssl_ccs_injection", "tls_fallback_scsv", "heartbleed", "robot",
                 "session_renegotiation", "tls_extended_master_secret"):
        facts[name] = found[name]
    facts["certificate"] = sslyze_certificate(found["certificate_info"]["certificate_deployments"])
    return facts


def sslyze_certificate(deployments: list) -> dict:
    chain = deployments[0]["received_certificate_chain"]
    names = chain[0]["subject_alternative_name"]
    return {"deployments": len(deployments), "chain": [each["subject"]["rfc4514_string"] for each in chain],
            "curve": chain[0]["public_key"]["ec_curve_name"], "hash": chain[0]["signature_hash_algorithm"]["name"],
            "names": [*names["dns_names"], *names["ip_addresses"]],
            "has_valid_order": deployments[0]["received_chain_has_valid_order"]}


def sslscan_command(program: list[str], port: int) -> list[str]:
    return [*program, "--no-colour", "--xml=-", "--sni-name=localhost", f"127.0.0.1:{port}"]


def sslscan_facts(text: str) -> dict:
    test = xml.fromstring(text[text.index("<?xml"):]).find("ssltest")
    certificate = test.find("certificates/certificate")
    versions = test.findall("protocol")
    return {"versions": {f"{each.get('type')} {each.get('version')}": each.get("enabled") == "1" for each in versions},
            "suites": sorted(f"{each.get('sslversion')} {each.get('cipher')}" for each in test.findall("cipher")),
            "groups": [re.sub(r" \(.*", "", each.get("name")) for each in test.findall("group")],
            "renegotiation": test.find("renegotiation").get("supported") == "1",
            "heartbleed": any(each.get("vulnerable") == "1" for each in test.findall("heartbleed")),
            "compression": any(each.get("supported") == "1" for each in test.findall("compression")),
            "certificate": {"signature": certificate.findtext("signature-algorithm"),
                            "key": certificate.find("pk").get("type"),
                            "curve": certificate.find("pk").get("curve_name"),
                            "names": certificate.findtext("altnames")}}


SCANNERS = {"sslyze": (sslyze_command, sslyze_facts), "sslscan": (sslscan_command, sslscan_facts)}
