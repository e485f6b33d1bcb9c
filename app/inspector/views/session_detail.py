"""Sessions, episodes and steps, as lines for the detail pane."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from tacit.app.inspector.views.prose import facts, wrapped
from tacit.app.inspector.views.rows import (
    LABEL_GLYPHS,
    LABEL_INKS,
    episode_line,
    step_status,
    step_title,
)
from tacit.core.model import Episode, Session, Step
from tacit.core.present import count, duration, moment, plural
from tacit.core.text import clean, one_line, wrap
from tacit.core.worded import work_text
from tacit.widgets.ink import Cell, Line
from tacit.widgets.lines_pane import Compose, PaneLine

_MOST = 20_000  # characters of one parameter or result laid out; the rest is counted


def session_detail(session: Session, episodes: Sequence[Episode] | None, now: int) -> Compose:
    """The lines of a session; ``episodes`` is ``None`` while they are still being read."""
    return partial(_session, session, episodes, now)


def _session(session: Session, episodes: Sequence[Episode] | None, now: int, width: int) -> list[PaneLine]:
    calls = f"{plural(session.steps, 'step')}, {plural(session.errors, 'error')}"
    if session.subagent_steps:
        errors = plural(session.subagent_errors, "error")
        calls += f"; sub-agents {plural(session.subagent_steps, 'step')}, {errors}"
    pairs = [
        ("Project", session.project),
        ("Directory", session.directory),
        ("Time", f"{moment(session.started)}, {duration((session.ended - session.started) / 1000)}"),
        ("Agent", " ".join(part for part in (session.agent, session.version, session.model) if part)),
        ("Branch", session.branch or ""),
        ("Calls", calls),
        ("Outcomes", ", ".join(f"{count(number)} {label}" for label, number in session.outcomes)),
    ]
    lines: list[Line] = [
        *wrapped(session.title or "(no title)", width, "heading"),
        [Cell(session.id, "muted")],
        [],
        *facts(pairs, width),
        [],
    ]
    shown = [PaneLine(line) for line in lines]
    if episodes is None:
        return [*shown, PaneLine([Cell("Tasks", "heading"), Cell("  reading…", "muted")])]
    head = f"  {plural(len(episodes), 'task')}, oldest first. Enter shows the steps"
    shown.append(PaneLine([Cell("Tasks", "heading"), Cell(head, "muted")]))
    return shown + [PaneLine(episode_line(episode, now), episode) for episode in episodes]


def episode_head(episode: Episode) -> list[Line]:
    """Prompt and outcome with the reason for it, in at most four lines."""
    label = episode.outcome.label
    lines: list[Line] = [[Cell(f" {one_line(episode.prompt[:2000]) or '(no prompt)'}", "heading")]]
    score = "" if episode.outcome.score is None else f" · score {episode.outcome.score:g}"
    lines.append(
        [
            Cell(f" {LABEL_GLYPHS[label]} {label}", LABEL_INKS.get(label, "muted")),
            Cell(f"{score} · {plural(episode.steps, 'step')} · {plural(episode.errors, 'error')}", "muted"),
            Cell(f" · {moment(episode.started)} · {episode.id}", "muted"),
            Cell(f" · {work}" if (work := work_text(episode)) else "", "muted"),
        ]
    )
    if not episode.outcome.evidence:
        lines.append([Cell("   nothing in it tells how it ended", "muted")])
    for reason in episode.outcome.evidence[:2]:
        at = "" if reason.step is None else f"step {reason.step} "
        text = f"   because of {reason.source}: {at}{one_line(reason.text[:500])}"
        lines.append(
            [Cell(text, "muted"), Cell(f"  → {reason.label}", LABEL_INKS.get(reason.label, "muted"))]
        )
    return lines


def step_detail(step: Step, whole: bool) -> Compose:
    """One step; ``whole`` with what went in and what came back, which has to be read first."""
    return partial(_step, step, whole)


def _step(step: Step, whole: bool, width: int) -> list[PaneLine]:
    pairs = [
        ("Tool", f"{step.tool} ({step.kind})"),
        ("Status", step_status(step) + (" · result was cut" if step.cut else "")),
        ("When", moment(step.at) + ("" if step.seconds is None else f", took {duration(step.seconds)}")),
        ("File", step.target or ""),
        ("Actions", ", ".join(f"{action.name} ({action.status})" for action in step.actions)),
        ("Error", "" if step.error is None else f"{step.error.family}: {step.error.line}"),
        ("By", f"a sub-agent, started in step {step.parent}" if step.agent else ""),
        ("Branch", "left: the person rewound past it" if step.left else ""),
    ]
    lines: list[Line] = [
        *wrapped(f"Step {step.n} · {step_title(step)}", width, "heading"),
        [],
        *facts(pairs, width),
    ]
    if whole:
        lines += [[], [Cell("Parameters", "heading")], *_parameters(step.parameters, width)]
        lines += [[], [Cell("Result", "heading")], *_block(step.observation, width)]
    return [PaneLine(line) for line in lines]


def _parameters(text: str, width: int) -> list[Line]:
    """Each parameter under its name; text that is no JSON object as it is."""
    import json

    try:
        values = json.loads(text) if len(text) <= 4 * _MOST else None
    except (ValueError, RecursionError):
        values = None
    if not isinstance(values, dict):
        return _block(text, width)
    lines: list[Line] = []
    for name, value in values.items():
        shown = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
        lines += [[Cell(clean(name), "accent")], *_block(shown, width)]
    return lines


def _block(text: str, width: int) -> list[Line]:
    if not text.strip():
        return [[Cell("  (empty)", "muted")]]
    body = clean(text[:_MOST].rstrip(), newlines=True)
    lines: list[Line] = [[Cell(f"  {line}")] for line in wrap(body, max(width - 2, 10))]
    if len(text) > _MOST:
        lines.append([Cell(f"  … {count(len(text) - _MOST)} more characters, in an export", "muted")])
    return lines
