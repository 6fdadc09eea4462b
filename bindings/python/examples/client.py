"""client.py HOST PORT CA.pem TEXT: connects, tells about the connection, sends TEXT as a line and prints the line that
comes back."""

import json
import sys

import tlsock

ITEMS = ("protocol", "selected_cipher_suite", "selected_group", "alpn", "signature_scheme", "verified")


def main(host: str, port: str, cafile: str, text: str) -> None:
    with tlsock.connect(host, int(port), cacertfile=cafile, alpn_advertised_protocols=["echo"], timeout=10) as server:
        print("client: connected:", json.dumps(server.connection_info(ITEMS)))
        server.sendall(text.encode() + b"\n")
        with server.makefile("r", newline="\n") as lines:
            print("client: got back:", lines.readline().rstrip("\n"))


if __name__ == "__main__":
    main(*sys.argv[1:])
