"""Programs that run beside us: their output is read as it comes, and they are ended by their own id."""
from __future__ import annotations

import fcntl
import os
import re
import struct
import subprocess
import termios
import threading
import time
from typing import Callable


class Late(Exception):
    """What was waited for did not happen in time."""


class Process:
    """Process is a program with all three standard streams in our hands."""

    def __init__(self, command: list[str], deadline: float):
        self.command, self.deadline = command, deadline
        self.stdout, self.stderr = bytearray(), bytearray()
        self.changed = threading.Condition()
        self.open_streams = 2
        self.child = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                      bufsize=0)
        self.readers = [threading.Thread(target=self.collect, args=each, daemon=True)
                        for each in ((self.child.stdout, self.stdout), (self.child.stderr, self.stderr))]
        for reader in self.readers:
            reader.start()

    def collect(self, stream, into: bytearray) -> None:
        while True:
            chunk = stream.read(1 << 16)
            with self.changed:
                into += chunk
                self.open_streams -= not chunk
                self.changed.notify_all()
            if not chunk:
                return

    def has_ended(self) -> bool:
        """Ended, and all its output was read."""
        return self.open_streams == 0

    def wait_for(self, condition: Callable[[], object], seconds: float | None = None):
        """Waits for output that makes the condition true, and gives its value; None if the program ends before."""
        deadline = self.deadline if seconds is None else min(self.deadline, time.monotonic() + seconds)
        with self.changed:
            while not (value := condition()):
                if self.has_ended():
                    return None
                left = deadline - time.monotonic()
                if left <= 0:
                    raise Late
                self.changed.wait(left)
            return value

    def wait_for_text(self, pattern: str, seconds: float | None = None):
        return self.wait_for(lambda: re.search(pattern.encode(), bytes(self.stdout + self.stderr)), seconds)

    def write(self, data: bytes) -> None:
        try:
            while data:
                data = data[self.child.stdin.write(data):]
        except BrokenPipeError:
            pass  # it has ended; its output tells why

    def write_command(self, line: str) -> None:
        """Writes a line that the program reads alone, with nothing that was written before or will be after it."""
        self.wait_until_read()
        self.write(line.encode() + b"\n")
        self.wait_until_read()

    def wait_until_read(self) -> None:
        while self.child.poll() is None and self.unread_input() > 0:
            if time.monotonic() > self.deadline:
                raise Late
            time.sleep(0.001)

    def unread_input(self) -> int:
        return struct.unpack("i", fcntl.ioctl(self.child.stdin, termios.FIONREAD, bytes(4)))[0]

    def close_input(self) -> None:
        self.child.stdin.close()

    def announced_port(self) -> int:
        """The TCP port of a program that tells it."""
        said = self.wait_for(lambda: re.search(rb'"listening":\{[^}]*"port":(\d+)', bytes(self.stdout)))
        if not said:
            raise AssertionError("the server ended before it listened")
        return int(said[1])

    def listening_port(self) -> int | None:
        """The TCP port on which the program listens: the system tells."""
        sockets = set()
        try:
            folder = f"/proc/{self.child.pid}"
            for each in os.listdir(f"{folder}/fd"):
                target = os.readlink(f"{folder}/fd/{each}")
                if target.startswith("socket:["):
                    sockets.add(target[8:-1])
            with open(f"{folder}/net/tcp") as table:
                for row in (line.split() for line in table):
                    if row[3] == "0A" and row[9] in sockets:
                        return int(row[1].rpartition(":")[2], 16)
        except OSError:
            pass  # a descriptor was closed meanwhile
        return None

    def wait_for_port(self) -> int:
        while not (port := self.listening_port()):
            if self.child.poll() is not None:
                raise AssertionError("the server ended before it listened")
            if time.monotonic() > self.deadline:
                raise Late
            time.sleep(0.002)
        return port

    def wait(self) -> int:
        """The exit code, when it has ended and all of its output is there."""
        if not self.child.stdin.closed:
            self.close_input()
        try:
            self.child.wait(max(0.1, self.deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            self.stop()
            raise Late
        for reader in self.readers:
            reader.join(5)
        return self.child.returncode

    def stop(self, kill: bool = True) -> None:
        if self.child.poll() is None:
            self.child.kill() if kill else self.child.terminate()
            self.child.wait()
        for reader in self.readers:
            reader.join(5)
        for stream in (self.child.stdin, self.child.stdout, self.child.stderr):
            stream.close()
