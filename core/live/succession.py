"""What was recorded live and is told by a transcript now: the transcript stays, and what was said with it.

A program may report to the memory what its agent also writes into a transcript. Both would count, so only
the transcript does. The session that was recorded live goes, and what its program said of how its episodes
ended becomes what was said beside the transcript (see :mod:`tacit.core.loop.outcomes`).
"""

from __future__ import annotations

from tacit.core.errors import Usage
from tacit.core.holding import episodes_of
from tacit.core.ids import session_id
from tacit.core.learn.outcome import as_judged
from tacit.core.live.records import LIVE, Open
from tacit.core.loop.outcomes import drop as drop_word
from tacit.core.loop.outcomes import keep, of_live
from tacit.core.loop.records import ToldOutcome
from tacit.core.loop.spans import episode_at
from tacit.core.loop.tell_outcome import settle
from tacit.core.model import Episode, Label
from tacit.core.tables import EPISODES, SESSIONS, key_of
from tacit.core.tombstones import is_buried
from tacit.store.reading import Read
from tacit.store.transaction import Write

LEFT_OPEN = "left open; "
"""What the evidence begins with where nobody completed an episode: nobody said then how it ended."""


class TakenOver(Usage):
    """The steps of an episode are told by a transcript."""

    def __init__(self, session: str) -> None:
        super().__init__(
            f"The transcript of the session {session} tells what is done in it; nothing is lost.",
            "Log no steps there. Completing the episode adds its outcome to the transcript's.",
        )


def live_of(agent: str, native: str) -> str:
    """The id of the session that was recorded live beside the agent's own session of that id."""
    return session_id(agent, f"{LIVE}{native}")


def transcript_of(agent: str, native: str) -> str | None:
    """The id of the session that a transcript would tell beside one recorded live; ``None`` for others."""
    return session_id(agent, native.removeprefix(LIVE)) if native.startswith(LIVE) else None


def told_elsewhere(read: Read, agent: str, native: str) -> str | None:
    """The id of the session whose transcript is stored and tells what one recorded live does."""
    told = transcript_of(agent, native)
    return told if told is not None and read.get(SESSIONS, key_of(told)) is not None else None


def kept_out(read: Read, agent: str, native: str) -> str:
    """The id of the deleted session, itself or the one beside it, that keeps one out; empty for none."""
    beside = transcript_of(agent, native) or live_of(agent, native)
    return next((one for one in (session_id(agent, native), beside) if is_buried(read, one)), "")


def steps_elsewhere(read: Read, head: Open) -> TakenOver | None:
    """Why an open episode takes no steps, where a transcript tells its session."""
    other = told_elsewhere(read, head.agent, head.session_native)
    return None if other is None else TakenOver(head.session_native.removeprefix(LIVE))


def taken_over(read: Read, word: ToldOutcome) -> TakenOver:
    """Why an episode takes no steps that a transcript tells now."""
    session = read.get(SESSIONS, key_of(word.session))
    return TakenOver(word.session if session is None else session.native)


def word_of(episode: Episode, session: str) -> ToldOutcome:
    """What the program that recorded an episode said of how it ended, as said beside a transcript."""
    found = (one for one in as_judged(episode).outcome.evidence if one.source == "label")
    said = next((one for one in found if not one.text.startswith(LEFT_OPEN)), None)
    label: Label | None = None if said is None else said.label
    note = "" if said is None else note_of(label, said.text)
    return ToldOutcome(session, episode.ended, label, note, episode.id)


def note_of(label: Label | None, said: str) -> str:
    """Why an episode ended so, out of what stands with its evidence."""
    return said.removeprefix(f"labelled {label}").removeprefix(": ")


def hand_over(write: Write, word: ToldOutcome) -> Episode | None:
    """Keep what was said of an episode recorded live as said of the transcript's; the episode as it stands.

    It is the first one where none of the transcript began before that; ``None`` where it has none.
    """
    before = of_live(write, word.live)
    if before is not None:
        drop_word(write, before)
    word = keep(write, word)
    settle(write, word.session)
    after = episode_at(write, word.session, word.at)
    first = next(iter(episodes_of(write, word.session)), None)
    return first if after is None else write.get(EPISODES, key_of(after))
