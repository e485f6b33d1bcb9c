"""Remarks about what failed: runs that failed and passed, calls that were refused, what got past them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from tacit.core.learn.deeds import EDITING, is_deed, main_steps
from tacit.core.learn.extractors.recovery import RecoveryExtractor
from tacit.core.learn.paths import file_name
from tacit.core.learn.remarks import Remark, capital, deed_text, listed, numbers, quoted, times
from tacit.core.model import Episode, Step, Use

_CALLS = {
    "edit": "edits",
    "write": "writes",
    "read": "reads",
    "search": "searches",
    "shell": "commands",
}
_FILE_TOOLS = frozenset(("read", "edit", "write", "search"))
_LOOKING = frozenset(("ls", "find", "fd", "tree", "git ls-files", "rg", "grep"))


def recovered(episode: Episode, steps: Sequence[Step]) -> Iterator[Remark]:
    """What failed once and went well later, with what stood between."""
    main = main_steps(steps)
    yield from _runs_turned(main)
    single = {alike[0].n: alike[0] for alike in _alike(main) if len(alike) == 1}
    for use in _exact_uses(episode, steps):
        step = single.get(use.first)
        if step is not None and use.result == "success":
            yield _got_past(step, use, main)


def troubles(episode: Episode, steps: Sequence[Step]) -> Iterator[Remark]:
    """What failed and stayed so, and what failed the same way again."""
    main = main_steps(steps)
    past = _past(episode, steps)
    yield from _runs_left_red(main)
    for alike in _alike(main):
        first = alike[0]
        if len(alike) > 1:
            yield _repeated(alike, main, past)
        elif first.n not in past and first.kind in EDITING:
            yield from _never_made(first, main)
        elif first.n not in past and first.kind in {"read", "search"}:
            yield from _guessed(first, main)


def odd_ends(episode: Episode, steps: Sequence[Step]) -> Iterator[Remark]:
    """Calls that ended with an error and are no test, build or lint: a command may do so on purpose."""
    past = _past(episode, steps)
    for alike in _alike(main_steps(steps)):
        step = alike[0]
        if len(alike) > 1 or step.n in past or step.kind in _FILE_TOOLS or step.error is None:
            continue
        text = f"{_call(step)} ended with {quoted(step.error.line)}"
        yield Remark(capital(text), (step.n,), "failure", 45)


def _call(step: Step) -> str:
    """The call that failed; the command only where it is known that it was that one."""
    if step.kind != "shell":
        return deed_text(step)
    failed = [action.name for action in step.actions if action.status == "failed"]
    if failed:
        return f"`{failed[0]}`"
    return f"a shell call ({listed([f'`{action.name}`' for action in step.actions])})"


def _past(episode: Episode, steps: Sequence[Step]) -> set[int]:
    """The steps whose errors were left behind."""
    return {use.first for use in _exact_uses(episode, steps) if use.result == "success"}


def _exact_uses(episode: Episode, steps: Sequence[Step]) -> list[Use]:
    return [use for use in RecoveryExtractor().extract(episode, steps) if use.key[0] == "exact"]


def _of_run(step: Step) -> bool:
    """Whether what failed in a step is a test, a build, a linter or the like."""
    return any(action.status == "failed" and action.intent not in {"", "commit"} for action in step.actions)


def _runs(main: Sequence[Step]) -> dict[str, list[tuple[Step, bool]]]:
    """The runs of each command that failed at least once, in order, and whether they passed."""
    runs: dict[str, list[tuple[Step, bool]]] = {}
    for step in main:
        for action in step.actions:
            if action.intent not in {"", "commit"} and action.status in {"ok", "failed"}:
                runs.setdefault(action.name, []).append((step, action.status == "ok"))
    return {name: ends for name, ends in runs.items() if not all(ok for _, ok in ends)}


def _runs_turned(main: Sequence[Step]) -> Iterator[Remark]:
    for name, ends in _runs(main).items():
        failed = [step for step, ok in ends if not ok]
        passed = next((step for step, ok in ends if ok and step.n > failed[-1].n), None)
        if passed is None:
            continue
        between = [step for step in main if failed[-1].n < step.n < passed.n and step.status == "ok"]
        cure = _cure([step for step in between if is_deed(step)], passed)
        count = f"{times(len(failed))}, last" if len(failed) > 1 else ""
        text = f"`{name}` failed {count} {_on(failed[-1])} and passed {cure}"
        rests = [*failed, *(step for step in between if step.kind in EDITING), passed]
        yield Remark(" ".join(text.split()), numbers(rests), "recovery", 95)


def _on(step: Step) -> str:
    return f"on {quoted(step.error.line)}" if step.error is not None else ""


def _cure(between: Sequence[Step], passed: Step) -> str:
    edited = [file_name(step.target or "") for step in between if step.kind in EDITING]
    if edited:
        return f"after {_edits(edited)}"
    return f"after {deed_text(between[-1])}" if between else f"when run again at step {passed.n}"


def _edits(names: Sequence[str]) -> str:
    return f"{'an edit' if len(names) == 1 else f'{len(names)} edits'} of {listed(names)}"


def _runs_left_red(main: Sequence[Step]) -> Iterator[Remark]:
    for name, ends in _runs(main).items():
        failed = [step for step, ok in ends if not ok]
        if any(ok and step.n > failed[-1].n for step, ok in ends):
            continue
        text = f"`{name}` failed {_on(failed[-1])} and was not seen to pass afterwards"
        yield Remark(" ".join(text.split()), numbers(failed), "failure", 92)


def _got_past(step: Step, use: Use, main: Sequence[Step]) -> Remark:
    line = quoted(step.error.line) if step.error is not None else "an error"
    cure = _between(step, use, main)
    failed, passed = ("was refused", "accepted") if step.kind in EDITING else ("failed", "went well")
    text = f"{deed_text(step)} {failed} with {line} and {passed} {_way(cure, step)}"
    rests = (step.n, use.last) if cure is None else (step.n, cure.n, use.last)
    return Remark(capital(text), numbers(rests), "recovery", 85)


def _between(step: Step, use: Use, main: Sequence[Step]) -> Step | None:
    """What was done between an error and its end: reading the same file before anything else."""
    word = use.key[2].split(" ")[0]
    found = [
        one
        for one in main
        if step.n < one.n < use.last and any(action.name.split(" ")[0] == word for action in one.actions)
    ]
    same = [one for one in found if one.kind == "read" and one.target == step.target]
    return next(iter(same or found), None)


def _way(cure: Step | None, step: Step) -> str:
    if cure is None:
        return "on another try with other input"
    if cure.kind == "read" and cure.target == step.target:
        return "after the file was read"
    return f"after {deed_text(cure)}"


def _alike(main: Sequence[Step]) -> list[list[Step]]:
    """Failed calls with the same error and tool, in order of the first; runs are told apart."""
    groups: dict[tuple[str, str], list[Step]] = {}
    for step in main:
        if step.error is not None and is_deed(step) and not _of_run(step):
            groups.setdefault((step.kind, step.error.line), []).append(step)
    return list(groups.values())


def _repeated(alike: Sequence[Step], main: Sequence[Step], past: set[int]) -> Remark:
    """The same error again and again, and what ended it."""
    first = alike[0]
    line = quoted(first.error.line) if first.error is not None else "an error"
    files = [file_name(step.target) for step in alike if step.target]
    verb = "were refused" if first.kind in EDITING else "failed"
    on = f" of {listed(files)}" if files else ""
    text = f"{len(alike)} {_CALLS.get(first.kind, 'calls')}{on} {verb} alike, with {line}"
    more, rests = _end_of(alike, main, past)
    return Remark(text + more, numbers([*alike, *rests]), "failure", 90 + min(len(alike), 5))


def _end_of(alike: Sequence[Step], main: Sequence[Step], past: set[int]) -> tuple[str, list[Step]]:
    """How edits of files that were refused alike were made in the end."""
    first, last = alike[0], alike[-1]
    if first.kind not in EDITING:
        return "", []
    if len({step.target for step in alike}) > 1:
        return ("; each was accepted later" if all(step.n in past for step in alike) else ""), []
    reads = [s for s in main if first.n < s.n < last.n and s.kind == "read" and s.target == first.target]
    end = next((s for s in main if s.n > last.n and s.kind in EDITING and s.target == first.target), None)
    text = "; reading it in between did not help" if reads else ""
    if end is None or end.status != "ok":
        return text, reads
    how = "writing the whole file" if end.kind == "write" else "another edit"
    return f"{text}{', ' if text else '; '}{how} {'did' if text else 'went through'}", [*reads, end]


def _never_made(step: Step, main: Sequence[Step]) -> Iterator[Remark]:
    later = [s for s in main if s.n > step.n and s.kind in EDITING and s.target == step.target]
    if step.error is not None and not any(s.status == "ok" for s in later):
        tried = "and not tried again" if not later else "and did not go through later"
        text = f"{deed_text(step)} was refused with {quoted(step.error.line)} {tried}"
        yield Remark(capital(text), (step.n,), "failure", 80)


def _guessed(step: Step, main: Sequence[Step]) -> Iterator[Remark]:
    """A file that was asked for by a name nobody had seen."""
    if step.error is None or step.error.family != "file missing" or not step.target:
        return
    looked = next((s for s in main if s.n > step.n and s.status == "ok" and _looks(s)), None)
    verb = "searched" if step.kind == "search" else "read"
    text = f"{step.target} was {verb} on a guess; it does not exist"
    if looked is None or step.kind == "search":
        yield Remark(text, (step.n,), "failure", 70)
    else:
        yield Remark(f"{text}, and a search came only afterwards", (step.n, looked.n), "failure", 70)


def _looks(step: Step) -> bool:
    return step.kind == "search" or any(action.name in _LOOKING for action in step.actions)
