"""The command line programs of OpenSSL and GnuTLS: the steps are done through their standard streams."""
from __future__ import annotations

import re

from endpoint import ALERTS, GROUPS, LINE, SCHEMES, SUITES, WINDOW, Endpoint, Outcome, payload, payload_line
from processes import Late


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
        command = list(self.tools.programs[self.program])
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
    program = "openssl-new"


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
