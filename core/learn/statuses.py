"""How the parts of a compound command ended, as far as the transcript shows it.

Only the exit status of the whole is known. It is the last part's, unless that is piped; in an ``&&``
chain that went well it is everyone's; before ``;`` and ``||`` it is nobody's. Where it is hidden, the
runner's own verdict line decides, and an ``echo $?`` behind the part is believed.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from tacit.core.learn.commands import Part
from tacit.core.learn.verdicts import failed_tasks, verdict_of
from tacit.core.model import ActionStatus, Status

_GIT_FAILED = re.compile(r"^(?:fatal|error): ", re.MULTILINE)
_ECHOED = re.compile(r"\$(?:\?|\{PIPESTATUS\[0\]\}|\{PIPESTATUS\}|PIPESTATUS|\{pipestatus\[1\]\})")


def settle(parts: Sequence[Part], status: Status, output: str) -> list[ActionStatus]:
    """The status of every part of a step that ended with ``status`` and printed ``output``."""
    if status in {"rejected", "cancelled"}:
        return ["skipped"] * len(parts)
    states: list[ActionStatus] = ["unknown"] * len(parts)
    if status in {"interrupted", "unfinished"} or not parts:
        return states
    start = _last_segment(parts, len(parts))
    if not parts[-1].joined:  # else something unreadable stood behind it
        _by_exit(parts, states, range(start, len(parts)), status == "ok", output)
    _by_echo(parts, states, start, output)
    for at in range(len(parts)):
        if states[at] == "unknown":
            states[at] = _by_verdict(parts, at, output) or "unknown"
    return states


def _last_segment(parts: Sequence[Part], end: int) -> int:
    """Where the and-or list begins whose last part is ``parts[end - 1]``."""
    start = end - 1
    while start > 0 and parts[start - 1].joined in {"&&", "||"}:
        start -= 1
    return start


def _by_exit(parts: Sequence[Part], states: list[ActionStatus], span: range, ok: bool, output: str) -> None:
    """Settle the parts of ``span``, one and-or list, by its exit status."""
    start, end = span.start, span.stop
    last = end - 1
    if parts[last].background:
        return
    if start == last:
        _set(parts, states, last, ok)
    elif parts[last - 1].joined == "||":
        if not ok:
            _set(parts, states, last, False)
            _by_exit(parts, states, range(start, last), False, output)
    elif ok:
        _set(parts, states, last, True)
        _by_exit(parts, states, range(start, last), True, output)
    else:
        while last > start and parts[last - 1].joined == "&&":
            last -= 1
        _failed_chain(parts, states, last, end, output)


def _set(parts: Sequence[Part], states: list[ActionStatus], at: int, ok: bool) -> None:
    part = parts[at]
    if not (part.piped or part.conditional or part.negated):
        states[at] = "ok" if ok else "failed"


def _failed_chain(
    parts: Sequence[Part], states: list[ActionStatus], start: int, end: int, output: str
) -> None:
    """An ``&&`` chain fails at the part its output names; nobody knows where else it did."""
    failed = _named(parts, start, end, output)
    if failed is None:
        return
    for at in range(start, end):
        if at < failed:
            _set(parts, states, at, True)
        else:
            states[at] = "failed" if at == failed else "skipped"


def _named(parts: Sequence[Part], start: int, end: int, output: str) -> int | None:
    chain = range(start, end)
    tasks = failed_tasks(output)
    for at in chain:
        if parts[at].name.rpartition(" ")[2] in tasks:
            return at
    for at in chain:
        if _complains(parts[at], output):
            return at
    verdicts = {at: verdict_of(parts[at].intent, parts[at].name, output) for at in chain}
    for at in reversed(chain):  # whose verdict is seen has run, so nobody before it failed
        if verdicts[at] is False and _alone(parts, at):
            return at
    passed = [at for at in chain if verdicts[at] or parts[at].silent]
    if len(passed) == len(chain) - 1 and end - 1 not in passed:
        return end - 1
    return None


def _complains(part: Part, output: str) -> bool:
    """Whether a program speaks of itself at the beginning of a line: ``cat: x: No such file``."""
    program = (part.words[0] if part.words else part.name).rpartition("/")[2]
    if program == "git" and _GIT_FAILED.search(output):
        return True
    said = re.escape(program)
    shell = r"(?:/?\S*(?:sh|bash|zsh): (?:line \d+: |\d+: )?|\(eval\):\d+: |\(eval\):)?"
    pattern = rf"^(?:Exit code \d+\n)?{shell}(?:command not found: {said}$|{said}: (?!warning))"
    return re.search(pattern, output, re.MULTILINE) is not None


def _alone(parts: Sequence[Part], at: int) -> bool:
    """Whether no other part could have printed this part's verdict lines."""
    return not any(i != at and part.intent == parts[at].intent for i, part in enumerate(parts))


def _by_verdict(parts: Sequence[Part], at: int, output: str) -> ActionStatus | None:
    """A hidden status as the part's own output tells it."""
    part = parts[at]
    if part.silent or part.negated or not (part.intent and _alone(parts, at)):
        return None
    verdict = verdict_of(part.intent, part.name, output)
    cut = part.head is not None and output.count("\n") + 1 >= part.head
    if verdict is None or (verdict and cut):
        return None
    return "ok" if verdict else "failed"


def _by_echo(parts: Sequence[Part], states: list[ActionStatus], last: int, output: str) -> None:
    """``command; echo "exit: $?"`` prints the status of the list before it."""
    text = " ".join(parts[last].words[1:]) if parts[last].name == "echo" and last > 0 else ""
    found = _ECHOED.search(text)
    if found is None:
        return
    before = text[: found.start()].rpartition("\n")[2]
    printed = re.findall(rf"^{re.escape(before)}(\d+)", output, re.MULTILINE)
    if not printed:
        return
    ok = printed[-1] == "0"
    if found[0] == "$?":
        _by_exit(parts, states, range(_last_segment(parts, last), last), ok, output)
    elif parts[last - 1].piped:
        states[last - 1] = "ok" if ok else "failed"
