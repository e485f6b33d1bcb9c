"""Lets the suite in, which cannot send a token: adds it to each request on its way to the server.

The port in ``Host`` and ``Origin`` becomes the server's; names stay as they are.
"""

from __future__ import annotations

import socket
import threading


def stand_before(port: int, token: str) -> int:
    """Listen before the server at a port of this machine; the port to send the suite to."""
    listening = socket.create_server(("127.0.0.1", 0))
    own = listening.getsockname()[1]

    def accept() -> None:
        while True:
            client, _ = listening.accept()
            threading.Thread(target=_pass, args=(client, own, port, token), daemon=True).start()

    threading.Thread(target=accept, daemon=True).start()
    return int(own)


def _pass(client: socket.socket, own: int, port: int, token: str) -> None:
    """One request and its answer."""
    with client, socket.create_connection(("127.0.0.1", port)) as server:
        data = b""
        while b"\r\n\r\n" not in data:
            piece = client.recv(65536)
            if not piece:
                return
            data += piece
        head, _, body = data.partition(b"\r\n\r\n")
        lines = [line for line in head.split(b"\r\n") if not line.lower().startswith(b"connection:")]
        lines = [_moved(line, own, port) for line in lines]
        lines += [b"Connection: close", b"Authorization: Bearer " + token.encode()]
        server.sendall(b"\r\n".join(lines) + b"\r\n\r\n" + body)
        back = threading.Thread(target=_pump, args=(client, server), daemon=True)
        back.start()
        _pump(server, client)


def _moved(line: bytes, own: int, port: int) -> bytes:
    named = line.lower().startswith((b"host:", b"origin:"))
    return line.replace(f":{own}".encode(), f":{port}".encode()) if named else line


def _pump(source: socket.socket, sink: socket.socket) -> None:
    try:
        while piece := source.recv(65536):
            sink.sendall(piece)
        sink.shutdown(socket.SHUT_WR)
    except OSError:
        pass
