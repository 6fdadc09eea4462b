"""One end of a connection by tlslite-ng that breaks a rule on purpose, and tells with which alert it was answered:

    main.py client PORT NAME=VALUE… -- CONVERSATION
    main.py server NAME=VALUE… -- CONVERSATION

The names are those of ../scripted.py. A conversation is a function of as_client.py, as_server.py or either.py.
"""
import json
import socket
import sys

import as_client
import as_server
import either
from connection import Connection

SECONDS = 30


def main() -> int:
    end = sys.argv.index("--")
    role, settings = sys.argv[1], dict(each.split("=", 1) for each in sys.argv[1:end] if "=" in each)
    own = as_client if role == "client" else as_server
    conversation = getattr(own, sys.argv[end + 1], None) or getattr(either, sys.argv[end + 1])
    stream = connected(int(sys.argv[2])) if role == "client" else accepted()
    stream.settimeout(SECONDS)
    connection = Connection(stream, role, settings)
    try:
        alert = connection.alert_after(conversation)
    except Exception as error:
        print(f"{type(error).__name__}: {error}", file=sys.stderr)
        return 1
    tell({"alert": alert})
    return 0


def connected(port: int) -> socket.socket:
    return socket.create_connection(("127.0.0.1", port), SECONDS)


def accepted() -> socket.socket:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        tell({"listening": {"port": listener.getsockname()[1]}})
        return listener.accept()[0]


def tell(value: dict) -> None:
    print(json.dumps(value, separators=(",", ":")), flush=True)


if __name__ == "__main__":
    sys.exit(main())
