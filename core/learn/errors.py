"""Errors as signatures: the exact line with its accidents marked, and its family.

Marks: ``<path>``, ``<name>`` (quoted), ``<hash>``, ``<id>``, ``<url>``, ``<n>``. What names the kind of
error stays: ``E0432``, ``TS2345``, ``ModuleNotFoundError``, ``(wrapcheck)``. A runner's own last word
("task failed", "Exit code 1", "FAIL") is passed over for the cause above it.
"""

from __future__ import annotations

import re

from tacit.core.model import Intent, Signature, Tool

_LIMIT = 200
_LONGEST = 600
_WRAP = re.compile(r"</?tool_use_error>|\x1b\[[0-9;?]*[A-Za-z]")
_EXIT = re.compile(
    r"^(?:Error: )?(?:Exit code:? -?\d+|Process exited with code -?\d+|exit status \d+"
    r"|Added \d+ lines? of output to the chat\.)\s*$",
    re.MULTILINE,
)

_NOISE = re.compile(
    r"\[[\w:.-]+\] (?:ERROR task failed|\$ )|(?:Error: )?[Ee]xit (?:code|status):? \d+"
    r"|FAIL(?:ED)?\s*$|FAIL\s+\S+(?: \[.*\]|\s+[\d.]+s)?$"
    r"|g?make(?:\[\d+\])?: |npm (?:ERR!|error)|ELIFECYCLE|error Command failed|error: (?:[Rr]ecipe|script) "
    r"|task: Failed|ok\s+\S+\s|\?\s+\S+\s|PASS|=== (?:RUN|PAUSE|CONT|NAME)|--- PASS|\s*(?:at |\^"
    r"|\|)|Traceback |\d+ issues?:|\* \w+: \d+"
    r"|For more information|error: could not compile|error: aborting|Some errors have detailed"
    r"|(?:warning|note|help):|> |\.{3}"
    r"|(?:# )[\w./-]+(?: \[.*\])?$|String: |Usage:|usage:|=+ .* =+$|_+ .* _+$|Compiling |Finished "
    r"|Checking |Downloading |0 issues"
    r"|(?:\[\*\] |No fixes |\d+ )?\d* ?(?:fixable|fixes available)"
    r"|\d+ files? (?:would be )?(?:reformatted|left unchanged)"
    r"|Found \d+ errors?|Failed: \d+ failure|- (?:hook id|exit code|duration|files were modified)"
    r"|(?:\S+: )?Process exited|ERROR: .*exited|.*\bexited with (?:code|status)\b|Command failed"
)
_EXCEPTION = re.compile(
    r"E?\s*(?:[A-Za-z_]\w*\.)*[A-Z]\w*(?:Error|Exception|Warning|Exit|Interrupt|NotFound)\b(?::|$)"
)
_TEST_LOG = re.compile(r"\s+\S+\.\w+:\d+: (?!.*=== )")
_CAUSES: tuple[re.Pattern[str], ...] = tuple(
    re.compile(text)
    for text in (
        r"error\[E\d+\]|.*\berror (?:TS|CS|C|LNK)\d+|.*: error: ",
        _EXCEPTION,
        r"\S+:\d+(?::\d+)?:? .*\([\w-]+\)\s*$",
        r"[A-Z]{1,4}\d{3,4} |[a-z][a-z-]+\[[a-z-]+\]: |.*\.{4,}Failed$",
        r"\S+:\d+(?::\d+)?:\s+[A-Z]+\d+\b|\s*\d+:\d+\s+error\s",
        r"\S+\.\w+:\d+:\d+: ",
        _TEST_LOG,
        r"panic: |thread '.*' panicked",
        r"FAILED \S+|\s*--- FAIL: |\s*(?:✕|✗|×|●) ",
        r"E  +\S",
        r"(?:fatal|error|Error|ERROR|err)(?:: | - |\s)",
        r".*(?:command not found|No such file|[Pp]ermission denied|not found|unrecognized|unknown )",
        r".*(?:illegal|invalid) option",
    )
)

_QUOTED = re.compile(r"\"[^\"\n]{0,200}\"|`[^`\n]{0,200}`|(?<![\w])'[^'\n]{0,200}'(?!\w)|‘[^’\n]*’|“[^”\n]*”")
_REDACTED = re.compile(r"\[REDACTED:([\w-]+):[0-9a-f]+\]")
_MARKS: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"\b[a-z][a-z0-9+.-]*://[^\s\"'<>)]+"), "<url>"),
    (_QUOTED, "<name>"),
    (re.compile(r"\b[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}\b", re.IGNORECASE), "<id>"),
    (re.compile(r"(?<![\w<])(?:~|\.{1,2}|[A-Za-z]:)?(?:[\\/][\w.@+~-]+)+[\\/]?"), "<path>"),
    (re.compile(r"(?<![\w<\[(])[\w.@+-]+(?:/[\w.@+\[\]-]+)+(?:::[\w\[\]:.-]+)?/?"), "<path>"),
    (re.compile(r"(?<![\w<])[\w-]+\.(?!\d)[a-z][a-z0-9]{0,4}(?=:\d|::)(?:::[\w\[\]:.-]+)?"), "<path>"),
    (re.compile(r"\b(?=[a-f]*\d)[0-9a-f]{7,64}\b"), "<hash>"),
    (re.compile(r"\b0x[0-9a-fA-F]+\b|(?<![\w<])\d+(?:[.:,]\d+)*(?=[smh%]|ms|[KMG]B|\b)"), "<n>"),
    (re.compile(r"<path>(?::<n>)+"), "<path>:<n>"),
    (re.compile(r"\.{4,}"), "…"),
    (re.compile(r"\s+"), " "),
)

