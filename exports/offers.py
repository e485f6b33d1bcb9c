"""``offers.json``: what was given to agents, and what they said of how their tasks ended.

It is there only where there is something to tell. Like a session's file it is untrusted on its way back:
it is taken as a whole or left out, and counted as rejected.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Literal

import msgspec
from msgspec import Struct

from tacit.core import limits
from tacit.core.clock import rfc3339
from tacit.core.ids import parse_id
from tacit.core.jsonform import SCHEMA, Json, without_hash
from tacit.core.loop.forms import offer_json
from tacit.core.loop.records import Door, Feedback, Offer, ToldOutcome
from tacit.core.model import Label
from tacit.core.untrusted import sound_time
from tacit.exports.layout import OFFERS
from tacit.exports.refusals import check_version, form_errors, whole_file

MOST_BYTES = 256 << 20
"""A file above this is rejected."""

NAME_BYTES = 1_000
"""The longest name of an agent, a tool or a project."""

Redact = Callable[[str], str]
Words = tuple[Sequence[Offer], Sequence[ToldOutcome]]


def offers_document(offers: Iterable[Offer], outcomes: Iterable[ToldOutcome]) -> Json | None:
    """The form of the file; ``None`` where there is nothing to tell."""
    given, said = [given_json(one) for one in offers], [said_json(one) for one in outcomes]
    return {"schema": SCHEMA, "offers": given, "outcomes": said} if given or said else None


def given_json(offer: Offer) -> Json:
    """One offer."""
    return {"pattern": offer.pattern, **offer_json(offer)}


def said_json(told: ToldOutcome) -> Json:
    """What an agent said of how a task ended; ``outcome`` is null where it was only recorded live once."""
    return {
        "session": told.session,
        "at": rfc3339(told.at),
        "outcome": told.label,
        "note": without_hash(told.note),
        "live": told.live or None,
    }


def offers_in(directory: Path, redact: Redact) -> Words:
    """What a tree tells; nothing where it has no such file.

    Args:
        directory: the tree.
        redact: applied to every text that a program wrote, for a tree may be made by hand.

    Raises:
        FormError: the file cannot be used.
    """
    if not (directory / OFFERS).exists():
        return (), ()
    with form_errors():
        content = whole_file(directory / OFFERS, MOST_BYTES)
        check_version(content)
        file = msgspec.json.decode(content, type=_File)
        given = [_offer(one, redact) for one in file.offers]
        return given, [_told(one, redact) for one in file.outcomes]


class _Given(Struct):
    pattern: str
    at: str
    door: Door
    how: str
    agent: str | None = None
    project: str | None = None
    session: str | None = None
    episode: str | None = None
    feedback: Feedback | None = None
    said: str | None = None
    said_by: Literal["person", "agent"] | None = None


class _Said(Struct):
    session: str
    at: str
    outcome: Label | None
    note: str = ""
    live: str | None = None


class _File(Struct):
    offers: list[_Given] = []
    outcomes: list[_Said] = []


def _offer(one: _Given, redact: Redact) -> Offer:
    if one.feedback is not None and one.said is None:
        raise ValueError("feedback without its time")
    return Offer(
        pattern=_id(one.pattern, "p"),
        at=sound_time(one.at),
        door=one.door,
        how=_text(one.how, NAME_BYTES, redact),
        agent=_text(one.agent, NAME_BYTES, redact),
        project=_text(one.project, NAME_BYTES, redact),
        session=_id(one.session, "s"),
        episode=_id(one.episode, "e"),
        feedback=one.feedback,
        said=sound_time(one.said) if one.feedback is not None and one.said is not None else 0,
        person=one.feedback is not None and one.said_by == "person",
    )


def _told(one: _Said, redact: Redact) -> ToldOutcome:
    if not one.session:
        raise ValueError("an outcome of no session")
    note = _text(one.note, 2 * limits.PROMPT_BYTES, redact)
    return ToldOutcome(_id(one.session, "s"), sound_time(one.at), one.outcome, note, _id(one.live, "e"))


def _id(text: str | None, prefix: str) -> str:
    if text is None:
        return ""
    if text[:2] != f"{prefix}-":
        raise ValueError(f"no id of that kind: {text[:80]}")
    parse_id(text)
    return text


def _text(text: str | None, limit: int, redact: Redact) -> str:
    if text is None:
        return ""
    if len(text.encode("utf-8", "replace")) > limit:
        raise ValueError(f"a text longer than {limit} bytes")
    return redact(text)
