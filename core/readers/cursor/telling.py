"""What happened in a conversation of Cursor's database, told in its order, and what its sub-agents did."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from msgspec import Struct

from tacit.core.drafts import SessionDraft
from tacit.core.readers.base import ReadTally, Transcript
from tacit.core.readers.conversation import Conversation
from tacit.core.readers.cursor.composers import Bubble, Composer, Use
from tacit.core.readers.cursor.results import OPEN, SETTLED, answer_of
from tacit.core.redaction import Redactor


class Thread(Struct, frozen=True):
    """A composer with its bubbles in their order."""

    composer: Composer
    bubbles: Sequence[Bubble]


def transcript_of(
    threads: Sequence[Thread], redact: Redactor, tally: ReadTally, otherwise: int
) -> Transcript | None:
    """The session, or ``None`` if nothing is in it.

    Args:
        threads: what the person said and its answers, then its sub-agents, each after the one that began it.
        redact: takes secrets out.
        tally: what could not be read is counted here.
        otherwise: when all of it was where no time is told.
    """
    main, *others = threads
    conversation, composer = Conversation(redact, tally), main.composer
    teller = _Teller(conversation, tally)
    for bubble in main.bubbles:
        teller.tell(bubble)
    for other in others:
        teller.sub_agent(other)
    if conversation.empty:
        return None
    if composer.aborted:
        conversation.interruption()
    return conversation.transcript(_head(main), otherwise=composer.created or composer.updated or otherwise)


def _head(main: Thread) -> SessionDraft:
    composer, bubbles = main.composer, main.bubbles
    timed = any(bubble.at for bubble in bubbles)
    return SessionDraft(
        agent="cursor",
        native=composer.native,
        title=composer.title,
        directory=composer.directory or next((one.directory for one in bubbles if one.directory), ""),
        started=0 if timed else composer.created,
        ended=0 if timed else composer.updated,
        branch=composer.branch or None,
        model=next((one.model for one in bubbles if one.model), composer.model) or None,
        version=composer.version,
    )


class _Teller:
    def __init__(self, conversation: Conversation, tally: ReadTally) -> None:
        self._conversation = conversation
        self._tally = tally
        self._started: dict[str, str] = {}

    def tell(self, bubble: Bubble) -> None:
        """Tell a bubble of the session itself."""
        if bubble.role == "user":
            if bubble.text.head.strip():
                self._conversation.prompt(bubble.text, at=bubble.at)
            return
        if bubble.spoke:
            self._conversation.said(at=bubble.at)
        if bubble.use is not None:
            self._call(bubble, bubble.use, None, None)

    def sub_agent(self, thread: Thread) -> None:
        """Tell what a sub-agent did, as of the call that started it."""
        native = thread.composer.native
        known = self._conversation.knows(thread.composer.call)
        parent = thread.composer.call if known else self._started.get(native)
        for bubble in thread.bubbles:
            if bubble.use is not None:
                self._call(bubble, bubble.use, native, parent)

    def _call(self, bubble: Bubble, use: Use, agent: str | None, parent: str | None) -> None:
        # some models count their calls anew in every answer
        key = bubble.id if self._conversation.knows(use.key) else use.key
        self._conversation.call(key, use.tool, use.parameters, at=bubble.at, agent=agent, parent=parent)
        if use.child:
            self._started.setdefault(use.child, key)
        if use.status in SETTLED:
            self._conversation.answer(key, partial(answer_of, use))
        elif use.status not in OPEN:
            self._tally.drifted("unknown status", use.status)
