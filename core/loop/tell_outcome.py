"""Hearing from an agent how its task ended, beside the transcript that tells what it did."""

from __future__ import annotations

from tacit.core.errors import NotFound, Usage
from tacit.core.ids import session_id
from tacit.core.learn.state import touch
from tacit.core.live import checks
from tacit.core.live.notes import noted
from tacit.core.loop.outcomes import keep
from tacit.core.loop.records import ToldOutcome
from tacit.core.redaction import Redactor
from tacit.core.tables import SESSIONS, key_of
from tacit.core.tombstones import is_forgotten
from tacit.store.transaction import Write


def made(
    redact: Redactor, session: str, agent: str, outcome: str, *, note: str, live: str, at: int
) -> ToldOutcome:
    """A word of what comes from outside; secrets in the note are redacted.

    Raises:
        Usage: the outcome is no such word, a name cannot be one, or the note is too long.
    """
    label = checks.outcome_of(outcome)
    if label is None:
        raise Usage("An outcome is to be told, and there is none.", "Say how the task ended.")
    name, own = checks.name_of(agent, "agent"), checks.name_of(session, "session")
    return ToldOutcome(session_id(name, own), at, label, noted(redact, note), live)


def tell(write: Write, told: ToldOutcome) -> bool:
    """Keep a word and judge the episode anew that it is of; whether there is one.

    What the episode teaches is derived later.

    Raises:
        NotFound: the session was forgotten.
    """
    if is_forgotten(write, told.session):
        raise NotFound(f"The session {told.session} was forgotten.", "Nothing more is kept of it.")
    keep(write, told)
    return write.get(SESSIONS, key_of(told.session)) is not None and settle(write, told.session)


def settle(write: Write, session: str) -> bool:
    """Judge the episodes anew that a session tells, as far as something else was said of them."""
    from tacit.core.holding import judge_told, told_by  # which loads what learns; a hook may need none of it
    from tacit.core.learn.contribution import Exchange

    exchange = Exchange(write)
    judged = judge_told(write, exchange, [one.id for one in told_by(write, session)], later=True)
    exchange.settle()
    if judged:
        touch(write)
    return bool(judged)
