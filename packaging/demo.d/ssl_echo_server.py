"""ssl_echo_server.py CERT.pem KEY.pem: an echo server of Python's own ssl, for one client, as a peer of the demo."""

import json
import socket
import ssl
import sys

context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain(*sys.argv[1:])
with socket.create_server(("127.0.0.1", 0)) as listener:
    print("server: listening:", json.dumps({"address": "127.0.0.1", "port": listener.getsockname()[1]}), flush=True)
    plain, _ = listener.accept()
    plain.settimeout(10)
    with context.wrap_socket(plain, server_side=True) as client:
        print(f"Python's ssl ({ssl.OPENSSL_VERSION}) says:", client.version(), *client.cipher()[:1])
        while data := client.recv(16384):
            client.sendall(data)
        client.unwrap()
