"""A server that speaks like OpenAI's or Cohere's embeddings, or misbehaves as it is told to."""

from __future__ import annotations

import json
import struct
import threading
from base64 import b64encode
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, NamedTuple

Answer = Callable[["Handler", dict[str, Any]], None]
"""Given the connection and the question: what is done with it."""

LENGTH = 8


class Asked(NamedTuple):
    """One request as it came in."""

    path: str
    headers: dict[str, str]
    body: dict[str, Any]


class Handler(BaseHTTPRequestHandler):
    """Hands each request to what the server is told to do now."""

    protocol_version = "HTTP/1.1"
    server: Server

    def do_POST(self) -> None:
        """Note the request, then answer as told; the last instruction goes on for ever."""
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        with self.server.lock:
            self.server.asked.append(Asked(self.path, dict(self.headers), body))
            answers = self.server.answers
            answer = answers.pop(0) if len(answers) > 1 else answers[0]
        answer(self, body)

    def reply(self, body: bytes, status: int = 200, **headers: str) -> None:
        """A whole and proper answer."""
        self.send_response(status)
        for name, value in {"Content-Length": str(len(body)), **headers}.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        """Nothing is told."""


class Server(ThreadingHTTPServer):
    """``answers`` says what is done with the requests to come, the last one with all after."""

    daemon_threads = True
    request_queue_size = 64

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.lock = threading.Lock()
        self.asked: list[Asked] = []
        self.answers: list[Answer] = [openai()]
        self.over = threading.Event()

    @property
    def url(self) -> str:
        """``http://127.0.0.1:40001/v1``."""
        return f"http://127.0.0.1:{self.server_port}/v1"

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Who asked may have gone already."""


@contextmanager
def serving() -> Iterator[Server]:
    """A server for the time of a test."""
    with Server() as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
        thread.start()
        try:
            yield server
        finally:
            server.over.set()
            server.shutdown()
            thread.join()


def vector(text: str, length: int = LENGTH) -> list[float]:
    """Numbers that tell a text from others, and are not of length 1."""
    return [float(1 + (sum(text.encode()) * (place + 1)) % 97) for place in range(length)]


def openai(
    *, length: int = LENGTH, base64: bool = True, change: Callable[[list[Any]], Any] | None = None
) -> Answer:
    """Good answers, in reverse order, with their ``index``; ``change`` spoils the items."""

    def answer(handler: Handler, body: dict[str, Any]) -> None:
        items: list[Any] = []
        for index, text in enumerate(body["input"]):
            numbers: Any = vector(text, length)
            if base64:
                numbers = b64encode(struct.pack(f"<{length}f", *numbers)).decode()
            items.insert(0, {"object": "embedding", "index": index, "embedding": numbers})
        data = items if change is None else change(items)
        handler.reply(json.dumps({"object": "list", "data": data, "model": "m"}).encode())

    return answer


def cohere(length: int = LENGTH) -> Answer:
    """Good answers of Cohere's second version."""

    def answer(handler: Handler, body: dict[str, Any]) -> None:
        rows = [vector(text, length) for text in body["texts"]]
        handler.reply(json.dumps({"id": "x", "embeddings": {"float": rows}, "texts": body["texts"]}).encode())

    return answer


def says(body: bytes, status: int = 200, **headers: str) -> Answer:
    """Always the same answer."""
    return lambda handler, _: handler.reply(body, status, **headers)


def quoting(status: int) -> Answer:
    """An error that quotes the key and the texts, as some servers do."""

    def answer(handler: Handler, body: dict[str, Any]) -> None:
        quoted = {"error": {"message": f"{handler.headers['Authorization']} {body}", "code": "x"}}
        handler.reply(json.dumps(quoted).encode(), status)

    return answer


def hangs(handler: Handler, _body: dict[str, Any]) -> None:
    """No answer until the test is over."""
    handler.server.over.wait(120)


def drips(handler: Handler, body: dict[str, Any]) -> None:
    """A good answer, so slowly that it takes half a minute; no single wait is long."""
    handler.send_response(200)
    handler.send_header("Content-Length", "3000")
    handler.end_headers()
    for _ in range(3_000):
        handler.wfile.write(b" ")
        if handler.server.over.wait(0.01):
            return


def drips_headers(handler: Handler, _body: dict[str, Any]) -> None:
    """A header line that never ends, a letter at a time."""
    handler.wfile.write(b"HTTP/1.1 200 OK\r\nX-Long: ")
    for _ in range(3_000):
        handler.wfile.write(b"a")
        if handler.server.over.wait(0.01):
            return


def breaks_off(handler: Handler, _body: dict[str, Any]) -> None:
    """The beginning of an answer, then the connection is closed."""
    handler.send_response(200)
    handler.send_header("Content-Length", "5000")
    handler.end_headers()
    handler.wfile.write(b'{"data": [')
    handler.close_connection = True


def hangs_up(handler: Handler, _body: dict[str, Any]) -> None:
    """The connection is closed without a word."""
    handler.close_connection = True


def floods(handler: Handler, _body: dict[str, Any]) -> None:
    """An answer without end."""
    handler.send_response(200)
    handler.end_headers()
    while not handler.server.over.is_set():
        handler.wfile.write(b" " * 65_536)
