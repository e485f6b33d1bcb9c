"""The memory as the hooks of an agent see it: opened at once, asked once, told what was given.

It waits for nobody, brings nothing up to date and makes no store. What is asked costs a bounded number of
reads; what is noted is one small transaction, which is dropped where another process is writing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from tacit.core.clock import Clock, system_clock
from tacit.core.errors import StoreRemote
from tacit.core.ids import session_id
from tacit.core.recall.brief import Brief
from tacit.core.tables import OFFERS, SCHEMA, key_of
from tacit.store.store import Store

if TYPE_CHECKING:
    from tacit.core.config import Config
    from tacit.core.model import Label
    from tacit.core.recall.lines import Line
    from tacit.core.recall.signing import Signed
    from tacit.core.redaction import Redactor
    from tacit.store.reading import Read
    from tacit.store.transaction import Write

PATIENCE = 0.3
"""Seconds a note waits for another process that is writing."""

_SAME = 30 * 60_000
"""Milliseconds after which the same recovery may be told to the same session once more."""

_OFFERS = 200
_TOOLS = ("mcp", "http")
"""The doors through which an agent has tools of ours."""


class Hooked:
    """An open memory for one event of one session.

    Args:
        store: the store.
        config: the settings.
        agent: who works, as sessions name it.
        session: the agent's own id of its session; empty where it has none.
        clock: the time, in milliseconds.
    """

    def __init__(self, store: Store, config: Config, agent: str, session: str, clock: Clock) -> None:
        self._store = store
        self._config = config
        self._clock = clock
        self._agent = agent
        self._native = session
        self._session = session_id(agent, session) if session else ""
        self._project = ""

    @classmethod
    def open(
        cls,
        path: str,
        config: Config,
        agent: str,
        session: str,
        *,
        readonly: bool = False,
        clock: Clock = system_clock,
    ) -> Self:
        """Open the store at a path as it is.

        Raises:
            StoreError: there is none, or it cannot be used; one of an older version is left so.
        """
        force = False
        while True:
            try:
                store = Store.open(
                    path,  # type: ignore[arg-type] # text does, and to load pathlib takes 3 ms
                    SCHEMA,
                    readonly=readonly,
                    create=False,
                    command="hook",
                    actor=agent,
                    clock=clock,
                    busy_timeout=PATIENCE,
                    force=force,
                    tidy=False,
                )
            except StoreRemote:
                if force or config.network != "allow":
                    raise
                force = True
            else:
                return cls(store, config, agent, session, clock)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._store.close()

    def at_start(self, directories: list[str], limit: int) -> Brief:
        """What is worth knowing when a session begins there."""
        from tacit.core.recall.brief import at_start

        with self._store.read() as read:
            self._find(read, directories)
            return at_start(read, self._project, limit, self._note(read))

    def for_request(self, directories: list[str], request: str, limit: int) -> Brief:
        """What has to do with a request, but for what the session was given already."""
        from tacit.core.recall.brief import for_request

        with self._store.read() as read:
            self._find(read, directories)
            errors = self._quoted(read, request)
            told = self._given(read)
            return for_request(read, self._project, request, errors=errors, limit=limit, told=told)

    def after_call(
        self, directories: list[str], text: str, tool: str, command: str, limit: int, *, failed: bool
    ) -> Brief:
        """What got past the error that a call ended with, if it did.

        Args:
            directories: where the agent works.
            text: what the call printed.
            tool: the agent's name of it.
            command: the shell command, if it was one.
            limit: tokens it may take.
            failed: whether the agent says that it failed; else its output may.
        """
        asked = self._signed(text, tool, command, failed)
        if asked is None:
            return Brief()
        from tacit.core.recall.brief_errors import after_failure

        with self._store.read() as read:
            self._find(read, directories)
            told = self._given(read, "tool-result", self._clock() - _SAME)
            return after_failure(read, asked, self._project, limit, told)

    def note(self, event: str, patterns: tuple[str, ...]) -> None:
        """Note that the agent came, and what it was given. It is durable when this returns.

        Raises:
            StoreError: it cannot be written now.
        """
        from tacit.core.loop.contacts import note

        at = self._clock()
        with self._store.read() as read:
            due = note(read, self._agent, "hook", event, at)
        if due is None and not patterns:
            return

        def write(write: Write) -> None:
            if due is not None:
                due(write)
            if patterns:
                self._offer(write, event, patterns, at)

        self._store.write(write)

    def _offer(self, write: Write, event: str, patterns: tuple[str, ...], at: int) -> None:
        from tacit.core.loop.offers import record
        from tacit.core.loop.records import Offer

        offer = Offer("", at, "hook", event, self._agent, self._project, self._session)
        record(write, self._config.aliases, patterns, offer)

    def tell_outcome(self, outcome: Label, note: str) -> None:
        """Say how the task ended that the session was at.

        Raises:
            TacitError: it cannot be noted.
        """
        from tacit.core.offering import Offering

        memory = Offering(self._store, self._config, self._clock, actor=self._agent)
        memory.background = False  # what is to be learned of it waits for whoever has time
        memory.tell_outcome(self._native, self._agent, outcome, note)

    def _find(self, read: Read, directories: list[str]) -> None:
        from tacit.core.recall.brief_project import project_at

        self._project = project_at(read, directories, self._config.aliases)

    def _note(self, read: Read) -> str:
        """Which session this is, for an agent that has tools of ours."""
        from tacit.core.loop.contacts import contacts
        from tacit.core.recall.quoting import quoted

        known = contacts(read) if self._native else {}
        if not any((self._agent, door) in known for door in _TOOLS):
            return ""
        return f"For the tools of tacit, `session` is {quoted(self._native)}"

    def _given(self, read: Read, how: str = "", since: int = 0) -> frozenset[str]:
        """What hooks gave to this session, through one of them or all, since a time."""
        found: set[str] = set()
        if not self._session:
            return frozenset()
        newest = read.scan(OFFERS, "session", key_of(self._session), reverse=True)
        for _, (_, key) in zip(range(_OFFERS), newest, strict=False):
            offer = read.get(OFFERS, key)
            if offer is not None and offer.door == "hook" and how in {"", offer.how} and offer.at >= since:
                found.add(offer.pattern)
        return frozenset(found)

    def _quoted(self, read: Read, request: str) -> list[Line]:
        """What is known of errors that a request quotes, where it has any word of an error."""
        from tacit.core.recall.brief_words import may_quote_error

        if not may_quote_error(request):
            return []
        from tacit.core.recall.brief_errors import quoted_errors

        return quoted_errors(read, request, self._redactor(), self._project)

    def _signed(self, text: str, tool: str, command: str, failed: bool) -> Signed | None:
        if not text.strip():
            return None
        if failed:
            from tacit.core.recall.signing import signed

            return signed(text, self._redactor(), tool, command)
        if not command:
            return None
        from tacit.core.recall.brief_errors import hidden

        return hidden(text, self._redactor(), tool, command)

    def _redactor(self) -> Redactor:
        from tacit.core.redaction import Redactor

        return Redactor(self._store.secret, self._config.redact_allow)
