"""The runners' own verdict lines: what a test, build or lint run says about itself in its last words."""

from __future__ import annotations

import re

from tacit.core.model import Intent

_RULES: tuple[tuple[Intent, bool, str], ...] = (
    ("test", False, r"FAIL(?:\s|$|:)"),
    ("test", False, r"--- FAIL"),
    ("test", False, r"FAILED\b(?! \[)"),
    ("test", False, r"=+ .*\b[1-9]\d* (?:failed|errors?)\b.* =+$"),
    ("test", False, r"(?:[1-9]\d* failed|[1-9]\d* errors?)(?:,| in )"),
    ("test", False, r"test result: FAILED"),
    ("test", False, r"[ \t]*Tests?:?[ \t]+(?:.*\s)?[1-9]\d* failed"),
    ("test", False, r"[ \t]*[1-9]\d* failing\b"),
    ("test", False, r"FAILURES!|Failures?: [1-9]|[ \t]*Failed!? +- "),
    ("test", False, r"\d+ (?:examples?|tests?|runs?), .*\b[1-9]\d* (?:failures?|errors?)"),
    ("test", False, r"Tests run: \d+, Failures: (?:[1-9]|0, Errors: [1-9])"),
    ("test", True, r"ok[ \t]+\S+[ \t]+(?:\(cached\)|[\d.]+m?s|coverage)"),
    ("test", True, r"PASS$"),
    ("test", True, r"(?:=+ )?[1-9]\d* passed\b"),
    ("test", True, r"test result: ok"),
    ("test", True, r"[ \t]*Tests?:?[ \t]+(?:.*\s)?[1-9]\d* passed"),
    ("test", True, r"[ \t]*[1-9]\d* passing\b"),
    ("test", True, r"OK(?: \(.*\))?$"),
    ("test", True, r"\d+ (?:examples?|tests?|runs?), .*\b0 failures"),
    ("test", True, r"Tests run: \d+, Failures: 0, Errors: 0"),
    ("test", True, r"All tests passed|[ \t]*Passed!  - "),
    ("lint", False, r"[1-9]\d* issues?[:.]"),
    ("lint", False, r"Found [1-9]\d* (?:errors?|problems?)\b"),
    ("lint", False, r"[ \t]*✖ [1-9]\d* problems? \([1-9]"),
    ("lint", False, r"[1-9]\d* (?:offenses?|violations?) detected"),
    ("lint", True, r"0 issues\.?$|No issues found"),
    ("lint", True, r"All checks passed"),
    ("lint", True, r"no offenses detected|.*, no offenses detected"),
    ("check", False, r"Found [1-9]\d* errors? in|Found [1-9]\d* errors?\."),
    ("check", False, r"\S+\(\d+,\d+\): error TS\d+|\S+:\d+:\d+ - error TS\d+|error TS\d+"),
    ("check", False, r"[1-9]\d* errors?, \d+ warnings?"),
    ("check", False, r"error: could not compile"),
    ("check", True, r"Success: no issues found|Found 0 errors|0 errors, \d+ warnings?"),
    ("check", True, r"[ \t]*Finished `?dev"),
    ("build", False, r"error: could not compile|error: aborting due to"),
    ("build", False, r"BUILD FAIL|FAILURE: Build failed|\[ERROR\] BUILD FAILURE|Build FAILED"),
    ("build", False, r"Failed to compile|webpack .*compiled with [1-9]\d* error|error during build"),
    ("build", False, r"\S+:\d+:\d+: error: |\S+\.go:\d+:\d+: "),
    ("build", True, r"[ \t]*Finished `?(?:dev|release|bench)"),
    ("build", True, r"BUILD SUCCESS|\[INFO\] BUILD SUCCESS|Build succeeded"),
    ("build", True, r"[ \t]*✓ built in|(?:✓ )?Compiled successfully|webpack .*compiled successfully"),
    ("commit", True, r"\[[^\]\s]+(?: \(root-commit\))? [0-9a-f]{7,40}\] "),
    ("commit", False, r"nothing (?:added )?to commit|no changes added to commit|Aborting commit"),
    ("commit", False, r"- hook id: |.*\.{4,}Failed$|husky - .*(?:failed|exited)"),
)


def _lines(intent: str, ok: bool) -> re.Pattern[str]:
    texts = [text for kind, good, text in _RULES if kind == intent and good is ok]
    return re.compile(f"^(?:{'|'.join(texts)})", re.MULTILINE)


_BY_INTENT = {
    intent: (_lines(intent, True), _lines(intent, False))
    for intent in ("test", "lint", "check", "build", "commit")
}
_TASKS = re.compile(
    r"^\[([\w:.-]+)\] ERROR task failed"
    r"|^(?:g?make)(?:\[\d+\])?: \*\*\* \[(?:[^\]]*: )?([\w.:/-]+)\] Error \d+"
    r"|^error: [Rr]ecipe `([\w-]+)` failed"
    r"|^task: Failed to run task \"([\w:.-]+)\""
    r"|^npm (?:ERR!|error) Lifecycle script `([\w:.-]+)` failed"
    r"|^error: script \"([\w:.-]+)\" exited with code",
    re.MULTILINE,
)
_DECIDED = frozenset(_BY_INTENT)


def failed_tasks(output: str) -> frozenset[str]:
    """Names of tasks that a task runner says have failed."""
    return frozenset(next(name for name in found.groups() if name) for found in _TASKS.finditer(output))


def verdict_of(intent: Intent, name: str, output: str) -> bool | None:
    """How the run of a command ended as its own output says: a failure seen anywhere is one.

    ``None`` where its output says nothing. ``intent`` and ``name`` are the command's.
    """
    if name.rpartition(" ")[2] in failed_tasks(output):
        return False
    if intent not in _DECIDED:
        return None
    good, bad = _BY_INTENT[intent]
    if bad.search(output):
        return False
    return True if good.search(output) else None
