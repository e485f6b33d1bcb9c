"""A session as lines for the detail pane; its tasks lead to where they are read."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from tacit.app.inspector.views.prose import facts, heading, wrapped
from tacit.app.inspector.views.rows import label_cell
from tacit.core.expiry import Expiry
from tacit.core.model import Episode, Session
from tacit.core.places import short
from tacit.core.present import count, lasted, moment, plural
from tacit.core.text import one_line, pad
from tacit.widgets.ink import Cell, Line
from tacit.widgets.lines_pane import Compose, PaneLine


def session_detail(
    session: Session, episodes: Sequence[Episode] | None, expiry: Expiry | None, now: int
) -> Compose:
    """The lines of a session; ``episodes`` is ``None`` while they are still being read."""
    return partial(_session, session, episodes, expiry, now)


def _session(
    session: Session, episodes: Sequence[Episode] | None, expiry: Expiry | None, now: int, width: int
) -> list[PaneLine]:
    lines: list[Line] = [
        *wrapped(session.title or "(no title)", width, "heading"),
        [Cell(session.id, "muted")],
        [],
        *facts([*_facts(session), ("Judged by", _judged(episodes or ())), *_file(expiry, now)], width),
        [],
    ]
    shown = [PaneLine(line) for line in lines]
    if episodes is None:
        return [*shown, heading("Tasks", "reading…")]
    told = f"{plural(len(episodes), 'task')}, oldest first. Enter reads one"
    shown.append(heading("Tasks", told if episodes else "none"))
    return shown + [PaneLine(_task(episode), episode) for episode in episodes]


def _facts(session: Session) -> list[tuple[str, str]]:
    helpers = ""
    if session.subagent_steps:
        errors = plural(session.subagent_errors, "error")
        helpers = f"{plural(session.subagent_steps, 'step')}, {errors}"
    again = f"{plural(session.copies, 'task')} of another session, which tells them further"
    return [
        ("Project", session.project),
        ("Directory", session.directory),
        ("Time", ", ".join(filter(None, (moment(session.started), lasted(session.started, session.ended))))),
        ("Agent", " ".join(part for part in (session.agent, session.version, session.model) if part)),
        ("Branch", session.branch or ""),
        ("Calls", f"{plural(session.steps, 'step')}, {plural(session.errors, 'error')}"),
        ("Sub-agents", helpers),
        ("Repeats", again if session.copies else ""),
        ("Tokens", count(session.tokens) if session.tokens else ""),
        ("Outcomes", ", ".join(f"{count(number)} {label}" for label, number in session.outcomes)),
    ]


def _judged(episodes: Sequence[Episode]) -> str:
    """``2 by test, 1 by rejection``."""
    sources = [episode.outcome.source for episode in episodes if episode.outcome.source is not None]
    return ", ".join(f"{count(sources.count(one))} by {one}" for one in dict.fromkeys(sources))


def _file(expiry: Expiry | None, now: int) -> list[tuple[str, str]]:
    if expiry is None:
        return []
    said = expiry.words(now)
    what = f"{said}: its agent removes it; what is stored here stays" if said else ""
    if expiry.gone:
        what = "gone; what is stored here stays"
    return [("Transcript", short(expiry.path)), ("File", what)]


def _task(episode: Episode) -> Line:
    """``✓ success  test  12 steps  prompt``."""
    return [
        label_cell(episode.outcome.label, 10),
        Cell(pad(episode.outcome.source or "–", 10), "muted"),
        Cell(f"{plural(episode.steps, 'step'):>10}  ", "muted"),
        Cell(one_line(episode.prompt[:500]) or "(no prompt)"),
    ]