_TIMEOUT = re.compile(r"timed? ?out|deadline exceeded|TimeoutError", re.IGNORECASE)
_PERMISSION = re.compile(
    r"permission denied|EACCES|EPERM|operation not permitted|read-only file system|requires approval"
    r"|permission to use|haven't granted|not allowed|access denied|has been denied|was blocked",
    re.IGNORECASE,
)
_EDIT_REFUSED = re.compile(
    r"string to replace|matches of the string|not been read yet|modified since read"
    r"|has been unexpectedly modified"
    r"|no changes to make|old_string|verification failed|failed to find|did not appear verbatim"
    r"|not unique|no match",
    re.IGNORECASE,
)
_MISSING = re.compile(
    r"does not exist|no such file|cannot find the (?:file|path)|ENOENT|FileNotFound|file not found"
    r"|path not found"
    r"|is a directory|EISDIR",
    re.IGNORECASE,
)
_USAGE = re.compile(
    r"command not found|(?:illegal|invalid|unknown|unrecognized|unexpected) (?:option|argument|flag"
    r"|command|switch|subcommand)"
    r"|unrecognized arguments|\b[Uu]sage:|InputValidationError|[Mm]issing (?:required|script"
    r"|argument)|too (?:many|few) arguments"
    r"|not a git command|unknown (?:shorthand )?flag|flag provided but not defined"
    r"|Agent type .* not found|pathspec"
    r"|No such (?:tool|command|option)|is not recognized|not a valid|required parameter|exceeds maximum",
)
_FAMILIES: dict[Intent, str] = {
    "test": "test failed",
    "lint": "lint failed",
    "build": "build failed",
    "check": "build failed",
}


def signature(kind: Tool, intent: Intent, text: str) -> Signature:
    """What went wrong in a failed call of a tool; ``intent`` is that of the command that failed."""
    text = _EXIT.sub("", _WRAP.sub("", text)).strip()
    line = _shell_line(text, intent) if kind == "shell" else _first_line(text)
    return Signature(mark(line), _family(kind, intent, line, text))


def mark(line: str) -> str:
    """Replace what is accidental in an error line."""
    line = _REDACTED.sub(r"[REDACTED:\1]", line[:_LONGEST])
    for pattern, sign in _MARKS:
        line = pattern.sub(sign, line)
    return line.strip()[:_LIMIT] or "no message"


def _first_line(text: str) -> str:
    for line in text.splitlines():
        stripped = line.strip().removeprefix("Error: ")
        if stripped and stripped not in {"Error", "Error:"}:
            return stripped
    return ""


def _shell_line(text: str, intent: Intent) -> str:
    """The line that tells the cause: the strongest kind of line, the first of that kind.

    Of exception lines the last one is taken: a traceback ends with its cause.
    """
    lines = [line[:_LONGEST].rstrip() for line in text.splitlines()]
    lines = [line for line in lines if line.strip() and not _NOISE.match(line)]
    for cause in _CAUSES:
        found = [line for line in lines if cause.match(line)]
        if found:
            best = found[-1] if cause is _EXCEPTION and intent != "test" else found[0]
            best = _end_of_log(lines, best) if cause is _TEST_LOG else best
            return re.sub(r"^E\s+", "", best.strip())
    return lines[-1].strip() if lines else _last_word(text)


def _end_of_log(lines: list[str], first: str) -> str:
    """A failing test logs and then fails: its last located line, before the next test begins."""
    last = first
    for line in lines[lines.index(first) :]:
        if line.lstrip().startswith("---"):
            break
        if _TEST_LOG.match(line):
            last = line
    return last


def _last_word(text: str) -> str:
    """Nothing but noise: its last line is better than none."""
    words = [line.strip() for line in text.splitlines() if line.strip()]
    return words[-1] if words else ""


def _family(kind: Tool, intent: Intent, line: str, text: str) -> str:
    head = f"{line}\n{text[:400]}"
    if kind in {"edit", "write"}:
        return _file_family(head)
    if kind != "shell":
        return _plain_family(head, "other")
    if _TIMEOUT.search(text[:200]) and re.match(r"Command timed out|.*timed out after", text):
        return "timeout"
    if re.search(r"command not found", text[:400]):
        return "usage"
    if intent in _FAMILIES:
        usage = re.search(
            r"unrecognized arguments|unknown (?:shorthand )?flag|[Mm]issing script|no such command", line
        )
        return "usage" if usage else _FAMILIES[intent]
    return _plain_family(line if len(line) > 12 else head, "other")


def _file_family(text: str) -> str:
    if _EDIT_REFUSED.search(text):
        return "edit refused"
    return _plain_family(text, "other")


def _plain_family(text: str, default: str) -> str:
    for family, pattern in (
        ("timeout", _TIMEOUT),
        ("permission", _PERMISSION),
        ("file missing", _MISSING),
        ("usage", _USAGE),
    ):
        if pattern.search(text):
            return family
    return default
