"""An agent at a server of its own: it asks, tells what it does, and sometimes talks nonsense."""

from __future__ import annotations

import json
import subprocess
from typing import Any

from doors_place import Place
from doors_player import Player
from doors_talk import Gone, Talk

from tacit.app.mcp.clients import agent_of
from tacit.core.ids import session_id

LEAVING = 120.0
"""Seconds until a server is gone whose client left; it may be suspended meanwhile."""

LABELS = ("success", "partial", "failure")
WORDS = ("parser", "ruff check", "missing notes", "pytest -q", "os imported")
NONSENSE = (
    b"hello",
    b'{"jsonrpc":"2.0","id":7,',
    b"\xff\xfe",
    b"[]",
    b'{"id":7}',
    b'[{"jsonrpc":"2.0","id":7,"method":"ping"}]',
    b'{"jsonrpc":"2.0","id":{},"method":"ping"}',
    b'{"jsonrpc":"2.0","id":1,"method":7}',
    b"[" * 50_000,
    b'{"jsonrpc":"2.0","id":7,"method":"ping","params":{"x":"' + b"y" * 4_100_000 + b'"}}',
)
MAY_REFUSE = (
    "is busy",
    "There is no ",
    "is gone",
    "was completed",
    "was ended",
    "is being ended",
)
"""What a tool may say in a storm: somebody else has the lock, ended the episode, deleted the pattern."""

READING: tuple[tuple[str, dict[str, Any]], ...] = (
    ("query_memory", {"what": "episodes", "limit": 5}),
    ("query_memory", {}),
    ("project_facts", {}),
    ("health_check", {}),
    ("get_metrics", {}),
    *(("search_patterns", {"text": word}) for word in WORDS),
    *(("recommend_patterns", {"task": word}) for word in WORDS),
    *(("predict_success", {"task": word}) for word in WORDS),
    ("recall_error", {"error": "src/parser.py:1:1: F401 `os` imported but unused"}),
)


