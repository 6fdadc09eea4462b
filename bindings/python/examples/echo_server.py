"""echo_server.py PORT CERT.pem KEY.pem [CLIENTS]: sends back what it gets; to an HTTP request it tells about the
connection. Port 0 takes a free one. It ends after CLIENTS clients."""

import json
import socket
import sys

import tlsock

ITEMS = ("protocol", "selected_cipher_suite", "selected_group", "alpn")


def serve(client: tlsock.TlsSocket) -> None:
    print("server: connected:", json.dumps(client.connection_info(ITEMS)), flush=True)
    while data := client.recv(16384):
        if data.startswith(b"GET "):
            body = json.dumps(client.connection_info()).encode() + b"\n"  # all that is known
            client.sendall(
                b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
                b"Content-Length: %d\r\nConnection: close\r\n\r\n" % len(body) + body
            )
            break
        client.sendall(data)


def main(port: str, certfile: str, keyfile: str, clients: str = "-1") -> None:
    context = tlsock.Context(
        "server", certfile=certfile, keyfile=keyfile, alpn_preferred_protocols=["http/1.1", "echo"]
    )
    # The handshake waits for the first recv: a client that says nothing holds up nobody in accept.
    with context.wrap_socket(socket.create_server(("127.0.0.1", int(port))), do_handshake_on_connect=False) as listener:
        address, number = listener.getsockname()
        print("server: listening:", json.dumps({"address": address, "port": number}), flush=True)
        left = int(clients)
        while left:
            client, _ = listener.accept()
            with client:
                client.settimeout(10)
                client.do_handshake()
                serve(client)
            left -= 1


if __name__ == "__main__":
    main(*sys.argv[1:])
