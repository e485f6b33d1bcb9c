"""The pages of a session and of an episode."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from tacit.app.commands.looking_back import lookback_block
from tacit.app.commands.page import facts, heading, paragraph, title
from tacit.app.commands.rows import episode_rows, outcome_cell, pattern_rows
from tacit.app.commands.steps import step_line
from tacit.core import present
from tacit.core.worded import made_facts, mark_text, work_text

if TYPE_CHECKING:
    from tacit.core.marks import Mark
    from tacit.core.model import Episode, Evidence, Session
    from tacit.memory import Memory

_PROMPT_LINES = 12
_STEPS_A_USE = 10


def session_page(memory: Memory, session: Session) -> list[str]:
    """A session with its episodes."""
    episodes = memory.episodes_of(session.id)
    lines = [*title(session.title or "Session without a title", session.id), ""]
    lines += facts(_session_facts(session))
    lines += heading("Episodes", f"{present.count(len(episodes))}, oldest first")
    return lines + episode_rows(episodes, indent="  ", within=True)


def _session_facts(session: Session) -> Iterator[tuple[str, str]]:
    yield "started", _when(session)
    yield "project", session.project
    yield "directory", session.directory
    yield "branch", session.branch or ""
    yield "agent", " ".join(part for part in (session.agent, session.version, session.model) if part)
    yield "outcomes", ", ".join(f"{present.count(number)} {label}" for label, number in session.outcomes)
    yield "steps", f"{present.count(session.steps)}, {present.plural(session.errors, 'error')}"
    if session.subagent_steps:
        errors = present.plural(session.subagent_errors, "error")
        yield "sub-agents", f"{present.plural(session.subagent_steps, 'step')}, {errors}"
    if session.copies:
        are = "is" if session.copies == 1 else "are"
        yield "copies", f"{present.plural(session.copies, 'episode')} of it {are} held by another session"
    if session.tokens:
        yield "tokens", present.count(session.tokens)


def episode_page(memory: Memory, episode: Episode, limit: int | None) -> list[str]:
    """An episode: its outcome and why, what to say in looking back, prompt, steps, patterns it feeds."""
    wanted = None if limit is None else limit * _STEPS_A_USE
    steps = memory.steps(episode.id, 1, wanted)
    total = episode.steps + episode.subagent_steps
    name = episode.title or "Episode without a prompt"
    lines = [*title(name[:1000], episode.id, whole=False), ""]
    lines += facts(_episode_facts(episode, memory.mark_of(episode.id), limit))
    lines += lookback_block(memory.look_back(episode.id), episode)
    lines += [*heading("Prompt"), *paragraph(episode.prompt, _PROMPT_LINES if limit else 0)]
    for text in episode.followups:
        lines += ["", *paragraph(f"> {text}", 3)]
    lines += heading("Steps", f"{present.count(len(steps))} of {present.count(max(total, len(steps)))}")
    lines += [f"  {step_line(step, 2)}" for step in steps]
    patterns = memory.patterns_of(episode.id)
    if patterns:
        lines += [*heading("What it taught"), *pattern_rows(patterns, memory.clock(), indent="  ")]
    elif episode.unworthy:
        lines += [*heading("Nothing is learned from it"), *paragraph(episode.unworthy)]
    return lines


def _episode_facts(episode: Episode, mark: Mark | None, limit: int | None) -> Iterator[tuple[str, str]]:
    cell = outcome_cell(episode.outcome.label)
    source = episode.outcome.source
    yield "outcome", f"{cell.text}, decided by {source}" if source else cell.text
    if mark is not None:
        yield "marked", mark_text(mark)
    yield from _reasons([one for one in episode.outcome.evidence if one.source != "mark"], limit)
    yield "started", _when(episode)
    yield "session", episode.session
    yield "project", episode.project
    yield "task", work_text(episode)
    yield "context", episode.context
    yield "steps", _steps(episode)
    yield "tools", ", ".join(f"{tool} {calls}" for tool, calls, _ in episode.tools)
    yield from made_facts(episode)
    if episode.tokens:
        yield "tokens", present.count(episode.tokens)


def _when(thing: Session | Episode) -> str:
    took = present.lasted(thing.started, thing.ended)
    return present.moment(thing.started) + (f", took {took}" if took else "")


def _reasons(evidence: Sequence[Evidence], limit: int | None) -> Iterator[tuple[str, str]]:
    for reason in evidence[:limit]:
        at = f" (step {reason.step})" if reason.step else ""
        yield f"  {reason.source}", f"{reason.label}: {reason.text}{at}"
    if limit is not None and len(evidence) > limit:
        yield "  …", f"and {present.count(len(evidence) - limit)} more; --limit 0 shows them"


def _steps(episode: Episode) -> str:
    parts = [present.count(episode.steps), present.plural(episode.errors, "error")]
    more = (
        (episode.rejected, "rejected"),
        (episode.cancelled, "cancelled"),
        (episode.interrupted, "interrupted"),
        (episode.left, "on a branch that was left"),
        (episode.cut_steps, "not stored"),
    )
    parts += [f"{present.count(number)} {name}" for number, name in more if number]
    if episode.subagent_steps:
        parts.append(f"{present.count(episode.subagent_steps)} of sub-agents")
    return ", ".join(parts)
