"""Remarks about the end: what vouches for it or speaks against it, what was made, by which known patterns."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from tacit.core.learn.artifacts import Artifacts
from tacit.core.learn.deeds import EDITING, after_change, changes_files, is_deed, last_change, main_steps
from tacit.core.learn.paths import file_name
from tacit.core.learn.remarks import Remark, capital, deed_text, listed, numbers
from tacit.core.learn.titles import specificity
from tacit.core.model import Action, Episode, Evidence, Pattern, Source, Step, Use

Known = tuple[Pattern, Use]
"""A pattern known before the episode, and one use of it in there."""

_JUDGES: dict[Source, str] = {
    "mark": "a person",
    "label": "its label",
    "test": "a test",
    "build": "a build or lint",
    "commit": "a commit",
    "prompt": "what the person said next",
    "rejection": "a rejection",
    "interruption": "an interruption",
    "tail": "its last step",
}
_RUNS = frozenset(("test", "build"))
_CHECKS = frozenset(("test", "build", "check", "lint"))
_TEST_FILE = re.compile(r"(?:^|[/._-])(?:tests?|specs?)(?:[/._-]|$)|Tests?\.\w+$|^conftest\.py$")
_SAID = re.compile(r"the user said:\s*(.+)", re.DOTALL)
_REDACTED = re.compile(r"\[REDACTED:([\w-]+):[0-9a-f]+\]")
_WORDS = 160
_PATTERNS = 2
"""Known patterns named in one list, so that they do not crowd out what is new."""


def verified(episode: Episode, steps: Sequence[Step]) -> Iterator[Remark]:
    """The chain of runs behind the last edit that went well, and a run of steps without a failure."""
    main = main_steps(steps)
    changed = last_change(steps)
    went_well = [(step, action) for step, action in _after(steps) if action.status == "ok"]
    chain = [
        (step, action) for step, action in went_well if action.intent in _CHECKS or action.intent == "format"
    ]
    if episode.outcome.label == "success" and any(action.intent in _CHECKS for _, action in chain):
        when = "After the last edit" if changed else "With no edit made,"
        names = listed([f"`{action.name}`" for _, action in chain], 4)
        yield Remark(f"{when} {names} went well", numbers(step for step, _ in chain), "chain", 75)
    if len(main) >= 5 and all(map(_flawless, main)) and episode.outcome.label == "success":
        yield Remark(f"No call failed in {len(main)} steps", numbers(main), "chain", 35)


def _flawless(step: Step) -> bool:
    return step.status == "ok" and not step.error and all(a.status != "failed" for a in step.actions)


def made(episode: Episode, steps: Sequence[Step], artifacts: Artifacts) -> Iterator[Remark]:
    """Commits, pull requests, tests and coverage; changed files where the work is known to be good."""
    for pull in artifacts.pulls:
        yield Remark(f"Opened {pull.url or 'a pull request'}", (pull.step,), "artifact", 78)
    for commit in artifacts.commits:
        what = f"{commit.hash} “{commit.subject}”" if commit.hash else "the work"
        yield Remark(f"Committed {what}", (commit.step,), "artifact", 77)
    if artifacts.coverage is not None:
        figure = artifacts.coverage
        yield Remark(f"Test coverage stands at {figure.value:g} %", (figure.step,), "artifact", 72)
    if episode.outcome.label != "success":
        return
    wrote = [step for step in steps if step.kind in EDITING and step.status == "ok" and not step.left]
    tests = [step for step in wrote if step.kind == "write" and _TEST_FILE.search(step.target or "")]
    if tests:
        names = listed([file_name(step.target or "") for step in tests])
        yield Remark(f"Tests were written in {names}", numbers(tests), "artifact", 74)
    if artifacts.files:
        known = [step for step in wrote if step.target in artifacts.files]
        names = listed([file_name(path) for path in artifacts.files])
        yield Remark(f"Changed {names}", numbers(known), "artifact", 40)


def doubts(episode: Episode, steps: Sequence[Step]) -> Iterator[Remark]:
    """What speaks against the outcome, why it failed, and edits that nothing was run after."""
    outcome = episode.outcome
    told: set[str | int | None] = set()
    for one in outcome.evidence if outcome.score is not None else ():
        against = one.label != outcome.label and not (one.source in _RUNS and outcome.source in _RUNS)
        decided = one is outcome.evidence[0] and outcome.label == "failure"
        if decided and one.source not in {"tail", "rejection", "mark"}:
            yield Remark(f"It ended badly: {one.text}", _rests(one, steps), "outcome", 88)
        elif against and one.source != "rejection":
            if one.text in told or (one.source == "tail" and one.step in told):
                continue  # a test that failed at the very end is the tail, too
            told |= {one.text, one.step}
            text = f"Judged a {outcome.label} by {_JUDGES[outcome.evidence[0].source]}, yet {one.text}"
            yield Remark(text, _rests(one, steps, outcome.evidence[0]), "outcome", 89)
    yield from _unchecked(episode, steps)


def rejections(steps: Sequence[Step]) -> Iterator[Remark]:
    """What the person turned down, in their own words where they gave any, and what they took instead."""
    main = main_steps(steps)
    for step in main:
        if step.status != "rejected":
            continue
        said = _SAID.search(step.observation)
        words = " ".join(_REDACTED.sub(r"[REDACTED:\1]", said[1]).split()) if said else ""
        text = f"The person turned down {deed_text(step)}"
        if words:
            text += f": “{words[:_WORDS].rstrip('.')}”"
        taken = next((s for s in main if s.n > step.n and _same(s, step)), None)
        if taken is not None:
            what = "let it run" if step.kind == "shell" else "took another"
            text += f"{',' if words else ''} and {what} at step {taken.n}"
        yield Remark(
            text, numbers([step] if taken is None else [step, taken]), "rejection", 96 if words else 83
        )


def patterns(known: Sequence[Known]) -> tuple[list[Remark], list[Remark], list[Remark]]:
    """Known patterns that were used: what helped, what did not, and what only occurred.

    A recovery helps or does not by itself. What is judged by the episode's outcome counts as a cause only
    with a verdict. A project's commands are told by their runs, not here.
    """
    lists: tuple[list[Remark], list[Remark], list[Remark]] = ([], [], [])
    best = sorted(known, key=lambda one: (-specificity(one[0].kind, one[0].key), one[0].id, one[1].first))
    seen: set[tuple[str, str]] = set()
    for pattern, use in best:
        if pattern.kind == "heuristic" or (pattern.id, use.result) in seen:
            continue
        seen.add((pattern.id, use.result))
        remarks = lists[_list_of(pattern, use)]
        if len(remarks) < _PATTERNS:
            remarks.append(_pattern(pattern, use))
    return lists


def _list_of(pattern: Pattern, use: Use) -> int:
    if use.result == "success" and (pattern.kind == "error_recovery" or pattern.verdict == "helps"):
        return 0
    if use.result == "failure" and (pattern.kind == "error_recovery" or pattern.verdict == "harms"):
        return 1
    return 2


def _pattern(pattern: Pattern, use: Use) -> Remark:
    record = f"{pattern.successes} of {pattern.judged} judged uses"
    if pattern.kind == "error_recovery":
        how = {"success": f"helped, as in {record}", "failure": f"did not help this time; it did in {record}"}
        end = how.get(use.result, "was tried, with no end to judge by")
        text = f"The known recovery “{pattern.title}” {end}"
    else:
        proven = {"helps": " and it is proven to help", "harms": " and it is proven to harm"}
        ended = f"{record} ended well" if pattern.judged else "how its uses ended nobody could judge"
        text = f"The known routine “{pattern.title}” occurred; {ended}"
        text += proven.get(pattern.verdict or "", "")
    weight = 60 if pattern.kind == "error_recovery" or pattern.verdict in {"helps", "harms"} else 42
    return Remark(text, numbers([use.first, use.last]), "pattern", weight)


def _after(steps: Sequence[Step]) -> list[tuple[Step, Action]]:
    """The actions behind the last change, in order."""
    changed = last_change(steps)
    return [
        (step, action)
        for step in main_steps(steps)
        if step.n >= changed
        for action in (step.actions if step.n > changed else after_change(step))
    ]


def _unchecked(episode: Episode, steps: Sequence[Step]) -> Iterator[Remark]:
    changed = last_change(steps)
    if not changed or any(one.source in _RUNS for one in episode.outcome.evidence):
        return
    last = next(step for step in main_steps(steps) if step.n == changed)
    hidden = [
        (step, action)
        for step, action in _after(steps)
        if action.intent in _CHECKS and action.status == "unknown"
    ]
    if hidden:
        step, action = hidden[-1]
        text = f"How `{action.name}` ended after the last edit cannot be told from its output"
        yield Remark(text, (step.n,), "outcome", 82)
        return
    what = deed_text(last) if changes_files(last) else "the sub-agent's edit"
    text = f"{capital(what)} was the last change, and no test, build or lint ran after it"
    yield Remark(text, (changed,), "outcome", 81)


def _rests(one: Evidence, steps: Sequence[Step], beside: Evidence | None = None) -> tuple[int, ...]:
    """The steps of a piece of evidence; what a person said rests on the last thing they saw."""
    found = [each.step for each in (one, beside) if each is not None and each.step is not None]
    main = main_steps(steps)
    return numbers(found or [step for step in main[-1:] if is_deed(step)])


def _same(step: Step, rejected: Step) -> bool:
    """Whether a step that went well does what a rejected one would have done, to the same file."""
    if step.status != "ok" or step.kind != rejected.kind:
        return False
    if rejected.kind == "shell":
        return [action.name for action in step.actions] == [action.name for action in rejected.actions]
    return rejected.kind in EDITING and step.target == rejected.target
