"""Figures a tool printed about the code: test coverage and lint warnings, never from a file it read.

A step is believed when all it ran is a test, a build, a linter or a coverage report, with nothing beside
it that shows files (``cat``, ``git diff``). Of one run several coverage figures with no total (``go test``
over many packages) are none; warnings of several linters in one run are summed. Nothing printed is ``None``,
never 0.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from tacit.core.learn.deeds import happened, main_steps
from tacit.core.model import Action, Figure, Step

_ANSI = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")
_REPORTS = ("coverage", "go tool cover", "nyc", "c8", "cargo tarpaulin", "cargo llvm-cov")
_HARMLESS = frozenset(("mkdir", "rm", "cp", "mv", "touch", "chmod", "git add", "sed -i"))

_NUMBER = r"(\d{1,3}(?:\.\d+)?)"
_TOTALS = tuple(
    re.compile(text, re.MULTILINE)
    for text in (
        rf"^TOTAL[ \t]+(?:\d+[ \t]+)+{_NUMBER}%[ \t]*$",  # coverage.py
        # llvm-cov: regions, functions, then lines
        rf"^TOTAL(?:[ \t]+\d+[ \t]+\d+[ \t]+[\d.]+%){{2}}[ \t]+\d+[ \t]+\d+[ \t]+{_NUMBER}%",
        rf"\bTotal coverage: {_NUMBER}%",
        rf"^total:[ \t]+\(statements\)[ \t]+{_NUMBER}%",  # go tool cover
        rf"^[ \t]*All files[ \t]*\|[ \t]*{_NUMBER}[ \t]*\|",  # istanbul, v8: jest, vitest, nyc, c8
        rf"^[ \t]*Statements[ \t]*:[ \t]*{_NUMBER}%[ \t]*\(",
        rf"^{_NUMBER}% coverage, \d+/\d+ lines covered",  # tarpaulin
    )
)
_PACKAGE = re.compile(rf"\bcoverage: {_NUMBER}% of statements")

_WARNINGS = tuple(
    re.compile(text, re.MULTILINE)
    for text in (
        r"^(\d+) issues?[.:]?[ \t]*$",  # golangci-lint
        r"^Found \d+ errors? \(\d+ fixed, (\d+) remaining\)",  # ruff --fix
        r"^Found (\d+) errors?\.?(?: in .*)?[ \t]*$",  # ruff
        r"^[ \t]*✖ (\d+) problems? \(",  # eslint
        r"^warning: `[^`\n]+` \([^)\n]+\) generated (\d+) warnings?",  # clippy
        r"^Found (\d+) warnings? and (\d+) errors?",  # oxlint
        r"^(\d+) warnings? generated",  # clang
        r"\bfiles? inspected, (\d+) offenses? detected",  # rubocop
    )
)
_CLEAN = re.compile(
    r"^All checks passed!?[ \t]*$|\bno offenses detected\b|^No issues found[.!]?[ \t]*$", re.MULTILINE
)


def coverage_of(steps: Sequence[Step]) -> Figure | None:
    """The last test coverage that was printed, in percent of statements or lines."""
    for step in reversed(main_steps(steps)):
        if _speaks_of_itself(step, ("test",)):
            found = _coverage(_ANSI.sub("", step.observation))
            if found is not None:
                return Figure(found, step.n)
    return None


def lint_warnings_of(steps: Sequence[Step]) -> Figure | None:
    """The last count of lint warnings that was printed, errors a linter found included."""
    for step in reversed(main_steps(steps)):
        if _speaks_of_itself(step, ("lint",)):
            found = _warnings(_ANSI.sub("", step.observation))
            if found is not None:
                return Figure(float(found), step.n)
    return None


def _speaks_of_itself(step: Step, intents: tuple[str, ...]) -> bool:
    """Whether a step ran something of these intents, and nothing that shows files."""
    if step.kind != "shell":
        return False
    ran = happened(step)
    if not all(action.intent or action.name in _HARMLESS or _reports(action) for action in ran):
        return False
    return any(action.intent in intents or ("test" in intents and _reports(action)) for action in ran)


def _reports(action: Action) -> bool:
    return any(action.name == name or action.name.startswith(f"{name} ") for name in _REPORTS)


def _coverage(output: str) -> float | None:
    """The figure that stands last; a total before figures of single packages."""
    if "%" not in output and "All files" not in output:  # as none of them does; looking takes its time
        return None
    totals = [(found.start(), found[1]) for total in _TOTALS for found in total.finditer(output)]
    if totals:
        value = float(max(totals)[1])
    else:
        packages = _PACKAGE.findall(output)
        if len(packages) != 1:
            return None
        value = float(packages[0])
    return value if value <= 100 else None


def _warnings(output: str) -> int | None:
    counts = [
        sum(int(group) for group in found.groups())
        for pattern in _WARNINGS
        for found in pattern.finditer(output)
    ]
    if counts:
        return sum(counts)
    return 0 if _CLEAN.search(output) else None
