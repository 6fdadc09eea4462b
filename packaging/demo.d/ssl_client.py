"""ssl_client.py HOST PORT CA.pem TEXT: a client of Python's own ssl module, as a peer of the demo."""

import socket
import ssl
import sys

host, port, cafile, text = sys.argv[1:]
context = ssl.create_default_context(cafile=cafile)
with socket.create_connection((host, int(port)), 10) as plain:
    with context.wrap_socket(plain, server_hostname=host) as server:
        print(f"Python's ssl ({ssl.OPENSSL_VERSION}) says:", server.version(), *server.cipher()[:1])
        server.sendall(text.encode() + b"\n")
        print("client: got back:", server.makefile("r").readline().rstrip("\n"))
        server.unwrap()