class Server(Player):
    """``memory mcp`` and who started it."""

    def __init__(self, place: Place, name: str, client: str) -> None:
        super().__init__(place, name)
        self._client = client
        self._agent = agent_of(client)
        self._process: subprocess.Popen[bytes] | None = None
        self._talk: Talk | None = None
        self._steps = 0

    def processes(self) -> list[int]:
        """The server."""
        process = self._process
        return [process.pid] if process is not None and process.poll() is None else []

    def deed(self, number: int) -> None:
        """One of these; a server that was hit is gone, and the next one begun."""
        chances = (30, 50, 20, 20, 8, 10, 2, 8, 6, 2)
        deeds = (
            self._ask_something, self._log_step, self._begin, self._end, self._judge,
            self._tell_outcome, self._delete_pattern, self._ask_ten, self._talk_nonsense, self._part,
        )  # fmt: skip
        try:
            if self._talk is None:
                self._start()
            self.random.choices(deeds, chances)[0]()
        except Gone:
            self._bury()

    def leave(self) -> None:
        """Close its stdin and wait."""
        self._part()

    def _start(self) -> None:
        with self.place.errors.open("ab") as errors:
            self._process = self.place.start(
                "mcp", stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=errors
            )
        talk = Talk(self._process)
        talk.hello(self._client)
        self._talk = talk

    def _bury(self) -> None:
        """See how it ended."""
        process, self._process, self._talk = self._process, None, None
        assert process is not None
        try:
            assert process.stdin is not None
            process.stdin.close()
            code = process.wait(LEAVING)
        finally:
            process.kill()
            process.__exit__(None, None, None)
        if code and not self.was_hit(process.pid):
            self.amiss(f"ended by itself with {code}")

    def _part(self) -> None:
        """It ends by itself once its client is gone."""
        if self._process is not None:
            self._bury()

    def _call(self, tool: str, /, **arguments: Any) -> dict[str, Any] | None:
        """What a tool gives; ``None`` where it refuses for a reason that there may be."""
        assert self._talk is not None
        answer = self._talk.ask("tools/call", {"name": tool, "arguments": arguments})
        return self._given(tool, answer)

    def _given(self, tool: str, answer: dict[str, Any]) -> dict[str, Any] | None:
        result = answer.get("result")
        if not isinstance(result, dict):
            self.amiss(f"{tool} was answered {json.dumps(answer)[:400]}")
            return None
        if not result["isError"]:
            self.ledger.count("calls")
            given: dict[str, Any] = result["structuredContent"]
            return given
        self.ledger.count("refusals")
        text = result["content"][0]["text"]
        if not any(part in text for part in MAY_REFUSE):
            self.amiss(f"{tool} refused: {text}")
        return None

    def _ask_something(self) -> None:
        tool, arguments = self.random.choice(READING)
        self._call(tool, **arguments)

    def _ask_ten(self) -> None:
        """Ten calls at once are answered in any order, each once."""
        assert self._talk is not None
        sent = {}
        for _ in range(10):
            tool, arguments = self.random.choice(READING)
            sent[self._talk.send("tools/call", {"name": tool, "arguments": arguments})] = tool
        while sent:
            answer = self._talk.read()
            self._given(sent.pop(answer["id"]), answer)

    def _talk_nonsense(self) -> None:
        """A line that is no message is answered with an error, and the next one as ever."""
        assert self._talk is not None
        self._talk.write(self.random.choice(NONSENSE) + b"\n")
        answer = self._talk.read()
        if "error" not in answer:
            self.amiss(f"nonsense was answered {json.dumps(answer)[:400]}")
        self._talk.ask("ping", {})

    def _begin(self) -> None:
        name = f"talk-{self.random.randrange(6)}"
        begun = self._call("create_episode", task=f"fix the parser of {name}", project="app", session=name)
        if begun is not None:
            self.ledger.begun(begun["episode"])

    def _log_step(self) -> None:
        """A step is logged to an episode of this server or the other one, ended or not."""
        episode = self.ledger.some_episode(self.random)
        if not episode:
            return
        self._steps += 1
        text = f"{self.name} {self._steps}"
        with self.ledger.held():
            self.ledger.episodes[episode].tried.add(text)
        tool, parameters = self.random.choice(
            (("bash", {"command": "ruff check ."}), ("read", {"path": "a"}))
        )
        if self._call("add_step", episode=episode, tool=tool, parameters=parameters, observation=text):
            with self.ledger.held():
                self.ledger.episodes[episode].kept.add(text)

    def _end(self) -> None:
        episode = self.ledger.some_episode(self.random)
        if not episode:
            return
        label = self.random.choice((*LABELS, None))
        with self.ledger.held():
            self.ledger.episodes[episode].ending = True
        if self._call("complete_episode", episode=episode, outcome=label):
            with self.ledger.held():
                told = self.ledger.episodes[episode]
                if told.ended is not None:
                    self.amiss(f"{episode} was ended twice")
                told.ended = label or ""

    def _judge(self) -> None:
        """A pattern is judged as it served in a session that nobody judged it in before."""
        pattern = self._some_pattern()
        session = f"judged-{self.name}-{self.random.random()}"
        said = self.random.choice(("helped", "hindered", "no-effect"))
        if pattern and self._call("record_feedback", id=pattern, said=said, session=session):
            with self.ledger.held():
                self.ledger.feedback.append((pattern, session_id(self._agent, session), said))

    def _tell_outcome(self) -> None:
        """How the task ended that a session with a transcript was at."""
        session, label = self.random.choice(self.place.sessions), self.random.choice(LABELS)
        self._steps += 1
        note = f"told by {self.name}, {self._steps}"
        with self.ledger.held():
            self.ledger.maybe.add(note)
        if self._call("complete_episode", session=session, outcome=label, note=note):
            with self.ledger.held():
                self.ledger.outcomes[note] = session_id(self._agent, session), label

    def _delete_pattern(self) -> None:
        pattern = self._some_pattern()
        if pattern:
            with self.ledger.held():
                self.ledger.deleting.add(pattern)
            if self._call("delete_pattern", id=pattern):
                with self.ledger.held():
                    self.ledger.deleted.add(pattern)

    def _some_pattern(self) -> str:
        listed = self._call("query_memory", what="patterns", limit=20)
        items = listed["items"] if listed else []
        return self.random.choice(items)["id"] if items else ""
